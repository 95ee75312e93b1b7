"""How far each shape can see: the routes from a thing to the statements on which its verdict rests.

Derived from the shapes themselves. A *route* is a chain of steps that starts at the thing that is judged; the
statements that its steps cross are what the shape reads. Walked forwards, the routes of all shapes give
the statements that must be at hand to judge a thing; walked backwards from a statement, they give the
things whose verdict that statement can change.

A route may lead further than its shape looks (a filter is never counted on), never less far. Patterns of a
SPARQL query that no chain of variables joins to the thing are its *background*: all statements that match
them are at hand. What is neither (a sub-select, a component of somebody's own) is named in `unbounded`
with the reason, and then the whole graph is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rdflib import Graph, URIRef
from rdflib.namespace import OWL, RDF, RDFS, SH
from rdflib.term import Node

from kg.validation.sparql_reach import routes_of_query
from kg.validation.steps import Pattern, Route, Step, Unbounded, along, path_routes

# Constraints that look at nothing but the value nodes themselves.
_LOCAL = frozenset(
    SH[name]
    for name in (
        *("datatype", "nodeKind", "minCount", "maxCount", "minExclusive", "minInclusive"),
        *("maxExclusive", "maxInclusive", "minLength", "maxLength", "pattern", "flags"),
        *("languageIn", "uniqueLang", "hasValue", "in", "path", "message", "severity", "name"),
        *("description", "order", "group", "defaultValue", "deactivated", "targetClass", "target"),
        *(
            "targetNode",
            "targetSubjectsOf",
            "targetObjectsOf",
            "qualifiedMinCount",
            "ignoredProperties",
        ),
        *("qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
    )
)
_OF_A_FOCUS = (SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)
_NESTED = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
_NESTED_LISTS = (SH["and"], SH["or"], SH.xone)
_TYPE = Step.over(str(RDF.type))
_SUBCLASSES = Pattern(None, str(RDFS.subClassOf), None)


@dataclass(frozen=True)
class ShapeReach:
    """What one shape with a target sees: the classes it is for (none: anything), and its routes."""

    shape: str
    classes: frozenset[str]
    routes: frozenset[Route]


@dataclass(frozen=True)
class Reach:
    """What all shapes of a graph see, and why some see without bound."""

    shapes: tuple[ShapeReach, ...]
    background: frozenset[Pattern]
    unbounded: dict[str, str] = field(default_factory=dict)


def reach_of(shapes: Graph) -> Reach:
    """The reach of every targeted shape in a shapes graph."""
    found, background, unbounded = [], {_SUBCLASSES}, {}
    components = set(shapes.subjects(RDF.type, SH.ConstraintComponent))
    for shape in sorted(set(_targeted(shapes)), key=str):
        try:
            if components:
                raise Unbounded("the shapes define constraint components of their own")
            looked = _Look(shapes)
            looked.at_target(shape)
            looked.at_shape(shape, ((),))
            found.append(
                ShapeReach(
                    str(shape), looked.classes, frozenset(route for route in looked.routes if route)
                )
            )
            background |= looked.background
        except Unbounded as why:
            unbounded[str(shape)] = str(why)
    return Reach(tuple(found), frozenset(background), unbounded)


def _targeted(shapes: Graph) -> Iterator[Node]:
    for kind in (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.target):
        yield from shapes.subjects(kind, None)
    for shape in shapes.subjects(RDF.type, SH.NodeShape):
        if (shape, RDF.type, RDFS.Class) in shapes or (shape, RDF.type, OWL.Class) in shapes:
            yield shape


class _Look:
    """One look at a shape, from its targets to the last of the shapes nested in it."""

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._open: list[Node] = []
        self.routes: set[Route] = set()
        self.background: set[Pattern] = set()
        self.classes: frozenset[str] = frozenset()

    def at_target(self, shape: Node) -> None:
        """The routes by which a thing comes to be the shape's target."""
        graph = self._shapes
        classes = {str(one) for one in graph.objects(shape, SH.targetClass)}
        if (shape, RDF.type, RDFS.Class) in graph or (shape, RDF.type, OWL.Class) in graph:
            classes.add(str(shape))
        others = [
            *graph.objects(shape, SH.targetSubjectsOf),
            *graph.objects(shape, SH.targetObjectsOf),
            *graph.objects(shape, SH.targetNode),
            *graph.objects(shape, SH.target),
        ]
        self.classes = frozenset() if others else frozenset(classes)
        self.routes.add((_TYPE,))
        for one in graph.objects(shape, SH.targetSubjectsOf):
            self.routes.add((Step.over(str(one)),))
        for one in graph.objects(shape, SH.targetObjectsOf):
            self.routes.add((Step.over(str(one), forward=False),))
        for target in graph.objects(shape, SH.target):
            if (target, SH.select, None) not in graph:
                raise Unbounded("it finds its targets in a way that is not SPARQL")
            self._query(target, "this", ((),))

    def at_shape(self, shape: Node, here: Iterable[Route]) -> None:
        """The routes of a shape's constraints, for value nodes that lie at the end of `here`."""
        if shape in self._open:
            raise Unbounded("it is nested in itself")
        self._open.append(shape)
        focus = tuple(here)
        path = self._shapes.value(shape, SH.path)
        values = focus if path is None else along(focus, path_routes(self._shapes, path))
        self.routes.update(values)
        for constraint, parameter in self._shapes.predicate_objects(shape):
            if isinstance(constraint, URIRef) and str(constraint).startswith(str(SH)):
                self._constraint(constraint, parameter, focus, values)
        self._open.pop()

    def _constraint(
        self, kind: URIRef, parameter: Node, focus: tuple[Route, ...], values: tuple[Route, ...]
    ) -> None:
        if kind in _LOCAL:
            return
        if kind in _NESTED:
            self.at_shape(parameter, values)
        elif kind in _NESTED_LISTS:
            for option in self._shapes.items(parameter):
                self.at_shape(option, values)
        elif kind == SH["class"]:
            self.routes.update(along(values, [(_TYPE,)]))
        elif kind == SH.closed:
            self.routes.update(along(values, [(Step.over_any(),)]))
        elif kind in _OF_A_FOCUS:
            self.routes.update(along(focus, [(Step.over(str(parameter)),)]))
        elif kind == SH.sparql:
            self._query(parameter, "this", focus)
        else:
            raise Unbounded(f"it uses sh:{str(kind).removeprefix(str(SH))}, which is not followed")

    def _query(self, holder: Node, variable: str, here: tuple[Route, ...]) -> None:
        text = self._shapes.value(holder, SH.select)
        if text is None or "$PATH" in str(text):
            raise Unbounded("its SPARQL is not a plain SELECT")
        routes, background = routes_of_query(self._prefixes(holder) + str(text), variable)
        self.routes.update(along(here, routes))
        self.background |= background

    def _prefixes(self, holder: Node) -> str:
        lines = []
        for declaring in self._shapes.objects(holder, SH.prefixes):
            for declared in self._shapes.objects(declaring, SH.declare):
                prefix = self._shapes.value(declared, SH.prefix)
                lines.append(f"PREFIX {prefix}: <{self._shapes.value(declared, SH.namespace)}>\n")
        return "".join(lines)
