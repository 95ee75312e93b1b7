"""A saved question as RDF: `sh:SPARQLExecutable` with its parameters, as endpoints publish their examples.

The convention is that of SIB's sparql-examples: `sh:select`, `sh:ask` or `sh:construct` with the text that runs as it
stands, `rdfs:comment` with the question, `sh:prefixes`, `schema:target` and `schema:keywords`. `sh:parameter` is SHACL
Advanced Features' (section 5.2): a parameter is a constraint on its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.describing.statements import english, node, said, typed
from kg.lexer import tokens
from kg.namespaces import BASE, PREFIXES
from kg.queries import Parameter, Query
from kg.screening import screen

PREFIXED = BASE + "prefixes"
_FORMS = {
    "SELECT": ("sh:SPARQLSelectExecutable", "sh:select"),
    "ASK": ("sh:SPARQLAskExecutable", "sh:ask"),
    "CONSTRUCT": ("sh:SPARQLConstructExecutable", "sh:construct"),
}


def describe(query: Query) -> list[ox.Quad]:
    """A query in RDF, so that a stranger's editor finds it in the endpoint."""
    name = f"{BASE}queries/{query.name}"
    kind, form = _FORMS[screen(query.text).form]
    triples = list(
        said(
            name,
            {
                "rdf:type": [node("sh:SPARQLExecutable"), node(kind)],
                "rdfs:label": english(query.summary),
                "rdfs:comment": english(f"{query.summary} {query.description}".strip()),
                "schema:keywords": [english(tag) for tag in query.tags],
                "schema:target": node(BASE + "sparql"),
                "sh:prefixes": node(PREFIXED),
                form: query.text,
                "sh:parameter": [node(_named(name, one)) for one in query.parameters],
            },
        )
    )
    for order, parameter in enumerate(query.parameters):
        triples += _parameter(query, name, parameter, order)
    return [ox.Quad(one.subject, one.predicate, one.object) for one in triples]


def _named(query: str, parameter: Parameter) -> str:
    return f"{query}#{parameter.name}"


def _parameter(query: Query, name: str, parameter: Parameter, order: int) -> Iterator[ox.Triple]:
    """What a value of a parameter must be. `sh:path` ends in the parameter's name, as SHACL asks."""
    shape = _named(name, parameter)
    names = parameter.classes or (("skos:Concept",) if parameter.scheme else ())
    classes = [node(name) for name in names]
    example = next(iter(_examples(query.text, parameter.name)), None)
    yield from said(
        shape,
        {
            "rdf:type": node("sh:Parameter"),
            "sh:path": node(f"{BASE}parameter/{parameter.name}"),
            "sh:name": english(parameter.name),
            "sh:description": english(parameter.help) if parameter.help else None,
            "sh:order": order,
            "sh:optional": typed("true", "boolean"),  # the text has an example in its place
            "sh:defaultValue": example,
            "sh:class": classes if len(classes) == 1 else None,
            "sh:or": node(f"{shape}-1") if len(classes) > 1 else None,
            "sh:nodeKind": None if parameter.datatype else node("sh:IRI"),
            "sh:datatype": _datatype(parameter),
            "sh:minInclusive": parameter.low,
            "sh:maxInclusive": parameter.high,
            "rdfs:seeAlso": node(parameter.scheme) if parameter.scheme else None,
        },
    )
    if len(classes) > 1:
        yield from _either(shape, classes)


def _either(shape: str, classes: list[ox.NamedNode]) -> Iterator[ox.Triple]:
    """An RDF list, all of it named, of shapes that each ask for one class."""
    for at, cls in enumerate(classes, 1):
        rest = f"{shape}-{at + 1}" if at < len(classes) else PREFIXES["rdf"] + "nil"
        yield from said(
            f"{shape}-{at}",
            {"rdf:first": node(f"{shape}-{at}-class"), "rdf:rest": node(rest)},
        )
        yield from said(f"{shape}-{at}-class", {"sh:class": cls})


def _datatype(parameter: Parameter) -> ox.NamedNode | None:
    if parameter.language:
        return node("rdf:langString")
    return node(f"xsd:{parameter.datatype}") if parameter.datatype else None


def _examples(text: str, name: str) -> Iterator[ox.NamedNode | ox.Literal]:
    """The terms that stand in the text in a parameter's place, read by the engine."""
    every = list(tokens(text))
    prefixes = "".join(
        f"PREFIX {label}: <{space}>\n" for label, space in PREFIXES.items() if f"{label}:" in text
    )
    for at, token in enumerate(every):
        if token.is_word("VALUES") and every[at + 1].text == f"?{name}":
            ends = next(one for one in every[at:] if one.text == "}")
            block = text[token.start : ends.end]
            found = ox.Store().query(f"{prefixes}SELECT ?{name} {{ {block} }}")
            yield from (row[name] for row in found if row[name] is not None)  # type: ignore[union-attr]
            return


def prefixes() -> Iterator[ox.Triple]:
    """All our prefixes as `sh:declare`, on the one thing that every saved question names in `sh:prefixes`."""
    names = sorted(PREFIXES)
    yield from said(
        PREFIXED,
        {
            "rdf:type": node("owl:Ontology"),
            "dcterms:title": english("The prefixes of the Human Rights Cities Knowledge Graph"),
            "sh:declare": [node(f"{PREFIXED}#{name}") for name in names],
        },
    )
    for name in names:
        yield from said(
            f"{PREFIXED}#{name}",
            {
                "rdf:type": node("sh:PrefixDeclaration"),
                "sh:prefix": name,
                "sh:namespace": typed(PREFIXES[name], "anyURI"),
            },
        )


def examples(queries: Iterable[Query]) -> Iterator[ox.Triple]:
    """All saved questions, with the prefixes that they are written with."""
    yield from prefixes()
    for query in queries:
        yield from (quad.triple for quad in describe(query))
