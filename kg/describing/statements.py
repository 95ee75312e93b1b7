"""Statements written down: `said("…/x", {"void:triples": 3})`, and addresses made those of one server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import pyoxigraph as ox

from kg.namespaces import BASE, PREFIXES, expand

Value: TypeAlias = ox.NamedNode | ox.Literal | int | str
Values: TypeAlias = Value | Sequence[Value] | Sequence[ox.NamedNode] | Sequence[ox.Literal] | None
# Whose values are addresses to go to, not names; see `at`.
ADDRESSES = {
    *("void:sparqlEndpoint", "void:dataDump", "dcat:downloadURL", "dcat:accessURL"),
    *("dcat:endpointURL", "dcat:endpointDescription", "dcat:landingPage", "foaf:homepage"),
    *("schema:target", "sd:endpoint"),
}
_ADDRESSES = {expand(name) for name in ADDRESSES}


def node(name: str) -> ox.NamedNode:
    """An IRI, or what a prefixed name stands for."""
    return ox.NamedNode(expand(name) or name)


def english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")


def typed(text: str, datatype: str) -> ox.Literal:
    """A literal of an XSD datatype, named without its prefix."""
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + datatype))


def said(subject: str, facts: Mapping[str, Values]) -> Iterator[ox.Triple]:
    """The statements of one thing, by prefixed property. A number is an xsd:integer, a text a plain literal, and what
    is None or empty is not said.
    """
    about = ox.NamedNode(subject)
    for name, given in facts.items():
        if given is None:
            continue
        for value in [given] if isinstance(given, Value) else given:
            term = value if isinstance(value, ox.NamedNode | ox.Literal) else ox.Literal(value)
            yield ox.Triple(about, node(name), term)


def at(triples: Iterable[ox.Triple], root: str) -> list[ox.Triple]:
    """The same statements with the addresses of the server at `root` ("https://host/"), names left as they are."""
    return [
        ox.Triple(one.subject, one.predicate, ox.NamedNode(root + value.value.removeprefix(BASE)))
        if one.predicate.value in _ADDRESSES
        and isinstance(value := one.object, ox.NamedNode)
        and value.value.startswith(BASE)
        else one
        for one in triples
    ]
