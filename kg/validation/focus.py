"""Shapes that look only at the things to be judged, and not at the others that must be at hand.

A neighbourhood holds five or ten times as many things as are to be judged, most of them in part; without this, engines
spend their time on findings about those. The rewritten shapes target what statements of a judge name: instead of
`sh:targetClass C`, whatever the judge says to judge as C; and a target query keeps what the judge says to judge. The
constraints stay word for word as they are. (pySHACL's own `focus_nodes=` is not used: it loses violations.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

import pyoxigraph as ox

from kg.namespaces import PREFIXES
from kg.validation.company import Node
from kg.validation.reach import Reach
from kg.validation.steps import ANY

_SH = PREFIXES["sh"]
_TARGET_CLASS = ox.NamedNode(_SH + "targetClass")
_TARGET_OBJECTS = ox.NamedNode(_SH + "targetObjectsOf")
_TARGET = ox.NamedNode(_SH + "target")
_SELECT = ox.NamedNode(_SH + "select")
_JUDGE = ox.NamedNode("urn:x-kg:judge")
_JUDGES = ox.NamedNode("urn:x-kg:judges")
_AS = "urn:x-kg:judges-as:"


@dataclass(frozen=True)
class Focus:
    """What is to be judged: things, each with its classes and those above them, by these shapes with a target."""

    things: Mapping[Node, frozenset[str]]
    shapes: frozenset[str]

    @classmethod
    def on(cls, things: Mapping[Node, frozenset[str]], reach: Reach) -> Focus:
        """On these things, by all shapes that could be for one of them."""
        classes = frozenset(chain.from_iterable(things.values()))
        fitting = (one for one in reach.shapes if not one.classes or one.classes & classes)
        return cls(things, frozenset(one.shape for one in fitting))


def can_focus(reach: Reach) -> bool:
    """Whether no shape could take the judge's statements for data: none reads a thing's incoming statements of any
    property, and none reads all statements of an object wherever they stand."""
    steps = {step for shape in reach.shapes for route in shape.routes for step in route}
    return not any((ANY, False) in step.moves for step in steps) and not any(
        pattern.predicate is None for pattern in reach.background
    )


def focused(shapes: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The same shapes, for data to which `marks` are added."""
    statements = list(shapes)
    queries = {quad.object for quad in statements if quad.predicate == _TARGET}
    return [_focused(quad, quad.subject in queries) for quad in statements]


def marks(things: Mapping[Node, frozenset[str]]) -> list[ox.Triple]:
    """What the judge says: to judge these things, as members of these classes."""
    return [ox.Triple(_JUDGE, _JUDGES, thing) for thing in things] + [
        ox.Triple(_JUDGE, ox.NamedNode(_AS + name), thing)
        for thing, classes in things.items()
        for name in classes
    ]


def _focused(quad: ox.Quad, of_a_target: bool) -> ox.Quad:
    if quad.predicate == _TARGET_CLASS and isinstance(quad.object, ox.NamedNode):
        return ox.Quad(quad.subject, _TARGET_OBJECTS, ox.NamedNode(_AS + quad.object.value))
    if of_a_target and quad.predicate == _SELECT and isinstance(quad.object, ox.Literal):
        return ox.Quad(quad.subject, _SELECT, ox.Literal(_narrowed(quad.object.value)))
    return quad


def _narrowed(query: str) -> str:
    """The target query, joined at its end with what the judge says; as it is where its end is not its WHERE's."""
    before, brace, after = query.rpartition("}")
    if not brace or after.strip() or "GROUP BY" in query.upper():
        return query
    return f"{before} {_JUDGE} {_JUDGES} ?this . }}"
