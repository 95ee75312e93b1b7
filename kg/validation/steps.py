"""Steps from one thing to the next, routes made of them, and the paths of SHACL and SPARQL as routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, Path, SequencePath
from rdflib.term import Node

ANY = "*"  # in the place of a predicate: whichever
_MOST_ROUTES = 2_000  # of one path; alternatives multiply


class Unbounded(Exception):
    """A shape's reach cannot be derived; says why, for the person who wrote the shape."""


@dataclass(frozen=True)
class Step:
    """From a node over one statement to the node at its other end; with `closure` any number of times.

    A move is a predicate (or ANY) and whether the statement is read from subject to object.
    """

    moves: frozenset[tuple[str, bool]]
    closure: bool = False

    @classmethod
    def over(cls, predicate: str, forward: bool = True) -> Step:
        return cls(frozenset({(predicate, forward)}))

    @classmethod
    def over_any(cls, forward: bool = True) -> Step:
        return cls(frozenset({(ANY, forward)}))

    def back(self) -> Step:
        """The same statements, crossed the other way."""
        return Step(frozenset((name, not forward) for name, forward in self.moves), self.closure)


Route = tuple[Step, ...]


@dataclass(frozen=True)
class Pattern:
    """A triple pattern that stands apart from any thing: IRIs, or None for whatever.

    `object` is an IRI or None; a literal there counts as whatever.
    """

    subject: str | None
    predicate: str | None
    object: str | None


def along(routes: Iterable[Route], onwards: Iterable[Route]) -> tuple[Route, ...]:
    """Each route followed by each of the others."""
    ahead = tuple(onwards)
    return tuple({route + more for route in routes for more in ahead})


def path_routes(shapes: Graph, path: Node) -> tuple[Route, ...]:
    """A SHACL property path as routes."""
    if isinstance(path, URIRef):
        return ((Step.over(str(path)),),)
    inverse = shapes.value(path, SH.inversePath)
    if inverse is not None:
        return backwards(path_routes(shapes, inverse))
    options = shapes.value(path, SH.alternativePath)
    if options is not None:
        return tuple(route for one in shapes.items(options) for route in path_routes(shapes, one))
    for repeated in (SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath):
        inner = shapes.value(path, repeated)
        if inner is not None:
            return (repeatedly(path_routes(shapes, inner)),)
    steps = list(shapes.items(path))
    if len(steps) < 2:
        raise Unbounded("it has a path that is none of SHACL's")
    return _in_sequence([path_routes(shapes, one) for one in steps])


def sparql_path_routes(path: object) -> tuple[Route, ...]:
    """A SPARQL property path, as rdflib reads it, as routes."""
    if isinstance(path, InvPath):
        return backwards(sparql_path_routes(path.arg))
    if isinstance(path, SequencePath):
        return _in_sequence([sparql_path_routes(one) for one in path.args])
    if isinstance(path, AlternativePath):
        return tuple(route for one in path.args for route in sparql_path_routes(one))
    if isinstance(path, MulPath):
        return (repeatedly(sparql_path_routes(path.path)),)
    if isinstance(path, NegatedPath):
        return ((Step(frozenset({(ANY, True), (ANY, False)})),),)
    if isinstance(path, URIRef):
        return ((Step.over(str(path)),),)
    raise Unbounded("its SPARQL has a path that is not followed")


def is_path(predicate: object) -> bool:
    return isinstance(predicate, Path)


def backwards(routes: Iterable[Route]) -> tuple[Route, ...]:
    """The same routes from their ends to their beginnings."""
    return tuple(tuple(step.back() for step in reversed(route)) for route in routes)


def repeatedly(routes: Iterable[Route]) -> Route:
    """Any number of times along these, in any order of their steps: further than they lead, never less far."""
    moves = frozenset(move for route in routes for step in route for move in step.moves)
    return (Step(moves, closure=True),)


def _in_sequence(parts: Sequence[tuple[Route, ...]]) -> tuple[Route, ...]:
    routes: tuple[Route, ...] = ((),)
    for part in parts:
        routes = along(routes, part)
        if len(routes) > _MOST_ROUTES:
            raise Unbounded("its path has too many alternatives")
    return routes
