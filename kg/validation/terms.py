"""Terms from one library to the other: pyoxigraph's, which are parsed and stored, and rdflib's, which pySHACL reads."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pyoxigraph as ox
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from kg.errors import JudgeFailed
from kg.namespaces import PREFIXES

_STRING = PREFIXES["xsd"] + "string"
_HEAD = f"PREFIX xsd: <{PREFIXES['xsd']}>"


def as_rdflib(quads: Iterable[ox.Quad | ox.Triple]) -> Graph:
    """Statements as an rdflib graph, term for term."""
    graph = Graph(bind_namespaces="none")
    for quad in quads:
        graph.add((as_node(quad.subject), URIRef(quad.predicate.value), as_node(quad.object)))
    return graph


def as_node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """A term of pyoxigraph as one of rdflib. Raises JudgeFailed for a triple in a triple."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise JudgeFailed("it has a triple inside a triple, which this graph does not use.")
    if term.language:
        return Literal(term.value, lang=term.language)
    plain = term.datatype.value == _STRING
    return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value))


def as_term(node: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """A term of rdflib as one of pyoxigraph."""
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or _STRING)))
    return ox.BlankNode(str(node)) if isinstance(node, BNode) else ox.NamedNode(str(node))


def read_term(text: str) -> ox.NamedNode | ox.BlankNode | ox.Literal | None:
    """A term as N-Triples writes it; None for the empty text."""
    if not text:
        return None
    if text.startswith("_:"):
        return ox.BlankNode(text[2:])
    if text.startswith("<"):
        return ox.NamedNode(text[1:-1])
    quad = next(ox.parse(f"<a:a> <a:b> {text} .".encode(), format=ox.RdfFormat.N_TRIPLES))
    return quad.object if isinstance(quad.object, ox.Literal) else None


def read_value(text: str) -> str | None:
    """What a cell of a table holds for a term in Turtle: a literal's text, a name as it is; None for more than one."""
    if re.fullmatch(r"[\w-]+:[^\s;,]+|-?\d+(\.\d+)?", text):
        return text
    try:
        quad = next(ox.parse(f"{_HEAD} <a:a> <a:b> {text} .".encode(), format=ox.RdfFormat.TURTLE))
    except (SyntaxError, StopIteration):
        return None
    return quad.object.value if isinstance(quad.object, (ox.Literal, ox.NamedNode)) else None
