"""VoID of the compiled graph: how much there is, of which classes, with which properties and values.

Partitions are nested as an editor reads them to complete a query: a class has property partitions, and a property
within a class the classes (`void:classPartition`) or datatypes (`void-ext:datatypePartition`) of its values.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from kg.citing import AUTHOR, TITLE
from kg.describing.statements import Values, english, node, said
from kg.export import LICENSE
from kg.namespaces import BASE, ONTOLOGY, PREFIXES, TERMS, shorten
from kg.store import EmbeddedStore

DATASET = BASE  # the data set has the name that everything in it begins with
VOID = BASE + "void"
CONTRIBUTORS = BASE + "contributors"
DESCRIPTION = (
    "Places, coalitions, rights frameworks and practices of human rights cities, with the words that each statement "
    "was read from, the ontology, the SHACL shapes and saved SPARQL questions."
)
FORMATS = ("Turtle", "N-Triples", "JSON-LD", "RDF_XML")
_VALUES = (
    "SELECT ?c ?p ?v (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . %s } GROUP BY ?c ?p ?v ORDER BY ?c ?p ?v"
)
_COUNTS = "(COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)"

Row = dict[str, str]


def void(store: EmbeddedStore) -> Iterator[ox.Triple]:
    """The description of the default graph of a store."""
    properties = _rows(store, f"SELECT ?p {_COUNTS} {{ ?s ?p ?o }} GROUP BY ?p ORDER BY ?p")
    classes = _rows(store, "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c ORDER BY ?c")
    yield from _document()
    yield from _dataset(store, classes, properties)
    for row in properties:
        yield from _property(_part("property", row["p"]), row)
    yield from _classes(store, classes)


def _document() -> Iterator[ox.Triple]:
    yield from said(
        VOID,
        {
            "rdf:type": node("void:DatasetDescription"),
            "dcterms:title": english(f"A description of the {TITLE}"),
            "dcterms:creator": node(CONTRIBUTORS),
            "foaf:primaryTopic": node(DATASET),
        },
    )
    yield from said(
        CONTRIBUTORS,
        {
            "rdf:type": [node("foaf:Group"), node("schema:Organization")],
            "foaf:name": AUTHOR,
            "schema:name": AUTHOR,
        },
    )


def _dataset(
    store: EmbeddedStore, classes: list[Row], properties: list[Row]
) -> Iterator[ox.Triple]:
    one = _rows(
        store,
        "SELECT (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }",
    )
    things = f'?s a ?c FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{BASE}"))'
    entities = _rows(store, f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ {things} }}")
    linksets = _rows(store, f"SELECT ?l {{ ?l a <{PREFIXES['void']}Linkset> }} ORDER BY ?l")
    root = _rows(store, f"SELECT ?s {{ ?s a <{TERMS}City> }} ORDER BY ?s LIMIT 1")
    yield from said(
        DATASET,
        {
            "rdf:type": node("void:Dataset"),
            "dcterms:title": english(TITLE),
            "dcterms:description": english(DESCRIPTION),
            "dcterms:license": node(LICENSE),
            "dcterms:identifier": store.version,
            "dcterms:creator": node(CONTRIBUTORS),
            "dcterms:publisher": node(CONTRIBUTORS),
            "foaf:homepage": node(BASE),
            "void:sparqlEndpoint": node(BASE + "sparql"),
            "void:uriSpace": BASE,
            "void:feature": [node(f"http://www.w3.org/ns/formats/{name}") for name in FORMATS],
            "void:vocabulary": [node(name) for name in _vocabularies(classes, properties)],
            "void:exampleResource": [node(row["s"]) for row in root],
            "void:triples": sum(int(row["n"]) for row in properties),
            "void:entities": int(entities[0]["n"]),
            "void:distinctSubjects": int(one[0]["subjects"]),
            "void:distinctObjects": int(one[0]["objects"]),
            "void:classes": len(classes),
            "void:properties": len(properties),
            "void:subset": [node(row["l"]) for row in linksets],
            "void:propertyPartition": [node(_part("property", row["p"])) for row in properties],
            "void:classPartition": [node(_part(row["c"])) for row in classes],
        },
    )


def _vocabularies(classes: list[Row], properties: list[Row]) -> list[str]:
    """The vocabularies that classes and properties are taken from; ours by its name, others by their space."""
    terms = [row["c"] for row in classes] + [row["p"] for row in properties]
    spaces = {PREFIXES[shorten(one).split(":")[0]] for one in terms if shorten(one) != one}
    return sorted(ONTOLOGY if space == TERMS else space for space in spaces)


def _property(name: str, row: Row, **more: Values) -> Iterator[ox.Triple]:
    yield from said(
        name,
        {
            "rdf:type": node("void:Dataset"),
            "void:property": node(row["p"]),
            "void:triples": int(row["n"]),
            "void:distinctSubjects": int(row["subjects"]),
            "void:distinctObjects": int(row["objects"]),
            "void:classPartition": more.get("classes"),
            "void-ext:datatypePartition": more.get("datatypes"),
        },
    )


def _classes(store: EmbeddedStore, classes: list[Row]) -> Iterator[ox.Triple]:
    """Each class with its properties, and each of these with what its values are."""
    properties = _by(
        _rows(store, f"SELECT ?c ?p {_COUNTS} {{ ?s a ?c ; ?p ?o }} GROUP BY ?c ?p ORDER BY ?c ?p"),
        "c",
    )
    among = _by(_rows(store, _VALUES % "?o a ?v"), "c", "p")
    typed_as = _by(
        _rows(store, _VALUES % "FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?v)"), "c", "p"
    )
    for row in classes:
        cls = row["c"]
        own = properties[(cls,)]
        yield from said(
            _part(cls),
            {
                "rdf:type": node("void:Dataset"),
                "void:class": node(cls),
                "void:entities": int(row["n"]),
                "void:triples": sum(int(one["n"]) for one in own),
                "void:distinctSubjects": int(row["n"]),
                "void:properties": len(own),
                "void:propertyPartition": [node(_part(cls, one["p"])) for one in own],
            },
        )
        for one in own:
            key = (cls, one["p"])
            yield from _values(key, one, among[key], typed_as[key])


def _values(
    key: tuple[str, str], row: Row, among: list[Row], typed_as: list[Row]
) -> Iterator[ox.Triple]:
    """A property within a class, with the classes and the datatypes of its values."""
    named = [(node(_part(*key, one["v"])), one) for one in among]
    literal = [(node(_part(*key, one["v"])), one) for one in typed_as]
    parts: dict[str, Values] = {
        "classes": [name for name, _ in named],
        "datatypes": [name for name, _ in literal],
    }
    yield from _property(_part(*key), row, **parts)
    for kind, found in (("void:class", named), ("void-ext:datatype", literal)):
        for name, one in found:
            yield from said(
                name.value,
                {
                    "rdf:type": node("void:Dataset"),
                    kind: node(one["v"]),
                    "void:triples": int(one["n"]),
                },
            )


def _part(*names: str) -> str:
    """The name of a partition: `void#hrc-City-hrc-within-hrc-State`."""
    return f"{VOID}#{'-'.join(map(_short, names))}"


def _short(name: str) -> str:
    short = shorten(name)
    if short == name and "/" in name:  # no prefix of ours covers it
        return hashlib.sha256(name.encode()).hexdigest()[:12]
    return "-".join(re.findall(r"[A-Za-z0-9]+", short))


def _by(rows: list[Row], *names: str) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[tuple(row[name] for name in names)].append(row)
    return found


def _rows(store: EmbeddedStore, query: str) -> list[Row]:
    return [
        {name: term.value for name, term in row.items() if term}
        for row in store.answer(query).table().rows
    ]
