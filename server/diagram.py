"""How the main classes hang together, drawn on the server as SVG from what the shapes join.

A class stands left of every class that it names. A line leaves the row of a property and runs to the class of its
value; lines to one class share a lane between the boxes, as buses share a street.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from markupsafe import Markup

from server.languages import translated
from server.pages import link

_MOST = 16  # more classes than this, and nobody can follow a line
_BOX, _GAP, _HEAD, _LINE, _LANE, _BETWEEN = 160, 60, 26, 15, 9, 14
_LETTERS = 22
_COLOURS = ("#0b5c7a", "#9b1c1c", "#1d6b34", "#6a3d9a", "#a04a00", "#00695f", "#8a1760", "#3f51a3")

Joined = tuple[str, str, str]


@dataclass
class Row:
    """Properties of a class that lead to the same classes, as one row of its box."""

    words: list[str]
    targets: tuple[str, ...]
    y: float = 0.0


@dataclass
class Item:
    """Something that stands in a column: the box of a class, or the lane of lines that pass by to one."""

    of: str
    rows: list[Row] = field(default_factory=list)
    lane: bool = False
    top: float = 0.0

    @property
    def height(self) -> float:
        lines = sum(len(row.words) for row in self.rows)
        return _LANE if self.lane else _HEAD + lines * _LINE + (8 if lines else 0)

    @property
    def port(self) -> float:
        """How far down lines come in."""
        return self.top + (_LANE / 2 if self.lane else min(self.height, _HEAD) / 2)

    def placed(self, top: float) -> None:
        self.top = top
        y = top + _HEAD
        for row in self.rows:
            row.y = y + len(row.words) * _LINE / 2
            y += len(row.words) * _LINE


Columns = list[list[Item]]


def drawn(joins: list[Joined], labels: dict[str, str], tongue: str) -> Markup:
    """The picture of (class, property's label, class); of the classes with the most neighbours, if there are many.

    `tongue` is the language of the labels, if it is one.
    """
    main = _main(joins)
    kept = [join for join in joins if join[0] in main and join[2] in main]
    columns = _columns(kept, main)
    _arrange(columns)
    height = _stack(columns)
    width = len(columns) * _BOX + (len(columns) - 1) * _GAP + 2
    colours = _coloured(columns)
    said = translated("%(classes)s classes and how they are joined by %(properties)s properties")
    title = said % {"classes": len(main), "properties": len({join[1] for join in kept})}
    lines = [line for at in range(len(columns)) for line in _lines(columns, at, colours)]
    boxes = [
        _box(item, _x(at), labels, colours)
        for at, column in enumerate(columns)
        for item in column
        if not item.lane
    ]
    start = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-labelledby="map-title" '
        'viewBox="0 0 {0} {1}" width="{0}" height="{1}" font-family="system-ui, sans-serif" '
        'font-size="12"><title id="map-title">{2}</title>'
    ).format(width, round(height + 2), title)
    words = Markup('<g lang="{}">').format(tongue) if tongue else Markup("<g>")
    return start + Markup("").join([*lines, words, *boxes, Markup("</g></svg>")])


def _main(joins: Iterable[Joined]) -> set[str]:
    near: dict[str, set[str]] = defaultdict(set)
    for one, _, other in joins:
        near[one].add(other)
        near[other].add(one)
    return set(sorted(near, key=lambda iri: (-len(near[iri]), iri))[:_MOST])


def _columns(joins: list[Joined], main: set[str]) -> Columns:
    """Boxes by how many steps they are from a class that names none, farthest first, and the lanes between."""
    named: dict[str, dict[str, list[str]]] = {iri: defaultdict(list) for iri in main}
    for one, words, other in joins:
        named[one][words].append(other)
    steps = _steps({iri: {to for many in named[iri].values() for to in many} for iri in main})
    last = max(steps.values(), default=0)
    columns: Columns = [[] for _ in range(last + 1)]
    for iri in sorted(main):
        columns[last - steps[iri]].append(Item(iri, _rows(named[iri])))
    for at in range(1, last + 1):
        before = {
            to
            for item in columns[at - 1]
            for to in ([item.of] if item.lane else [t for row in item.rows for t in row.targets])
        }
        columns[at] += [Item(to, lane=True) for to in sorted(before) if steps[to] < last - at]
    return columns


def _steps(names: dict[str, set[str]]) -> dict[str, int]:
    """The longest way from each class to one that names no other; a circle is cut where it closes."""
    known: dict[str, int] = {}

    def far(iri: str, seen: frozenset[str]) -> int:
        if iri not in known:
            ahead = [far(to, seen | {iri}) for to in sorted(names[iri]) if to not in seen]
            known[iri] = 1 + max(ahead, default=-1)
        return known[iri]

    for iri in sorted(names):
        far(iri, frozenset({iri}))
    return known


def _rows(named: dict[str, list[str]]) -> list[Row]:
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for words, targets in sorted(named.items()):
        together[tuple(sorted(targets))].append(words)
    return [Row(_wrapped(words), targets) for targets, words in together.items()]


def _wrapped(names: list[str]) -> list[str]:
    """Names side by side, as many to a line as fit; a name of two words stays on one line."""
    return textwrap.wrap(", ".join(name.replace(" ", "\xa0") for name in names), _LETTERS)


def _arrange(columns: Columns) -> None:
    """Bring what belongs together to one height: a few rounds of each item going to the mean of its neighbours."""
    for column in columns:
        column.sort(key=lambda item: (item.lane, item.of))
    for _ in range(8):
        for at in range(len(columns) - 2, -1, -1):
            after = _heights(columns[at + 1])
            columns[at].sort(key=lambda item, after=after: _mean(_ahead(item), after))  # type: ignore[misc]
            for item in columns[at]:
                item.rows.sort(key=lambda row, after=after: _mean(row.targets, after))  # type: ignore[misc]
        for at in range(1, len(columns)):
            came: dict[str, list[float]] = defaultdict(list)
            share = len(columns[at - 1])
            for place, item in enumerate(columns[at - 1]):
                for to in _ahead(item):
                    came[to].append(place / share)
            columns[at].sort(key=lambda item, came=came: _average(came[item.of]))  # type: ignore[misc]


def _ahead(item: Item) -> list[str]:
    return [item.of] if item.lane else [to for row in item.rows for to in row.targets]


def _heights(column: list[Item]) -> dict[str, float]:
    return {item.of: place / len(column) for place, item in enumerate(column)}


def _mean(targets: Iterable[str], heights: dict[str, float]) -> float:
    return _average([heights[to] for to in targets if to in heights])


def _average(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.5


def _stack(columns: Columns) -> float:
    """Give every item its height, each column spread over the tallest; answers how tall that is."""
    needs = [sum(item.height + _BETWEEN for item in column) - _BETWEEN for column in columns]
    tallest = max(needs, default=0)
    for column, need in zip(columns, needs, strict=True):
        spare = (tallest - need) / (len(column) + 1) if len(column) > 1 else (tallest - need) / 2
        top = 1 + spare
        for item in column:
            item.placed(top)
            top += item.height + _BETWEEN + (spare if len(column) > 1 else 0)
    return tallest


def _x(at: int) -> int:
    return 1 + at * (_BOX + _GAP)


def _coloured(columns: Columns) -> dict[str, str]:
    targets = [item.of for column in reversed(columns) for item in column if not item.lane]
    return {iri: _COLOURS[at % len(_COLOURS)] for at, iri in enumerate(targets)}


def _lines(columns: Columns, at: int, colours: dict[str, str]) -> list[Markup]:
    """The lines that leave a column, and the lanes that cross it."""
    if at + 1 == len(columns):
        return []
    ports = {item.of: item.port for item in columns[at + 1]}
    right, left = _x(at) + _BOX, _x(at + 1)
    lines = []
    for item in columns[at]:
        if item.lane:
            lines.append(_line(_x(at), item.port, right, item.port, colours[item.of]))
        starts = [(item.port, item.of)] if item.lane else []
        starts += [(row.y, to) for row in item.rows for to in row.targets]
        lines += [_line(right, y, left, ports[to], colours[to]) for y, to in starts if to in ports]
    return lines


def _line(x: int, y: float, to_x: int, to_y: float, colour: str) -> Markup:
    middle = (x + to_x) / 2
    return Markup(
        '<path d="M {0} {1} C {2} {1}, {2} {3}, {4} {3}" fill="none" stroke="{5}" stroke-width="1.5"/>'
    ).format(x, round(y, 1), middle, round(to_y, 1), to_x, colour)


def _box(item: Item, x: int, labels: dict[str, str], colours: dict[str, str]) -> Markup:
    name = Markup(
        '<a href="{0}"><rect x="{1}" y="{2}" width="{3}" height="{4}" rx="4" fill="{5}"/>'
        '<text x="{6}" y="{7}" fill="#fff" font-weight="700" text-anchor="middle">{8}</text></a>'
    ).format(
        link(item.of).removeprefix("/ontology"),
        x,
        round(item.top, 1),
        _BOX,
        _HEAD,
        colours[item.of],
        x + _BOX / 2,
        round(item.top + 17, 1),
        labels.get(item.of, item.of),
    )
    frame = Markup(
        '<rect x="{0}" y="{1}" width="{2}" height="{3}" rx="4" fill="#fff" stroke="{4}"/>'
    ).format(x, round(item.top, 1), _BOX, round(item.height, 1), colours[item.of])
    return frame + name + Markup("").join(_words(row, x) for row in item.rows)


def _words(row: Row, x: int) -> Markup:
    top = row.y - len(row.words) * _LINE / 2 + 14
    return Markup("").join(
        Markup('<text x="{0}" y="{1}" fill="#1b1b1b" text-anchor="end">{2}</text>').format(
            x + _BOX - 7, round(top + at * _LINE, 1), part
        )
        for at, part in enumerate(row.words)
    )
