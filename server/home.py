"""The front page, and whether the server is well."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, jsonify, render_template

from kg.answers import Answer, Wanted
from kg.export import LICENSE
from kg.namespaces import BASE, PREFIXES, TERMS
from kg.store import as_answer
from server.desk import Desk, the_desk
from server.formats import chosen, written

home = Blueprint("home", __name__)

_NUMBERS = f"""SELECT
  (COUNT(DISTINCT ?place) AS ?places) (COUNT(DISTINCT ?actor) AS ?actors)
  (COUNT(DISTINCT ?practice) AS ?practices) (COUNT(DISTINCT ?statement) AS ?statements)
  (COUNT(DISTINCT ?evidence) AS ?evidence)
WHERE {{
  {{ ?place a/<{PREFIXES["rdfs"]}subClassOf>* <{TERMS}Place> }}
  UNION {{ ?actor a <{TERMS}Actor> }}
  UNION {{ ?practice a <{TERMS}Practice> }}
  UNION {{ ?statement a/<{PREFIXES["rdfs"]}subClassOf>* <{TERMS}Statement> }}
  UNION {{ ?evidence a <{TERMS}Evidence> }}
}}"""


@home.get("/")
@home.get("/index.<suffix>")
def front(suffix: str | None = None) -> Response | str:
    """What there is: a page, or the data set described in RDF."""
    desk = the_desk()
    choice = chosen("graph", suffix)
    if not choice.page:
        return written(_described(desk, choice.wanted))
    return render_template("home.html", numbers=_numbers(desk), questions=desk.questions)


@home.get("/health")
def health() -> Response:
    """Whether this process answers, and for which version of the graph. Asks no worker."""
    desk = the_desk()
    response = jsonify(status="ok", version=desk.store.version, statements=desk.built.triples)
    response.headers["Cache-Control"] = "no-store"
    return response


def _numbers(desk: Desk) -> dict[str, str]:
    row = desk.store.answer(_NUMBERS).table().rows[0]
    return {name: term.value if term else "0" for name, term in row.items()}


def _described(desk: Desk, wanted: Wanted) -> Answer:
    """The data set as VoID: title, licence, size, endpoint."""
    void, terms = "http://rdfs.org/ns/void#", PREFIXES["dcterms"]
    dataset = ox.NamedNode(BASE)
    facts: list[tuple[str, Any]] = [
        (PREFIXES["rdf"] + "type", ox.NamedNode(void + "Dataset")),
        (terms + "title", ox.Literal("Human Rights Cities Knowledge Graph", language="en")),
        (terms + "license", ox.NamedNode(LICENSE)),
        (terms + "identifier", ox.Literal(desk.store.version)),
        (void + "sparqlEndpoint", ox.NamedNode(BASE + "sparql")),
        (void + "uriSpace", ox.Literal(BASE)),
        (void + "triples", ox.Literal(desk.built.triples)),
        (void + "vocabulary", ox.NamedNode(BASE + "ontology")),
    ]
    triples = [ox.Triple(dataset, ox.NamedNode(name), value) for name, value in facts]
    return as_answer(triples, wanted)
