"""Links: judgements that a thing of ours is, is like, or is not a thing of another source, each with its grounds.

A link stands in `data/links/` in the file of its linkset: the statement itself (`city:at-graz skos:exactMatch …`) and
an `hrc:Link`, which is evidence with the method, what was compared, the version of the source, the confidence, and who
judged when. A refusal is a link that supports `owl:differentFrom`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from kg.answers import Term
from kg.namespaces import BASE, PREFIXES, expand
from kg.store import Store
from kg.turtle import formatted

REFUSED = PREFIXES["owl"] + "differentFrom"
_FIELDS = {
    "method": "linkMethod",
    "source": "source",
    "version": "sourceVersion",
    "locator": "locator",
    "reading": "reading",
    "seen_on": "seenOn",
    "judged_by": "judgedBy",
    "judged_on": "judgedOn",
    "confidence": "confidence",
}


@dataclass(frozen=True)
class Link:
    """One judgement. IRIs in full; `theirs` an IRI, or a code together with its `datatype`; days as in 2026-11-27."""

    name: str
    ours: str
    predicate: str
    theirs: str
    linkset: str
    method: str
    compared: tuple[str, ...]
    confidence: str
    source: str
    version: str
    judged_by: str
    judged_on: str
    seen_on: str
    locator: str = ""
    reading: str = BASE + "reading/stated"
    datatype: str = ""

    @property
    def refused(self) -> bool:
        return self.predicate == REFUSED


def links(store: Store) -> list[Link]:
    """The links of a graph, refusals among them, in the order of their names."""
    needed = " ".join(
        f"; hrc:{word} ?{field}" for field, word in _FIELDS.items() if field != "locator"
    )
    rows = store.answer(
        f"""PREFIX hrc: <{PREFIXES["hrc"]}> PREFIX dcterms: <{PREFIXES["dcterms"]}>
        SELECT * {{ ?name a hrc:Link ; hrc:about ?ours ; hrc:supports ?predicate ; hrc:supportsValue ?theirs ;
          dcterms:isPartOf ?linkset ; hrc:compared ?compared {needed} OPTIONAL {{ ?name hrc:locator ?locator }} }}
        ORDER BY ?name ?compared"""
    ).table()
    found: dict[str, Link] = {}
    for row in rows.rows:
        told = {field: _text(row[field]) for field in rows.columns}
        compared = told.pop("compared")
        before = found[told["name"]].compared if told["name"] in found else ()
        theirs = row["theirs"]
        datatype = theirs.datatype if theirs and theirs.kind == "literal" else ""
        found[told["name"]] = Link(**told, compared=(*before, compared), datatype=datatype)
    return list(found.values())


def _text(term: Term | None) -> str:
    return term.value if term else ""


def as_turtle(found: Iterable[Link], more: Iterable[ox.Triple] = ()) -> str:
    """Links, and statements about their linkset, as a file of `data/links/` holds them."""
    statements = [one for link in found for one in statements_of(link)]
    text = ox.serialize([*statements, *more], format=ox.RdfFormat.N_TRIPLES)
    return formatted((text or b"").decode(), "the links")


def statements_of(link: Link) -> list[ox.Triple]:
    """What a link says of its pair, and the link itself."""
    ours, predicate = ox.NamedNode(link.ours), ox.NamedNode(link.predicate)
    theirs: ox.NamedNode | ox.Literal = (
        ox.NamedNode(link.theirs)
        if not link.datatype
        else (ox.Literal(link.theirs, datatype=ox.NamedNode(link.datatype)))
    )
    about: list[tuple[str, ox.NamedNode | ox.Literal]] = [
        ("rdf:type", _node("hrc:Link")),
        ("rdf:type", _node("hrc:Evidence")),
        ("dcterms:isPartOf", ox.NamedNode(link.linkset)),
        ("hrc:about", ours),
        ("hrc:supports", predicate),
        ("hrc:supportsValue", theirs),
        ("hrc:linkMethod", ox.NamedNode(link.method)),
        *(("hrc:compared", ox.Literal(one, language="en")) for one in link.compared),
        ("hrc:confidence", ox.Literal(link.confidence, datatype=_node("xsd:decimal"))),
        ("hrc:source", ox.NamedNode(link.source)),
        ("hrc:sourceVersion", ox.Literal(link.version)),
        ("hrc:reading", ox.NamedNode(link.reading)),
        ("hrc:judgedBy", ox.Literal(link.judged_by)),
        ("hrc:judgedOn", ox.Literal(link.judged_on, datatype=_node("xsd:date"))),
        ("hrc:seenOn", ox.Literal(link.seen_on, datatype=_node("xsd:date"))),
    ]
    if link.locator:
        about.append(("hrc:locator", ox.Literal(link.locator, language="en")))
    name = ox.NamedNode(link.name)
    return [
        ox.Triple(ours, predicate, theirs),
        *(ox.Triple(name, _node(word), value) for word, value in about),
    ]


def _node(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name) or name)
