"""Whether a change of some statements can change the answer to a question at all.

It can only where a changed statement fits a pattern of the question, and what must hold beside that pattern can hold of
the things it binds: a new label counts for a question about practices only where a practice bears it. The statements of
before and of after are looked at together, so what is left out could not have mattered; what is kept may still change
nothing. Filters are not applied, paths are taken to lead anywhere, and a long search is given up. Patterns of OPTIONAL,
UNION, MINUS and EXISTS hang on those around them. Where a question has something that is not followed here, the change
is taken to matter. A path of no length between two things that no other pattern names is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, URIRef, Variable
from rdflib.paths import AlternativePath, InvPath, MulPath, NegatedPath, SequencePath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from kg.validation.company import Term, View
from kg.validation.terms import as_term

_THROUGH = (
    "SelectQuery", "AskQuery", "Project", "Distinct", "Reduced", "Filter", "Extend", "OrderBy", "Slice",
    "AggregateJoin", "Group", "Graph", "Join",
)  # fmt: skip
_MOST_LOOKS = 500  # statements that are looked at for one that changed
Slot = str | Term  # the name of a variable, or what stands in its place


@dataclass(frozen=True)
class Way:
    """How one statement can have a part in a pattern: its property (None: any), and which ends it binds."""

    predicate: str | None
    subject: Slot | None
    object: Slot | None
    named: str = ""  # the variable in the place of the property


@dataclass
class Group:
    """Patterns that must hold together, what their variables may be, and the groups that hang on them."""

    ways: list[tuple[Way, ...]] = field(default_factory=list)  # of each pattern
    values: dict[str, frozenset[Term]] = field(default_factory=dict)
    inner: list[Group] = field(default_factory=list)
    apart: list[Group] = field(default_factory=list)  # which hang on nothing


class NotFollowed(Exception):
    """A question has something that nothing is known of here."""


def patterns(text: str) -> Group | None:
    """The patterns of a question; None where they are not all followed."""
    group = Group()
    try:
        _gather(translateQuery(parseQuery(text)).algebra, group, 0)
    except Exception:  # rdflib reads less than the engine does, and raises what it likes
        return None
    return group


def may_matter(group: Group, changed: Sequence[ox.Triple], either: View) -> bool:
    """Whether these changed statements can have a part in it. `either` has the statements of before and after."""
    by_property: dict[str, list[ox.Triple]] = {}
    for triple in changed:
        by_property.setdefault(triple.predicate.value, []).append(triple)
    return _matters(group, (), by_property, changed, either)


def _matters(
    group: Group,
    around: tuple[Group, ...],
    by_property: dict[str, list[ox.Triple]],
    changed: Sequence[ox.Triple],
    either: View,
) -> bool:
    context = (*around, group)
    for number, ways in enumerate(group.ways):
        beside = [
            one for each in context for place, one in enumerate(each.ways)
            if each is not group or place != number
        ]  # fmt: skip
        for way in ways:
            fitting = changed if way.predicate is None else by_property.get(way.predicate, ())
            for triple in fitting:
                bound = _bound(way, triple)
                if bound is not None and _Search(context, either).can_hold(bound, beside):
                    return True
    return any(_matters(one, context, by_property, changed, either) for one in group.inner) or any(
        _matters(one, (), by_property, changed, either) for one in group.apart
    )


def _bound(way: Way, triple: ox.Triple) -> dict[str, Term] | None:
    """What the variables of a pattern are where this statement has a part in it; None where it has none."""
    bound: dict[str, Term] = {}
    for slot, term in ((way.subject, triple.subject), (way.object, triple.object)):
        if isinstance(slot, str):
            if bound.setdefault(slot, term) != term:
                return None
        elif slot is not None and slot != term:
            return None
    if way.named:
        bound[way.named] = triple.predicate
    return bound


@dataclass
class _Search:
    """Looks whether patterns can hold together, from what is bound already outwards."""

    context: tuple[Group, ...]
    either: View
    left: int = _MOST_LOOKS

    def can_hold(self, bound: dict[str, Term], beside: list[tuple[Way, ...]]) -> bool:
        """Whether these patterns can hold with these bound; true where it would take too long to tell."""
        if any(
            name in group.values and term not in group.values[name]
            for group in self.context
            for name, term in bound.items()
        ):
            return False
        for place, ways in enumerate(beside):
            rest = beside[:place] + beside[place + 1 :]
            if any(way.subject is None or way.object is None for way in ways):
                continue  # a path: what lies between its ends is not looked for
            if not any({way.subject, way.object} & bound.keys() for way in ways):
                continue
            return any(
                self.can_hold(more, rest) for way in ways for more in self._bindings(way, bound)
            )
        return True

    def _bindings(self, way: Way, bound: dict[str, Term]) -> Iterator[dict[str, Term]]:
        """What would be bound besides by each statement that fits."""
        for triple in self._fitting(way, bound):
            self.left -= 1
            more = _bound(way, triple)
            if self.left < 0:
                yield bound  # taken to hold
                return
            if more is not None and all(
                bound.get(name, term) == term for name, term in more.items()
            ):
                yield bound | more

    def _fitting(self, way: Way, bound: dict[str, Term]) -> Iterable[ox.Triple]:
        subject = bound.get(way.subject) if isinstance(way.subject, str) else way.subject
        object_ = bound.get(way.object) if isinstance(way.object, str) else way.object
        if isinstance(subject, (ox.NamedNode, ox.BlankNode)):
            said = self.either.said_of(subject)
            if way.predicate is None:
                return [one for many in said.values() for one in many]
            return said.get(way.predicate, ())
        if subject is not None or object_ is None:
            return ()  # a literal has no properties
        return self.either.met_in(way.predicate, object_)


# From rdflib's algebra -------------------------------------------------------


def _gather(node: Any, group: Group, selects: int) -> None:
    if not isinstance(node, CompValue):
        return
    if node.name == "BGP":
        group.ways += [tuple(_ways(*triple)) for triple in node.triples]
    elif node.name in ("LeftJoin", "Minus"):
        _gather(node.p1, group, selects)
        group.inner.append(_within(node.p2, selects))
    elif node.name == "Union":
        group.inner += [_within(node.p1, selects), _within(node.p2, selects)]
    elif node.name == "ToMultiSet":
        if getattr(node.p, "name", "") == "values":
            _restrict(node.p.res, group)
        else:
            group.apart.append(_within(node.p, selects + 1))
    elif node.name in _THROUGH:
        for part in (node.get("p"), node.get("p1"), node.get("p2")):
            _gather(part, group, selects)
    else:
        raise NotFollowed(node.name)
    for name in ("expr", "A"):
        _look_for_exists(node.get(name), group, selects)


def _within(node: Any, selects: int) -> Group:
    group = Group()
    _gather(node, group, selects)
    return group


def _look_for_exists(expression: Any, group: Group, selects: int) -> None:
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, CompValue):
            if one.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
                group.inner.append(_within(one.graph, selects))
            else:
                waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _restrict(rows: Sequence[dict[Any, Any]], group: Group) -> None:
    """What VALUES allow: of each variable that every row has, its terms."""
    for name in {name for row in rows for name in row}:
        terms = [
            term for row in rows if (term := row.get(name)) is not None and str(term) != "UNDEF"
        ]
        if len(terms) == len(rows):
            group.values[str(name)] = frozenset(map(as_term, terms))


def _slot(node: Any) -> Slot:
    if isinstance(node, Variable):
        return str(node)
    return f"_:{node}" if isinstance(node, BNode) else as_term(node)


def _ways(subject: Any, predicate: Any, object_: Any) -> Iterator[Way]:
    start, end = _slot(subject), _slot(object_)
    if isinstance(predicate, Variable):
        yield Way(None, start, end, str(predicate))
        return
    yield from _along(predicate, start, end)


def _along(path: Any, start: Slot | None, end: Slot | None) -> Iterator[Way]:
    """The ways in which a statement can have a part in a path from one end to the other."""
    if isinstance(path, URIRef):
        yield Way(str(path), start, end)
    elif isinstance(path, InvPath):
        yield from _along(path.arg, end, start)
    elif isinstance(path, AlternativePath):
        for one in path.args:
            yield from _along(one, start, end)
    elif isinstance(path, SequencePath):
        last = len(path.args) - 1
        for place, one in enumerate(path.args):
            yield from _along(one, start if place == 0 else None, end if place == last else None)
    elif isinstance(path, MulPath):
        yield from _along(path.path, None, None)
    elif isinstance(path, NegatedPath):
        yield Way(None, None, None)
    else:
        raise NotFollowed(str(path))
