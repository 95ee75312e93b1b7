"""What there is to read of the ontology: every term, how the classes hang together, and the concept schemes.

All of it is read from the store. The order is nobody's list: a class stands above the properties that the shapes
ask of it alone, the class with the most neighbours first, so a new class finds its own place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from markupsafe import Markup

from kg.answers import LABEL, Table, Term
from kg.namespaces import ONTOLOGY, PREFIXES, TERMS, shorten
from kg.store import Store
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
_SCHEMES = """SELECT ?scheme ?schemeLabel ?definition ?concepts WHERE {
  { SELECT ?scheme (COUNT(DISTINCT ?concept) AS ?concepts) WHERE {
      ?scheme a skos:ConceptScheme OPTIONAL { ?concept skos:inScheme ?scheme }
    } GROUP BY ?scheme }
  ?scheme skos:prefLabel ?schemeLabel .
  OPTIONAL { ?scheme skos:definition ?definition }
}
ORDER BY ?schemeLabel ?definition"""
KINDS = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property that joins things",
    "owl:DatatypeProperty": "property with a text, number or date",
    "owl:AnnotationProperty": "annotation property",
    "owl:TransitiveProperty": "transitive",
    "owl:SymmetricProperty": "symmetric",
    "rdf:Property": "property with a thing or a text",
}
BESIDE = {
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
    def called(self) -> Term:
        """The term with its name in the reader's language, if it has one there."""
        said = next(iter(self.all("rdfs:label")), None)
        return Term("uri", self.iri, said.language if said else "", label=self.label)

    @property
    def label(self) -> str:
        return self.first("rdfs:label") or self.name

    @property
    def kinds(self) -> list[str]:
        types = {shorten(term.value) for term in self.all("rdf:type")}
        return [words for name, words in KINDS.items() if name in types]

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
        return [(words, self.all(name)) for name, words in BESIDE.items() if self.all(name)]


@dataclass(frozen=True)
class Section:
    """Entries under one heading; where a class is the heading, it is the first of them."""

    title: str
    anchor: str
    entries: list[Entry]
    note: str = ""

    @property
    def path(self) -> str:
        """The address of its page."""
        return f"/ontology/terms/{self.anchor}"


@dataclass(frozen=True)
class Scheme:
    """A concept scheme, what it is for, and how many concepts it has."""

    scheme: Term
    definition: Term | None
    concepts: int


@dataclass(frozen=True)
class Read:
    """All that the pages show, texts and names in one language where they have it."""

    head: dict[str, list[Term]]
    sections: list[Section]
    schemes: list[Scheme]
    joins: list[Join]
    entries: dict[str, Entry]
    roots: dict[str, str]

    @cached_property
    def homes(self) -> dict[str, Section]:
        """The section of each term, by the term's IRI."""
        return {entry.iri: section for section in self.sections for entry in section.entries}

    def naming(self, iri: str) -> list[Join]:
        """The joins that lead to a class."""
        return [join for join in self.joins if any(value.value == iri for value in join.values)]

    @cached_property
    def picture(self) -> Markup:
        """How the main classes hang together."""
        labels = {iri: entry.label for iri, entry in self.entries.items()}
        tongues = {entry.called.language for entry in self.entries.values()}
        tongue = tongues.pop() if len(tongues) == 1 else ""
        return drawn(_between_families(self.joins, self.roots), labels, tongue)


def read(store: Store, language: str) -> Read:
    """Everything, in five questions."""
    entries = _entries(_ask(store, _TERMS), language)
    joins = _joins(_ask(store, _SHAPES), entries, language)
    _noted(_ask(store, _WORDED), entries)
    roots = {iri: _root(iri, entries) for iri in entries}
    sections = list(_sections(entries, roots, _neighbours(joins, roots)))
    head = _said(_ask(store, _HEAD), language)
    schemes = _schemes(_ask(store, _SCHEMES), language)
    return Read(head, sections, schemes, joins, entries, roots)


def _ask(store: Store, question: str) -> Table:
    return store.answer(_PREFIXES + question).table()


def _short(term: Term | None) -> str:
    return shorten(_value(term))


def _value(term: Term | None) -> str:
    return term.value if term else ""


def fitting(found: list[Term], language: str) -> list[Term]:
    """Each thing once, called in this language, else in English; of texts, those in the language that fits best."""

    def far(term: Term) -> int:
        return 0 if term.language == language else 1 if term.language in ("en", "") else 2

    nearest = min((far(term) for term in found if term.kind == "literal"), default=0)
    kept: dict[str, Term] = {}
    for term in sorted(found, key=far):
        if term.kind != "literal" or far(term) == nearest:
            kept.setdefault(term.value, term)
    return list(kept.values())


def _named(row: dict[str, Term | None], name: str) -> Term | None:
    """A thing in a row with its name, and the language of that."""
    term, label = row[name], row.get(name + LABEL)
    return replace(term, label=label.value, language=label.language) if term and label else term


def _said(rows: Table, language: str) -> dict[str, list[Term]]:
    """The values of each property, by its prefixed name."""
    found: dict[str, list[Term]] = defaultdict(list)
    for row in rows.rows:
        if value := _named(row, "value"):
            found[_short(row["property"])].append(value)
    return {name: fitting(values, language) for name, values in found.items()}


def _entries(rows: Table, language: str) -> dict[str, Entry]:
    found: dict[str, list[dict[str, Term | None]]] = defaultdict(list)
    for row in rows.rows:
        found[_value(row["term"])].append(row)
    return {
        iri: Entry(iri, _said(Table(rows.columns, own), language)) for iri, own in found.items()
    }


def _schemes(rows: Table, language: str) -> list[Scheme]:
    named: dict[str, list[Term]] = defaultdict(list)
    defined: dict[str, list[Term]] = defaultdict(list)
    sizes: dict[str, int] = {}
    for row in rows.rows:
        iri = _value(row["scheme"])
        named[iri] += [term] if (term := _named(row, "scheme")) else []
        defined[iri] += [term] if (term := row["definition"]) else []
        sizes[iri] = int(_value(row["concepts"]))
    return [
        Scheme(
            fitting(names, language)[0],
            next(iter(fitting(defined[iri], language)), None),
            sizes[iri],
        )
        for iri, names in named.items()
    ]


def _joins(rows: Table, entries: dict[str, Entry], language: str) -> list[Join]:
    """One join for each property that shapes ask of a class; the shapes are noted with what they check."""
    found: dict[tuple[str, str], list[Term]] = defaultdict(list)
    called: dict[str, list[Term]] = defaultdict(list)
    for row in rows.rows:
        of, prop, value = _value(row["class"]), _named(row, "property"), _named(row, "value")
        _check(entries, of, row["node"])
        if prop is None:
            continue
        _check(entries, prop.value, row["shape"])
        if row["inverse"]:
            continue
        called[prop.value].append(prop)
        found[of, prop.value] += [value] if value else []
    joins = [
        Join(of, fitting(called[prop], language)[0], tuple(fitting(values, language)))
        for (of, prop), values in found.items()
    ]
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
    for anchor, title, note in SHARED:
        inside = sorted(homes[anchor], key=lambda one: one.label.lower())
        if inside:
            yield Section(title, anchor, inside, note)


SHARED = [
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
