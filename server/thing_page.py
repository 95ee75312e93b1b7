"""The page of a thing: its story, every statement with its evidence, and what to ask about it.

A graph on another server is asked in SPARQL, and tells no story.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass

import pyoxigraph as ox
from flask import abort, render_template, request

from kg.answers import GRAPHS, Table, Term
from kg.describing.schema_org import of_thing
from kg.errors import Said
from kg.namespaces import PREFIXES, TERMS, expand, shorten
from kg.stories import Proof, Reader, Story, owner_of, tell
from server.desk import Desk
from server.languages import language
from server.timeline import timeline


def _called(thing: str) -> str:
    """A pattern that binds `?thingLabel` to the first of a thing's label, preferred label and title."""
    namings = ("rdfs:label", "skos:prefLabel", "dcterms:title")
    options = "".join(
        f"OPTIONAL {{ ?{thing} <{expand(naming)}> ?{thing}Name{at} }} "
        for at, naming in enumerate(namings)
    )
    names = ", ".join(f"?{thing}Name{at}" for at in range(len(namings)))
    return f"{options}BIND(COALESCE({names}) AS ?{thing}Label)"


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
_EXAMPLES = ("sh:defaultValue", "void:exampleResource")  # what names a thing at random
OFTEN = (("Rights", "concerns"), ("Groups", "names"))
WEAK_GRADES = ("press", "other")  # as kg/report.py counts them
_INCOMING = """SELECT ?thing ?thingLabel ?property ?propertyLabel
WHERE {
  ?thing ?property %(thing)s .
  FILTER NOT EXISTS { ?thing a <%(terms)sEvidence> }
  FILTER(?property NOT IN (%(examples)s))
  OPTIONAL { ?property <%(rdfs)slabel> ?propertyLabel }
  %(incoming)s
}
ORDER BY ?propertyLabel ?property ?thingLabel ?thing
LIMIT 100"""


def node(iri: str) -> str:
    """An IRI as it stands in a query; 404 for a path that is no IRI."""
    if any(sign in iri for sign in ' <>"{}|\\^`') or not iri.isprintable():
        abort(404, Said("Nothing here has such a name."))
    return str(ox.NamedNode(iri))


def _asked(desk: Desk, pattern: str, iri: str) -> Table:
    return desk.store.answer(pattern % _names(iri)).table()


def _names(iri: str) -> dict[str, str]:
    return {
        "thing": node(iri),
        "terms": TERMS,
        "examples": ", ".join(f"<{expand(name)}>" for name in _EXAMPLES),
        "rdfs": PREFIXES["rdfs"],
        "schema": PREFIXES["schema"],
        "skos": PREFIXES["skos"],
        "value": _called("value"),
        "source": _called("source"),
        "incoming": _called("thing"),
    }


def page(desk: Desk, iri: str, base: str) -> str:
    """The page, in the reader's language."""
    reader = desk.reader(language())
    facts = _facts(desk, reader, iri)
    told = tell(reader, iri) if reader else None
    own = told.proofs[: told.own] if told else _gathered(_asked(desk, _EVIDENCE, iri))
    kinds = reader.kinds(iri) if reader else frozenset()
    is_place = told is not None and "Place" in kinds
    return render_template(
        "thing.html",
        iri=iri,
        base=base,
        structured=of_thing(desk.store, iri, request.url_root),
        name=_name(reader, facts, iri, base),
        types=_types(facts),
        facts=[_Fact.of(row, own) for row in facts.rows if not _is(row, "rdf", "type")],
        lead=_lead(reader, facts, iri),
        around=[row["value"] for row in facts.rows if _is(row, "hrc", "within")],
        incoming=_elsewhere(desk, reader, iri, told),
        evidence=told.proofs if told else own,
        story=told,
        counts=_counts(told) if told and is_place else {},
        often=_often(told) if told and is_place else [],
        picture=timeline(told.moments, listed=not told.drawn) if told else None,
        search=_search(iri, kinds),
        questions=_questions(desk, iri),
        graph=iri in desk.curated,
        suffixes=[form.suffix for form in GRAPHS.values()],
    )


def _facts(desk: Desk, reader: Reader | None, iri: str) -> Table:
    """What is said of a thing: rows of `property` and `value`."""
    node(iri)
    if reader is None:
        return _asked(desk, _SAID, iri).for_people()
    rows: list[dict[str, Term | None]] = [
        {"property": prop, "value": value} for prop, value in reader.statements(iri)
    ]
    return Table(["property", "value"], rows)


def _elsewhere(
    desk: Desk, reader: Reader | None, iri: str, told: Story | None
) -> list[dict[str, Term | None]]:
    """What else has this thing as a value, as far as the story has not told of it."""
    rows = _asked(desk, _INCOMING, iri).for_people().rows
    if reader is None or told is None:
        return rows
    return [
        {name: reader.name(term.value) if term else None for name, term in row.items()}
        for row in rows
        if row["thing"] and row["thing"].value not in told.told
    ]


def _types(facts: Table) -> list[Term]:
    """What a thing is; that a right is a concept goes without saying."""
    types = [row["value"] for row in facts.rows if _is(row, "rdf", "type") and row["value"]]
    ours = [one for one in types if one.value.startswith(TERMS)]
    return ours or types


def _lead(reader: Reader | None, facts: Table, iri: str) -> Term | None:
    """What a thing is in a sentence or two: its description, or a concept's definition."""
    for prefix, local in (("dcterms", "description"), ("skos", "definition")):
        if reader and (words := reader.one(iri, f"{prefix}:{local}")):
            return words
        for row in facts.rows:
            if _is(row, prefix, local):
                return row["value"]
    return None


def _counts(story: Story) -> dict[str, int]:
    """How many things of each lane a place's story has, and how many sources it was read in."""
    moments = [*story.moments, *story.undated]
    lanes = {
        lane: {one.thing for one in moments if one.lane == lane}
        for lane in ("acts", "what followed")
    }
    sources = {proof.cells["source"] for proof in story.proofs}
    counted: dict[str, Sized] = {**lanes, "sources": sources}
    return {name: len(found) for name, found in counted.items()}


def _often(story: Story) -> list[tuple[str, list[tuple[Term, int]]]]:
    """The rights that a place's acts concern and the groups that they name, the most frequent first."""
    found = []
    for title, prop in OFTEN:
        counted = Counter(
            value
            for one in [*story.moments, *story.undated]
            if one.lane == "acts"
            for detail in one.line.details
            if detail.name.value == TERMS + prop
            for value in detail.values
        )
        if counted:
            found.append(
                (title, sorted(counted.items(), key=lambda pair: (-pair[1], str(pair[0])))[:12])
            )
    return found


def _search(iri: str, kinds: Iterable[str]) -> str:
    """The search for everything that belongs to a thing, where there is one; "" else."""
    facets = {
        "Right": "right",
        "Group": "group",
        "IntersectionalPosition": "group",
        "State": "country",
    }
    name = next((facet for kind, facet in facets.items() if kind in kinds), "")
    return f"/search?{name}={shorten(iri)}" if name else ""


def _questions(desk: Desk, iri: str) -> list[tuple[str, str]]:
    """The saved questions that can be asked about a thing, with their addresses."""
    query = f"SELECT ?class WHERE {{ {node(iri)} a/<{PREFIXES['rdfs']}subClassOf>* ?class }}"
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


def _name(reader: Reader | None, facts: Table, iri: str, base: str) -> Term:
    """What a thing is called; failing a name, the end of its address."""
    if reader and (name := reader.name(iri)).label:
        return name
    if reader and (owner := owner_of(reader, iri)):
        kinds = " ".join(str(kind) for kind in _types(facts))
        return Term("uri", iri, owner.language, label=f"{kinds}: {owner}")
    for prefix, local in (("rdfs", "label"), ("skos", "prefLabel"), ("dcterms", "title")):
        for row in facts.rows:
            value = row["value"]
            if value and _is(row, prefix, local):
                return Term("uri", iri, value.language, label=value.value)
    return Term("uri", iri, label=base)


@dataclass(frozen=True)
class _Fact:
    """A statement on a page, with the numbers of its evidence; `weak`: see kg/report.py."""

    property: Term | None
    value: Term | None
    proofs: list[Proof]
    weak: str

    @classmethod
    def of(cls, row: dict[str, Term | None], evidence: Sequence[Proof]) -> _Fact:
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
