"""The ontology as a page to read: every term, how the classes hang together, and the concept schemes.

All of it is read from the store. The order is nobody's list: a class stands above the properties that the shapes
ask of it alone, the class with the most neighbours first, so a new class finds its own place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flask import render_template
from markupsafe import Markup

from kg.answers import GRAPHS, Table, Term
from kg.namespaces import ONTOLOGY, PREFIXES, TERMS, shorten
from kg.store import Store
from server.desk import Desk
from server.diagram import drawn

_PREFIXES = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n"
    for name in ("dcterms", "owl", "rdf", "rdfs", "sh", "skos", "vann")
)
_HEAD = f"""SELECT ?property ?value WHERE {{ <{ONTOLOGY}> ?property ?value FILTER(!isBlank(?value)) }}
ORDER BY ?property ?value"""
_TERMS = f"""SELECT ?term ?property ?value ?valueLabel WHERE {{
  ?term rdfs:isDefinedBy <{ONTOLOGY}> ; ?property ?value .
  OPTIONAL {{ ?value rdfs:label ?valueLabel }}
}}
ORDER BY ?term ?property ?value"""
_SHAPES = """SELECT DISTINCT ?class ?node ?shape ?property ?propertyLabel ?inverse ?value ?valueLabel WHERE {
  ?node sh:targetClass ?class .
  OPTIONAL {
    ?node sh:property ?shape .
    { ?shape sh:path ?property FILTER(isIRI(?property)) }
    UNION { ?shape sh:path/sh:alternativePath/rdf:rest*/rdf:first ?property }
    UNION { ?shape sh:path/sh:inversePath ?property BIND(true AS ?inverse) }
    OPTIONAL { ?property rdfs:label ?propertyLabel }
    OPTIONAL {
      { ?shape sh:class ?value } UNION { ?shape sh:or/rdf:rest*/rdf:first/sh:class ?value }
      UNION { ?shape sh:node/sh:property/sh:hasValue ?value }
      OPTIONAL { ?value rdfs:label|skos:prefLabel ?valueLabel }
    }
  }
}
ORDER BY ?class ?property ?shape ?value"""
_WORDED = """SELECT ?shape ?text WHERE { ?shape (sh:sparql|sh:target)/sh:select ?text }
ORDER BY ?shape ?text"""
_SCHEMES = """SELECT ?scheme ?schemeLabel (SAMPLE(?said) AS ?definition) (COUNT(DISTINCT ?concept) AS ?concepts)
WHERE {
  ?scheme a skos:ConceptScheme ; skos:prefLabel ?schemeLabel .
  OPTIONAL { ?scheme skos:definition ?said }
  OPTIONAL { ?concept skos:inScheme ?scheme }
}
GROUP BY ?scheme ?schemeLabel ORDER BY ?schemeLabel"""
_KINDS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property that joins things",
    "owl:DatatypeProperty": "property with a text, number or date",
    "owl:AnnotationProperty": "annotation property",
    "owl:TransitiveProperty": "transitive",
    "owl:SymmetricProperty": "symmetric",
    "rdf:Property": "property with a thing or a text",
}
_BESIDE = {
    "owl:equivalentClass": "the same as",
    "owl:equivalentProperty": "the same as",
    "skos:closeMatch": "close to",
    "skos:relatedMatch": "related to",
}


@dataclass(frozen=True)
class Join:
    """What the shapes ask of a class: a property, and the classes or schemes that its values are of."""

    subject: str
    property: Term
    values: tuple[Term, ...]


@dataclass
class Entry:
    """A term of ours: what is said of it by prefixed name, the joins it takes part in, the shapes that check it."""

    iri: str
    said: dict[str, list[Term]]
    joins: list[Join] = field(default_factory=list)
    checks: dict[str, Term] = field(default_factory=dict)

    def all(self, *names: str) -> list[Term]:
        return [term for name in names for term in self.said.get(name, [])]

    def first(self, name: str) -> str:
        return next((term.value for term in self.all(name)), "")

    @property
    def name(self) -> str:
        return self.iri.removeprefix(TERMS)

    @property
    def label(self) -> str:
        return self.first("rdfs:label") or self.name

    @property
    def kind(self) -> str:
        return ", ".join(
            _KINDS[name]
            for name in _KINDS
            if any(shorten(term.value) == name for term in self.all("rdf:type"))
        )

    @property
    def is_class(self) -> bool:
        return any(shorten(term.value) == "owl:Class" for term in self.all("rdf:type"))

    @property
    def retired(self) -> bool:
        return self.first("owl:deprecated") == "true"

    @property
    def above(self) -> list[Term]:
        return self.all("rdfs:subClassOf", "rdfs:subPropertyOf")

    @property
    def beside(self) -> list[tuple[str, list[Term]]]:
        """Words of others with how they stand to this one: [("close to", [...]), ...]."""
        return [(words, self.all(name)) for name, words in _BESIDE.items() if self.all(name)]


@dataclass(frozen=True)
class Section:
    """Entries under one heading; where a class is the heading, it is the first of them."""

    title: str
    anchor: str
    entries: list[Entry]
    note: str = ""


@dataclass(frozen=True)
class Read:
    """All that the page shows."""

    head: dict[str, list[str]]
    sections: list[Section]
    schemes: Table
    picture: Markup
    joins: list[Join]
    labels: dict[str, str]

    @property
    def terms(self) -> int:
        return sum(len(section.entries) for section in self.sections)

    def naming(self, iri: str) -> list[Join]:
        """The joins that lead to a class."""
        return [join for join in self.joins if any(value.value == iri for value in join.values)]


def page(desk: Desk) -> str:
    """The ontology's page as HTML."""
    forms = [form.suffix for form in GRAPHS.values()]
    return render_template("ontology.html", read=_read(desk.store), suffixes=forms, iri=ONTOLOGY)


def _read(store: Store) -> Read:
    """Everything, in five questions."""
    entries = _entries(_ask(store, _TERMS))
    joins = _joins(_ask(store, _SHAPES), entries)
    _noted(_ask(store, _WORDED), entries)
    roots = {iri: _root(iri, entries) for iri in entries}
    head: dict[str, list[str]] = defaultdict(list)
    for row in _ask(store, _HEAD).rows:
        head[_short(row["property"])].append(_value(row["value"]))
    labels = {iri: entry.label for iri, entry in entries.items()}
    neighbours = _neighbours(joins, roots)
    return Read(
        head,
        list(_sections(entries, roots, neighbours)),
        _ask(store, _SCHEMES).for_people(),
        drawn(_between_families(joins, roots), labels),
        joins,
        labels,
    )


def _ask(store: Store, question: str) -> Table:
    return store.answer(_PREFIXES + question).table()


def _short(term: Term | None) -> str:
    return shorten(_value(term))


def _value(term: Term | None) -> str:
    return term.value if term else ""


def _entries(rows: Table) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for row in rows.for_people().rows:
        entry = found.setdefault(_value(row["term"]), Entry(_value(row["term"]), {}))
        if row["value"]:
            entry.said.setdefault(_short(row["property"]), []).append(row["value"])
    return found


def _joins(rows: Table, entries: dict[str, Entry]) -> list[Join]:
    """One join for each property that shapes ask of a class; the shapes are noted with what they check."""
    found: dict[tuple[str, str], list[Term]] = {}
    called: dict[str, Term] = {}
    for row in rows.for_people().rows:
        of, prop, value = _value(row["class"]), row["property"], row["value"]
        _check(entries, of, row["node"])
        if prop is None:
            continue
        _check(entries, prop.value, row["shape"])
        if row["inverse"]:
            continue
        called[prop.value] = prop
        values = found.setdefault((of, prop.value), [])
        if value and value not in values:
            values.append(value)
    joins = [Join(of, called[prop], tuple(values)) for (of, prop), values in found.items()]
    for join in joins:
        for iri in (join.subject, join.property.value):
            if iri in entries:
                entries[iri].joins.append(join)
    return joins


def _check(entries: dict[str, Entry], iri: str, shape: Term | None) -> None:
    if iri in entries and shape and shape.kind == "uri":
        entries[iri].checks[shape.value] = shape


def _noted(rows: Table, entries: dict[str, Entry]) -> None:
    """Shapes that are written in SPARQL check the terms that their text names."""
    for row in rows.rows:
        for name in re.findall(r"\bhrc:(\w+)", _value(row["text"])):
            _check(entries, TERMS + name, row["shape"])


def _root(iri: str, entries: dict[str, Entry]) -> str:
    """The topmost class of ours above a class; the term itself where there is none."""
    for above in entries[iri].all("rdfs:subClassOf"):
        if above.value in entries and above.value != iri:
            return _root(above.value, entries)
    return iri


def _between_families(joins: Iterable[Join], roots: dict[str, str]) -> list[tuple[str, str, str]]:
    """(class, property's label, class) with each class stood for by the topmost above it, no pair with itself."""
    found = {
        (roots[join.subject], str(join.property), roots[value.value])
        for join in joins
        for value in join.values
        if join.subject in roots and value.value in roots
    }
    return sorted(triple for triple in found if triple[0] != triple[2])


def _neighbours(joins: list[Join], roots: dict[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one, _, other in _between_families(joins, roots):
        found[one].add(other)
        found[other].add(one)
    return found


def _sections(
    entries: dict[str, Entry], roots: dict[str, str], neighbours: dict[str, set[str]]
) -> Iterator[Section]:
    """The families of classes with their own properties, then the words that several share, then the rest."""
    homes: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries.values():
        homes[_home(entry, roots)].append(entry)
    families = [iri for iri in homes if iri in entries]
    for iri in sorted(families, key=lambda iri: (-len(neighbours[iri]), entries[iri].label)):
        inside = sorted(
            homes[iri], key=lambda one: (one.iri != iri, not one.is_class, one.label.lower())
        )
        yield Section(entries[iri].label, entries[iri].name, inside)
    for anchor, title, note in _SHARED:
        inside = sorted(homes[anchor], key=lambda one: one.label.lower())
        if inside:
            yield Section(title, anchor, inside, note)


_SHARED = [
    ("of-several", "Words for several classes", "Each is asked of more than one class."),
    ("of-others", "Other words", "No shape ties these to a class."),
    ("retired", "Words that retired", "Still understood; write what replaces them."),
]


def _home(entry: Entry, roots: dict[str, str]) -> str:
    """The class under which a term is told, or the section for those that have none, or several."""
    if entry.retired:
        return "retired"
    if entry.is_class:
        return roots[entry.iri]
    families = {roots.get(join.subject, join.subject) for join in entry.joins}
    if not families:
        return next((roots[one.value] for one in entry.all("rdfs:domain")), "of-others")
    return families.pop() if len(families) == 1 else "of-several"
