"""The SPARQL editor: a text area that works as it is, and the words of this graph for a script to complete."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from kg.errors import KgError, SyntaxFault
from kg.namespaces import PREFIXES, shorten
from server.desk import Desk, the_desk
from server.errors import status_of

editor = Blueprint("editor", __name__)

EXAMPLE = """PREFIX hrc: <https://w3id.org/hrcities/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?practice ?practiceLabel ?quote
WHERE {
  ?practice a hrc:Practice ;
    rdfs:label ?practiceLabel .
  ?evidence hrc:about ?practice ;
    hrc:quote ?quote .
}
ORDER BY ?practice ?quote
LIMIT 20
"""
_USED = """SELECT ?term ?kind (COUNT(*) AS ?uses) WHERE {
  { ?s ?term ?o . BIND("property" AS ?kind) } UNION { ?s a ?term . BIND("class" AS ?kind) }
} GROUP BY ?term ?kind ORDER BY DESC(?uses)"""


@editor.get("/sparql/words.json")
def words() -> Response:
    """What can be written in a query here: the prefixes, and each class and property with how often it is used."""
    desk = the_desk()
    return jsonify(prefixes=PREFIXES, terms=_terms(desk))


def page(limits: dict[str, object], query: str = EXAMPLE, **facts: object) -> str:
    """The editor with a query in it, and the answer where it was run."""
    questions = the_desk().questions
    return render_template(
        "sparql.html",
        query=query,
        limits=limits,
        examples=questions,
        **facts,
    )


def example(name: str) -> str:
    """The text of a saved question, to begin from. Raises UnknownQuery."""
    return the_desk().question(name).text


def failed(limits: dict[str, object], query: str, error: KgError) -> tuple[str, int]:
    """The editor with the query that cannot be answered, what is wrong with it, and the line where."""
    marked = None
    if isinstance(error, SyntaxFault) and error.line:
        lines = query.splitlines() or [""]
        text = lines[min(error.line, len(lines)) - 1]
        column = max(error.column or 1, 1)
        marked = {
            "line": error.line,
            "column": column,
            "before": text[: column - 1],
            "after": text[column - 1 :] or " ",
        }
    return page(limits, query, problem=str(error), marked=marked), status_of(error)


def _terms(desk: Desk) -> list[dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for term, kind, uses in desk.ours(_USED).answer.table():
        if term and kind and uses and ":" in (name := shorten(term.value)) and "//" not in name:
            known = desk.terms.get(term.value)
            found[name] = {
                "name": name,
                "kind": kind.value,
                "uses": int(uses.value),
                "label": known.label if known else "",
                "definition": known.definition if known else "",
            }
    return list(found.values())
