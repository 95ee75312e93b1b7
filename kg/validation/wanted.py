"""What a shape wants of a value, read from the shape itself: classes, concept schemes, datatypes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import SH, SKOS
from rdflib.term import Node

_LISTS = (SH["or"], SH.xone, SH["and"])


@dataclass(frozen=True)
class Wanted:
    """The classes that a value may be of, the schemes it may be chosen from, the datatypes it may have."""

    classes: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    datatypes: tuple[str, ...] = ()


def wanted_by(shapes: Graph, shape: str) -> Wanted:
    """What a property shape asks of its values."""
    parts = list(_parts(shapes, URIRef(shape)))
    return Wanted(
        classes=_all(shapes, parts, SH["class"]),
        schemes=_schemes(shapes, parts),
        datatypes=_all(shapes, parts, SH.datatype),
    )


def _parts(shapes: Graph, shape: Node) -> Iterator[Node]:
    yield shape
    for constraint in _LISTS:
        for options in shapes.objects(shape, constraint):
            yield from shapes.items(options)
    yield from shapes.objects(shape, SH.node)


def _all(shapes: Graph, parts: list[Node], constraint: URIRef) -> tuple[str, ...]:
    found = {str(value) for part in parts for value in shapes.objects(part, constraint)}
    return tuple(sorted(found))


def _schemes(shapes: Graph, parts: list[Node]) -> tuple[str, ...]:
    found = set()
    for part in parts:
        for inner in shapes.objects(part, SH.property):
            if shapes.value(inner, SH.path) == SKOS.inScheme:
                found |= {str(scheme) for scheme in shapes.objects(inner, SH.hasValue)}
    return tuple(sorted(found))
