"""The page of a thing: its story, every statement with its evidence, and what to ask about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass
from functools import partial

import pyoxigraph as ox
from flask import abort, render_template, request

from kg.answers import GRAPHS, Table, Term
from kg.describing.schema_org import of_thing
from kg.errors import Phrase
from kg.namespaces import PREFIXES, TERMS, expand, shorten
from kg.stories import Proof, Reader, Story, owner_of, tell
from server.desk import Desk
from server.languages import language
from server.timeline import timeline

# What names a thing at random.
_EXAMPLES = [f"<{expand(name)}>" for name in ("sh:defaultValue", "void:exampleResource")]
OFTEN = (("Rights", "concerns"), ("Groups", "names"))
_WEAK_GRADES = ("press", "other")  # as kg/report.py counts them
_INCOMING = """SELECT ?thing ?property
WHERE {
  ?thing ?property %(thing)s .
  FILTER NOT EXISTS { ?thing a <%(terms)sEvidence> }
  FILTER(?property NOT IN (%(examples)s))
  OPTIONAL { ?property <%(rdfs)slabel> ?propertyLabel }
  OPTIONAL { ?thing <%(rdfs)slabel> ?label }
  OPTIONAL { ?thing <%(skos)sprefLabel> ?prefLabel FILTER(LANG(?prefLabel) = "en") }
  OPTIONAL { ?thing <%(dcterms)stitle> ?title }
  BIND(COALESCE(?label, ?prefLabel, ?title) AS ?thingLabel)
}
ORDER BY ?propertyLabel ?property ?thingLabel ?thing
LIMIT 100"""


def node(iri: str) -> str:
    """An IRI as it stands in a query; 404 for a path that is no IRI."""
    if any(sign in iri for sign in ' <>"{}|\\^`') or not iri.isprintable():
        abort(404, Phrase("Nothing here has such a name."))
    return str(ox.NamedNode(iri))


@dataclass(frozen=True)
class _Read:
    """What is read in the graph for a page: the thing's name and classes, what is said of it (rows of `property`
    and `value`), its description, its story, and what else has it as a value.
    """

    name: Term
    kinds: frozenset[str]
    facts: Table
    lead: Term | None
    story: Story
    incoming: list[dict[str, Term | None]]


def page(desk: Desk, iri: str, base: str) -> str:
    """The page, in the reader's language."""
    names = PREFIXES | {"thing": node(iri), "examples": ", ".join(_EXAMPLES), "terms": TERMS}
    incoming = desk.store.answer(_INCOMING % names).table()
    found = desk.read(partial(_read, iri=iri, base=base, incoming=incoming), language())
    told, facts = found.story, found.facts.rows
    own = told.proofs[: told.own]
    is_place = "Place" in found.kinds
    return render_template(
        "thing.html",
        iri=iri,
        base=base,
        structured=of_thing(desk.store, iri, request.url_root),
        name=found.name,
        types=_types(found.facts),
        facts=[_Fact.of(row, own) for row in facts if not _is(row, "rdf", "type")],
        lead=found.lead,
        around=[row["value"] for row in facts if _is(row, "hrc", "within")],
        incoming=found.incoming,
        evidence=told.proofs,
        story=told,
        counts=_counts(told) if is_place else {},
        often=_often(told) if is_place else [],
        picture=timeline(told.moments, listed=not told.drawn),
        search=_search(iri, found.kinds),
        questions=_questions(desk, iri),
        graph=iri in desk.curated,
        suffixes=[form.suffix for form in GRAPHS.values()],
    )


def _read(reader: Reader, iri: str, base: str, incoming: Table) -> _Read:
    rows: list[dict[str, Term | None]] = [
        {"property": prop, "value": value} for prop, value in reader.statements(iri)
    ]
    facts, story = Table(["property", "value"], rows), tell(reader, iri)
    return _Read(
        _name(reader, facts, iri, base),
        reader.kinds(iri),
        facts,
        reader.one(iri, "dcterms:description") or reader.one(iri, "skos:definition"),
        story,
        _elsewhere(reader, incoming, story),
    )


def _elsewhere(reader: Reader, incoming: Table, story: Story) -> list[dict[str, Term | None]]:
    """What else has this thing as a value, as far as the story has not told of it."""
    return [
        {name: reader.name(term.value) if term else None for name, term in row.items()}
        for row in incoming.rows
        if row["thing"] and row["thing"].value not in story.told
    ]


def _types(facts: Table) -> list[Term]:
    """What a thing is; that a right is a concept goes without saying."""
    types = [row["value"] for row in facts.rows if _is(row, "rdf", "type") and row["value"]]
    ours = [one for one in types if one.value.startswith(TERMS)]
    return ours or types


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
    words = desk.wording(language())
    return [
        (words.text(question.summary), f"/queries/{question.name}?{parameter.name}={shorten(iri)}")
        for question in desk.questions
        for parameter in question.parameters
        if classes & set(parameter.classes)
    ]


def _is(row: dict[str, Term | None], prefix: str, local: str) -> bool:
    prop = row["property"]
    return prop is not None and prop.value == PREFIXES[prefix] + local


def _name(reader: Reader, facts: Table, iri: str, base: str) -> Term:
    """What a thing is called; failing a name, by what it belongs to, or the end of its address."""
    if (name := reader.name(iri)).label:
        return name
    if owner := owner_of(reader, iri):
        kinds = " ".join(str(kind) for kind in _types(facts))
        return Term("uri", iri, owner.language, label=f"{kinds}: {owner}")
    return Term("uri", iri, label=base)


@dataclass(frozen=True)
class _Fact:
    """A statement on a page, with the numbers of its evidence; `weak`: see kg/report.py."""

    property: Term | None
    value: Term | None
    proofs: list[Proof]
    weak: Term | None

    @classmethod
    def of(cls, row: dict[str, Term | None], evidence: Sequence[Proof]) -> _Fact:
        prop, value = row["property"], row["value"]
        if not prop or not value:
            return cls(prop, value, [], None)
        proofs = [proof for proof in evidence if proof.supports(prop.value, value.value)]
        sources = {str(proof.cells["source"]) for proof in proofs}
        grade = proofs[0].cells["graded"] if len(sources) == 1 else None
        weak = grade and shorten(grade.value).removeprefix("grade:") in _WEAK_GRADES
        return cls(prop, value, proofs, grade if weak else None)
