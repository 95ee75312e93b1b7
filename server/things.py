"""Everything that has a name: 303 from the name to a page or to data, formats by suffix too.

A thing's data is what is said of it and the evidence for that. The ontology is one document, and a named graph
is the file of that path.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox
from flask import Blueprint, Response, abort, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from kg.answers import GRAPHS, Answer, Table, Term, Wanted
from kg.namespaces import BASE, ONTOLOGY, PREFIXES, TERMS, expand, shorten
from server import ontology_page, shape_page
from server.desk import Desk, the_desk
from server.formats import SUFFIXES, chosen, written

things = Blueprint("things", __name__)


def _called(thing: str) -> str:
    """A pattern that binds `?thingLabel` to the first of a thing's label, preferred label and title."""
    namings = ("rdfs:label", "skos:prefLabel", "dcterms:title")
    options = "".join(
        f"OPTIONAL {{ ?{thing} <{expand(naming)}> ?{thing}Name{at} }} "
        for at, naming in enumerate(namings)
    )
    names = ", ".join(f"?{thing}Name{at}" for at in range(len(namings)))
    return f"{options}BIND(COALESCE({names}) AS ?{thing}Label)"


_DATA = """CONSTRUCT { ?thing ?property ?value . ?evidence ?says ?what }
WHERE {
  { BIND(%(thing)s AS ?thing) ?thing ?property ?value }
  UNION { ?evidence <%(terms)sabout> %(thing)s ; a <%(terms)sEvidence> ; ?says ?what }
}"""
_SAID = """SELECT ?property ?propertyLabel ?value ?valueLabel
WHERE {
  %(thing)s ?property ?value .
  OPTIONAL { ?property <%(rdfs)slabel> ?propertyLabel }
  %(value)s
  FILTER(!isBlank(?value))
}
ORDER BY ?property ?valueLabel ?value"""
_EVIDENCE = """SELECT ?evidence ?property ?value ?quote ?locator ?readingLabel ?seen ?source ?sourceLabel ?url ?grade
WHERE {
  ?evidence <%(terms)sabout> %(thing)s ; a <%(terms)sEvidence> ; <%(terms)ssource> ?source .
  OPTIONAL { ?evidence <%(terms)ssupports> ?property }
  OPTIONAL { ?evidence <%(terms)ssupportsValue> ?value }
  OPTIONAL { ?evidence <%(terms)squote> ?quote }
  OPTIONAL { ?evidence <%(terms)slocator> ?locator }
  OPTIONAL { ?evidence <%(terms)sseenOn> ?seen }
  OPTIONAL { ?evidence <%(terms)sreading>/<%(skos)sprefLabel> ?readingLabel }
  %(source)s
  OPTIONAL { ?source <%(schema)surl> ?url }
  OPTIONAL { ?source <%(terms)sgrade>/<%(skos)sprefLabel> ?grade }
}
ORDER BY ?evidence"""
WEAK_GRADES = ("press", "other")  # as kg/report.py counts them
_INCOMING = """SELECT ?thing ?thingLabel ?property ?propertyLabel
WHERE {
  ?thing ?property %(thing)s .
  FILTER NOT EXISTS { ?thing a <%(terms)sEvidence> }
  OPTIONAL { ?property <%(rdfs)slabel> ?propertyLabel }
  %(incoming)s
}
ORDER BY ?propertyLabel ?property ?thingLabel ?thing
LIMIT 500"""


@things.get("/<path:name>")
def thing(name: str) -> BaseResponse:
    """A thing, a named graph or the ontology: its page or its data, or 303 to one of them."""
    desk = the_desk()
    base, suffix = _split(name)
    iri = BASE + base
    if not _exists(desk, iri):
        if _is_version(desk, iri):
            return redirect("/ontology", 303)
        abort(404, f"Nothing here is called {iri}.")
    choice = chosen("graph", suffix)
    if suffix is None:
        ending = "html" if choice.page else GRAPHS[choice.name].suffix
        return redirect(f"/{base}.{ending}", 303)
    if choice.page:
        response = Response(_shown(desk, iri, base), content_type="text/html; charset=utf-8")
    else:
        response = written(_data(desk, iri, choice.wanted))
    for form in GRAPHS.values():
        response.headers.add(
            "Link", f'</{base}.{form.suffix}>; rel="alternate"; type="{form.media_type}"'
        )
    response.headers.add("Link", f'<{iri}>; rel="cite-as"')
    return response


def _shown(desk: Desk, iri: str, base: str) -> str:
    """The page of a thing: the ontology and each shape have one of their own kind."""
    if iri == ONTOLOGY:
        return ontology_page.page(desk)
    if iri.startswith(PREFIXES["shape"]):
        return shape_page.page(desk, iri) or _page(desk, iri, base)
    return _page(desk, iri, base)


def _split(name: str) -> tuple[str, str | None]:
    base, dot, suffix = name.rpartition(".")
    return (base, suffix) if dot and suffix in SUFFIXES else (name, None)


def _node(iri: str) -> str:
    """An IRI as it stands in a query; 404 for a path that is no IRI."""
    if any(sign in iri for sign in ' <>"{}|\\^`') or not iri.isprintable():
        abort(404, "Nothing here has such a name.")
    return str(ox.NamedNode(iri))


def _asked(desk: Desk, pattern: str, iri: str) -> Table:
    return desk.store.answer(pattern % _names(iri)).table()


def _names(iri: str) -> dict[str, str]:
    return {
        "thing": _node(iri),
        "terms": TERMS,
        "rdfs": PREFIXES["rdfs"],
        "schema": PREFIXES["schema"],
        "skos": PREFIXES["skos"],
        "value": _called("value"),
        "source": _called("source"),
        "incoming": _called("thing"),
    }


def _exists(desk: Desk, iri: str) -> bool:
    if iri in desk.curated:
        return True
    return _holds(desk, f"ASK {{ {_node(iri)} ?property ?value }}")


def _is_version(desk: Desk, iri: str) -> bool:
    """Whether this names the present version of the ontology, which is the ontology."""
    return _holds(desk, f"ASK {{ <{ONTOLOGY}> <{PREFIXES['owl']}versionIRI> {_node(iri)} }}")


def _holds(desk: Desk, question: str) -> bool:
    """The answer to an ASK."""
    return str(desk.store.answer(question).table().rows[0]["answer"]) == "yes"


def _data(desk: Desk, iri: str, wanted: Wanted) -> Answer:
    graph = ONTOLOGY + "/core" if iri == ONTOLOGY else iri
    if graph in desk.curated:
        return desk.store.answer(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {_node(graph)} {{ ?s ?p ?o }} }}", wanted
        )
    return desk.store.answer(_DATA % _names(iri), wanted)


def _page(desk: Desk, iri: str, base: str) -> str:
    said = _asked(desk, _SAID, iri)
    evidence = _gathered(_asked(desk, _EVIDENCE, iri))
    incoming = _asked(desk, _INCOMING, iri).for_people()
    facts = said.for_people()
    return render_template(
        "thing.html",
        iri=iri,
        base=base,
        name=_name(said, base),
        types=[row["value"] for row in facts.rows if _is(row, "rdf", "type")],
        facts=[_Fact.of(row, evidence) for row in facts.rows if not _is(row, "rdf", "type")],
        incoming=incoming.rows,
        evidence=evidence,
        questions=_questions(desk, iri),
        graph=iri in desk.curated,
        suffixes=[form.suffix for form in GRAPHS.values()],
    )


def _questions(desk: Desk, iri: str) -> list[tuple[str, str]]:
    """The saved questions that can be asked about a thing, with their addresses."""
    query = f"SELECT ?class WHERE {{ {_node(iri)} a/<{PREFIXES['rdfs']}subClassOf>* ?class }}"
    classes = {row["class"].value for row in desk.store.answer(query).table().rows if row["class"]}
    return [
        (question.summary, f"/queries/{question.name}?{parameter.name}={shorten(iri)}")
        for question in desk.questions
        for parameter in question.parameters
        if classes & set(parameter.classes)
    ]


def _is(row: dict[str, Term | None], prefix: str, local: str) -> bool:
    prop = row["property"]
    return prop is not None and prop.value == PREFIXES[prefix] + local


def _name(said: Table, base: str) -> str:
    for wanted in ("rdfs:label", "skos:prefLabel", "dcterms:title"):
        prefix, _, local = wanted.partition(":")
        for row in said.rows:
            value = row["value"]
            if value and _is(row, prefix, local):
                return value.value
    return base


@dataclass
class Proof:
    """A piece of evidence as a page shows it: its number there, and what it supports."""

    number: int
    cells: dict[str, Term | None]
    of: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)

    def supports(self, prop: str, value: str) -> bool:
        return prop in self.of and (not self.values or value in self.values)


@dataclass(frozen=True)
class _Fact:
    """A statement on a page, with the numbers of its evidence; `weak`: see kg/report.py."""

    property: Term | None
    value: Term | None
    proofs: list[Proof]
    weak: str

    @classmethod
    def of(cls, row: dict[str, Term | None], evidence: list[Proof]) -> _Fact:
        prop, value = row["property"], row["value"]
        if not prop or not value:
            return cls(prop, value, [], "")
        proofs = [proof for proof in evidence if proof.supports(prop.value, value.value)]
        sources = {str(proof.cells["source"]) for proof in proofs}
        grade = proofs[0].cells["grade"] if len(sources) == 1 else None
        weak = grade.value if grade and grade.value in WEAK_GRADES else ""
        return cls(prop, value, proofs, weak)


def _gathered(rows: Table) -> list[Proof]:
    """One proof for each piece of evidence, with all that it supports, numbered from 1."""
    found: dict[str, Proof] = {}
    for row in rows.rows:
        proof = found.setdefault(str(row["evidence"]), Proof(len(found) + 1, row))
        proof.of |= {term.value for term in [row["property"]] if term}
        proof.values |= {term.value for term in [row["value"]] if term}
    return list(found.values())
