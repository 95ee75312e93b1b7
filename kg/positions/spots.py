"""What a reader of some syntax records, and what can be asked of it afterwards."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from kg.positions.spot import Spot

_LINE_END = re.compile(r"\r\n|\r|\n")
_ROUNDS = 6  # in which blank nodes are told apart by their neighbours
Stretch = tuple[int, int]  # offsets in characters, the end exclusive
Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal
Recorded = tuple[Node, str, Term]


class Spots:
    """Where statements stand in a text. Subjects are IRIs, or blank nodes' names as pyoxigraph has them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._line_starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._things: dict[str, Stretch] = {}
        self._mentions: dict[str, Stretch] = {}
        self._properties: dict[tuple[str, str], Stretch] = {}
        self._values: dict[tuple[str, str], list[tuple[str, Stretch]]] = defaultdict(list)

    def thing(self, subject: str) -> Spot | None:
        """The first place where this is described."""
        return self._spot(self._things.get(subject))

    def mention(self, thing: str) -> Spot | None:
        """The first place where something is said with this as its value."""
        return self._spot(self._mentions.get(thing))

    def property(self, subject: str, predicate: str) -> Spot | None:
        """The first place of this property in a description of this subject."""
        return self._spot(self._properties.get((subject, predicate)))

    def value(self, subject: str, predicate: str, value: Term | None) -> Spot | None:
        """The place of this value in that statement."""
        for written, stretch in self._values.get((subject, predicate), ()):
            if written == str(value):
                return self._spot(stretch)
        return None

    def values(self, subject: str, predicate: str) -> list[Spot]:
        """The places of all values of this property, in the order of the text."""
        found = (self._spot(stretch) for _, stretch in self._values.get((subject, predicate), ()))
        return [spot for spot in found if spot is not None]

    def words(self, *options: str) -> Spot | None:
        """The first place where one of these stands in the text, whatever it means there."""
        for option in options:
            at = self._text.find(option)
            if at >= 0:
                return self._spot((at, at + len(option)))
        return None

    def _spot(self, stretch: Stretch | None) -> Spot | None:
        if stretch is None:
            return None
        (line, column), (end_line, end_column) = map(self._place, stretch)
        return Spot(line, column, end_line, end_column)

    def _place(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def note(self, recorded: Recorded, at: tuple[Stretch, Stretch, Stretch]) -> None:
        """Take in one statement, with the stretches of its subject, predicate and object."""
        subject, predicate, object_ = recorded
        self._things.setdefault(subject.value, at[0])
        self._properties.setdefault((subject.value, predicate), at[1])
        self._values[subject.value, predicate].append((str(object_), at[2]))
        if isinstance(object_, ox.NamedNode):
            self._mentions.setdefault(object_.value, at[2])


class Recorder:
    """Takes statements as a reader meets them, with blank nodes under names of the reader's own."""

    def __init__(self) -> None:
        self._recorded: list[tuple[Recorded, tuple[Stretch, Stretch, Stretch]]] = []

    def record(
        self, subject: Node, predicate: str, object: Term, at: tuple[Stretch, Stretch, Stretch]
    ) -> None:
        self._recorded.append(((subject, predicate, object), at))

    def spots(self, text: str, statements: Sequence[ox.Quad]) -> Spots:
        """What was recorded, with blank nodes under the names that the parser gave them."""
        found = Spots(text)
        ours = [recorded for recorded, _ in self._recorded]
        names = _matched(ours, [_as_recorded(quad) for quad in statements])
        for (subject, predicate, object_), at in self._recorded:
            found.note((_renamed(subject, names), predicate, _renamed(object_, names)), at)  # type: ignore[arg-type]
        return found


def _renamed(term: Term, names: dict[str, str]) -> Term:
    if isinstance(term, ox.BlankNode) and term.value in names:
        return ox.BlankNode(names[term.value])
    return term


def _as_recorded(quad: ox.Quad) -> Recorded:
    return quad.subject, quad.predicate.value, quad.object  # type: ignore[return-value]


def _matched(ours: Sequence[Recorded], theirs: Sequence[Recorded]) -> dict[str, str]:
    """Their names for our blank nodes: nodes with the same surroundings are the same, in the order of the text."""
    here, there = _blank(ours), _blank(theirs)
    mine, parsers = _told_apart(ours, here), _told_apart(theirs, there)
    waiting: dict[int, list[str]] = defaultdict(list)
    for name in there:
        waiting[parsers[name]].append(name)
    for names in waiting.values():
        names.reverse()
    return {name: waiting[mine[name]].pop() for name in here if waiting.get(mine[name])}


def _blank(statements: Iterable[Recorded]) -> list[str]:
    nodes = (term for subject, _, object_ in statements for term in (subject, object_))
    return list(dict.fromkeys(node.value for node in nodes if isinstance(node, ox.BlankNode)))


def _told_apart(statements: Sequence[Recorded], blank: Sequence[str]) -> dict[str, int]:
    """A number for each blank node, made of what is said of it and with it, some steps around."""
    marks = dict.fromkeys(blank, 0)
    touching = [
        one
        for one in statements
        if isinstance(one[0], ox.BlankNode) or isinstance(one[2], ox.BlankNode)
    ]
    for _ in range(_ROUNDS):
        around: dict[str, list[int]] = {name: [mark] for name, mark in marks.items()}
        for subject, predicate, object_ in touching:
            if isinstance(subject, ox.BlankNode):
                around[subject.value].append(hash((0, predicate, _mark(object_, marks))))
            if isinstance(object_, ox.BlankNode):
                around[object_.value].append(hash((1, predicate, _mark(subject, marks))))
        marks = {name: hash(tuple(sorted(seen))) for name, seen in around.items()}
    return marks


def _mark(term: Term, marks: dict[str, int]) -> object:
    return marks[term.value] if isinstance(term, ox.BlankNode) else str(term)
