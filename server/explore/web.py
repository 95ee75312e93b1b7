"""The network as a picture: each part a tree around its greatest broker, drawn in rings, other ties faint across it.

In rings no two names of one ring stand on each other, so the picture is readable with hundreds of nodes; names are
written for the greatest brokers where they stand on nothing else, and every node says its name when it is pointed at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from kg.explore import Facts
from kg.explore.silos import MOST_DRAWN, Drawn
from server.languages import translated
from server.pages import link
from server.room import Room

if TYPE_CHECKING:
    import networkx as nx  # takes long to load, so who needs it loads it

_LARGE, _SMALL, _ACROSS = (
    470.0,
    78.0,
    6,
)  # radius of the largest part and of others, others in a row
_LEAST = 3  # nodes of a part that is drawn
_MOST_DRAWN = 24  # smaller parts
_WIDTH = 2 * _LARGE + 20
_LONG, _SHORT = 30, 24  # letters of a name in the largest part, and in the others
_ALWAYS = 8  # the greatest brokers, whose names are written over small dots rather than not at all
_STAGGER, _ROWS = (
    11.0,
    3,
)  # of the ends, and what leads to one alone, in each ring

Spot = tuple[float, float]


@dataclass
class Sheet:
    """A picture as it grows: its marks, its names, and the room that is left for these."""

    facts: Facts
    drawn: Drawn
    marks: list[Markup] = field(default_factory=list)
    dots: list[Markup] = field(default_factory=list)
    texts: list[Markup] = field(default_factory=list)
    room: Room = field(default_factory=lambda: Room(_WIDTH))


def web(facts: Facts, drawn: Drawn) -> Markup | None:
    """The picture of a network; None where no part has three nodes."""
    import networkx as nx

    parts = sorted(nx.connected_components(drawn.graph), key=lambda one: (-len(one), min(one)))
    parts = [part for part in parts if len(part) >= _LEAST]
    if not parts:
        return None
    sheet = Sheet(facts, drawn)
    centre = (_LARGE + 10, _LARGE)
    heights = [y for _, y in _part(sheet, parts[0], centre, _LARGE, len(parts[0])).values()]
    top, bottom = min(heights) - 30, max(heights) + 40
    others = parts[1 : _MOST_DRAWN + 1]
    for at, part in enumerate(others):
        row, column = divmod(at, _ACROSS)
        place = ((column + 0.5) * _WIDTH / _ACROSS, bottom + (row + 0.5) * 2.2 * _SMALL)
        _part(sheet, part, place, _SMALL - 18, 1)
    height = bottom - top + math.ceil(len(others) / _ACROSS) * 2.2 * _SMALL
    words = translated("%(nodes)s nodes and %(ties)s ties; the largest part around its broker")
    title = words % {"nodes": len(drawn.graph), "ties": drawn.graph.number_of_edges()}
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="group" class="drawn network" viewBox="0 {3} {0} {1}" '
        'width="{0}" height="{1}" font-family="system-ui, sans-serif" font-size="11"><title>{2}</title>'
    ).format(round(_WIDTH), round(height), title, round(top))
    return head + Markup("").join([*sheet.marks, *sheet.dots, *sheet.texts, Markup("</svg>")])


def _part(sheet: Sheet, part: set[str], centre: Spot, radius: float, names: int) -> dict[str, Spot]:
    """Draw one part in its circle, with the names of so many of its nodes, where there is room.

    Gives where each node stands."""
    graph, drawn = sheet.drawn.graph, sheet.drawn
    order = sorted(part, key=lambda one: (-drawn.betweenness[one], -graph.degree(one), one))
    if len(order) > MOST_DRAWN:
        kept = thinned(graph, order)
        graph, order = graph.subgraph(kept), [one for one in order if one in kept]
    tree, spots = rings(graph, order[0], centre, radius)
    for one, other in sorted(graph.subgraph(order).edges):
        within = tree.has_edge(one, other) or tree.has_edge(other, one)
        sheet.marks.append(_edge(spots[one], spots[other], within))
    for one in order:
        sheet.dots.append(_dot(sheet, one, spots[one]))
    for at, one in enumerate(order[:names]):
        _name(sheet, one, spots[one], _LONG if names > 1 else _SHORT, at < _ALWAYS)
    return spots


def thinned(graph: nx.Graph[str], order: list[str]) -> set[str]:
    """As many of a part's nodes as are drawn: the first in order, and those on the ways from the first to them."""
    import networkx as nx

    above = {below: one for one, below in nx.bfs_edges(graph, order[0], sort_neighbors=sorted)}
    kept = {order[0]}
    for one in order:
        way = [one]
        while way[-1] in above and way[-1] not in kept:
            way.append(above[way[-1]])
        if len(kept | set(way)) > MOST_DRAWN:
            break
        kept |= set(way)
    return kept


def rings(
    graph: nx.Graph[str], root: str, centre: Spot, radius: float
) -> tuple[nx.DiGraph[str], dict[str, Spot]]:
    """The tree of shortest ways from a root, and where each node stands: its depth the ring, its leaves the angle."""
    import networkx as nx

    tree = nx.bfs_tree(graph, root, sort_neighbors=sorted)
    leaves: dict[str, int] = {}
    for one in nx.dfs_postorder_nodes(tree, root):
        leaves[one] = sum(leaves[child] for child in tree[one]) or 1
    depth = nx.single_source_shortest_path_length(tree, root)
    step = radius / max(max(depth.values()), 1)
    start = {root: 0.0}
    row: dict[str, int] = {}
    spots = {}
    for one in nx.bfs_tree(tree, root):
        angle = 2 * math.pi * (start[one] + leaves[one] / 2) / leaves[root]
        away = step * depth[one]
        if leaves[one] == 1 and one != root and step > _ROWS * _STAGGER:
            parent = next(iter(tree.pred[one]))
            row[one] = row.get(parent, len(row) % _ROWS)
            away -= _STAGGER * row[one]
        spots[one] = (centre[0] + away * math.cos(angle), centre[1] + away * math.sin(angle))
        here = start[one]
        for child in tree[one]:
            start[child] = here
            here += leaves[child]
    return tree, spots


def _edge(start: Spot, end: Spot, within: bool) -> Markup:
    return Markup('<path d="M{} {}L{} {}" class="{}"/>').format(
        *(round(number, 1) for number in (*start, *end)), "tie" if within else "across"
    )


def kind(facts: Facts, one: str) -> str:
    """Which of the three kinds of node a thing is."""
    if facts.is_a(one, "hrc:Place"):
        return "place"
    return "actor" if facts.is_a(one, "hrc:Actor") else "instrument"


def _size(sheet: Sheet, one: str) -> float:
    """Half the width of a node's dot: the more ties, the larger."""
    return float(min(2.5 + math.sqrt(sheet.drawn.graph.degree(one)), 10))


def _dot(sheet: Sheet, one: str, spot: Spot) -> Markup:
    """Places are round, actors square, instruments stand on a corner; who cuts the network has an edge."""
    what, size = kind(sheet.facts, one), _size(sheet, one)
    x, y = round(spot[0], 1), round(spot[1], 1)
    sheet.room.dot(x, y, size * (1.3 if what == "instrument" else 1))
    if what == "place":
        shape, name = (
            Markup('<circle cx="{}" cy="{}" r="{}"').format(x, y, round(size, 1)),
            "circle",
        )
    else:
        side, name = round(size * 1.8, 1), "rect"
        corner = round(x - side / 2, 1), round(y - side / 2, 1)
        shape = Markup('<rect x="{}" y="{}" width="{}" height="{}"').format(*corner, side, side)
        if what == "instrument":
            shape += Markup(' transform="rotate(45 {} {})"').format(x, y)
    cuts = " cuts" if one in sheet.drawn.cuts else ""
    return Markup('<a href="{}">{} class="{}"><title>{}</title></{}></a>').format(
        link(one), shape, f"of-{what}{cuts}", sheet.facts.label(one), Markup(name)
    )


def _name(sheet: Sheet, one: str, spot: Spot, longest: int, always: bool) -> None:
    """The name beside its node; none where there is no room, unless over dots for those that have one always."""
    words = sheet.facts.label(one)
    words = words if len(words) <= longest else words[: longest - 2] + "…"
    name = sheet.room.name(words, *spot, _size(sheet, one), always)
    if name:
        sheet.texts.append(name)
