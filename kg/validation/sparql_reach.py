"""What a SPARQL query reads, starting from one variable: routes for the patterns that hang together with it,
background for those that do not.

A pattern inside OPTIONAL, UNION, MINUS or EXISTS may hang on a variable outside it, never the other way
round: the variable may be unbound there, and then the pattern reads everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rdflib import BNode, URIRef, Variable
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.validation.steps import (
    ANY,
    Pattern,
    Route,
    Step,
    Unbounded,
    along,
    backwards,
    is_path,
    sparql_path_routes,
)

_THROUGH = ("SelectQuery", "Project", "Distinct", "Reduced", "Filter", "Extend", "OrderBy", "Join")


@dataclass
class _Group:
    """Patterns that must hold together, and groups within that hang on them."""

    patterns: list[tuple[Any, Any, Any]] = field(default_factory=list)
    inner: list[_Group] = field(default_factory=list)


def routes_of_query(text: str, variable: str) -> tuple[set[Route], set[Pattern]]:
    """The routes from `variable` (without its sign) to all that a SELECT reads, and its background.

    Raises Unbounded where that cannot be told.
    """
    algebra = translateQuery(parseQuery(text)).algebra
    group = _Group()
    _gather(algebra, group, selects=0)
    routes: set[Route] = set()
    background: set[Pattern] = set()
    _hang(group, {Variable(variable): ((),)}, routes, background)
    return routes, background


def _gather(node: Any, group: _Group, selects: int) -> None:
    """Put what a node of the algebra reads into the group, or into groups within it."""
    if not isinstance(node, CompValue):
        return
    if node.name == "BGP":
        group.patterns += node.triples
    elif node.name == "LeftJoin":
        _gather(node.p1, group, selects)
        _gather_apart(node.p2, group, selects)
    elif node.name == "Union":
        _gather_apart(node.p1, group, selects)
        _gather_apart(node.p2, group, selects)
    elif node.name == "Minus":
        _gather(node.p1, group, selects)
        _gather_apart(node.p2, group, selects)
    elif node.name == "ToMultiSet" and "values" not in str(getattr(node.p, "name", "")):
        raise Unbounded("its SPARQL has a select within the select")
    elif node.name in _THROUGH:
        selects += node.name == "SelectQuery"
        for part in (node.p, node.p1, node.p2):
            _gather(part, group, selects)
    elif node.name not in ("ToMultiSet", "values"):
        raise Unbounded(f"its SPARQL has a {node.name}, which is not followed")
    _look_for_exists(node.get("expr"), group, selects)


def _gather_apart(node: Any, group: _Group, selects: int) -> None:
    within = _Group()
    _gather(node, within, selects)
    group.inner.append(within)


def _look_for_exists(expression: Any, group: _Group, selects: int) -> None:
    """EXISTS and NOT EXISTS, wherever they stand in an expression."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, CompValue):
            if one.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                _gather_apart(one.graph, group, selects)
            else:
                waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _hang(
    group: _Group,
    known: dict[Any, tuple[Route, ...]],
    routes: set[Route],
    background: set[Pattern],
) -> None:
    """Hang each pattern on a variable that is known already; what hangs on none is background."""
    known = dict(known)
    left = list(group.patterns)
    hung = True
    while left and hung:
        hung = False
        for pattern in list(left):
            subject, _, object_ = pattern
            if subject in known or object_ in known:
                _read(pattern, known, routes)
                left.remove(pattern)
                hung = True
    background.update(one for pattern in left for one in _apart(pattern))
    for within in group.inner:
        _hang(within, known, routes, background)


def _read(
    pattern: tuple[Any, Any, Any], known: dict[Any, tuple[Route, ...]], routes: set[Route]
) -> None:
    subject, predicate, object_ = pattern
    onwards = _moves(predicate)
    if subject in known:
        here, other = known[subject], object_
    else:
        here, other, onwards = known[object_], subject, backwards(onwards)
    there = along(here, onwards)
    routes.update(there)
    if _is_variable(other) and other not in known:
        known[other] = there


def _moves(predicate: Any) -> tuple[Route, ...]:
    if is_path(predicate):
        return sparql_path_routes(predicate)
    return ((Step.over(str(predicate) if isinstance(predicate, URIRef) else ANY),),)


def _is_variable(term: Any) -> bool:
    return isinstance(term, (Variable, BNode))


def _apart(pattern: tuple[Any, Any, Any]) -> list[Pattern]:
    """A pattern that hangs on nothing, as what must all be at hand."""
    subject, predicate, object_ = (
        str(term) if isinstance(term, URIRef) else None for term in pattern
    )
    if is_path(pattern[1]):
        moves = {
            move for route in sparql_path_routes(pattern[1]) for s in route for move in s.moves
        }
        found = [Pattern(None, None if name == ANY else name, None) for name, _ in moves]
    else:
        found = [Pattern(subject, predicate, object_)]
    if any(one == Pattern(None, None, None) for one in found):
        raise Unbounded("its SPARQL has a pattern that any statement of the graph matches")
    return found
