"""A picture of what is joined with what: two columns of an answer as two lists of names, with a line for each row.
The more rows a name has, the heavier its dot.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from kg.answers import Table, Term
from server.languages import translated
from server.pages import link

_WIDTH, _ROW, _LINE, _MIDDLE = 960, 44, 15, (350, 610)
_LETTERS = 44
_MOST = 60


@dataclass(frozen=True)
class Dot:
    """A name in a picture: its words, where it leads, how often it occurs, and how far down it stands."""

    text: str
    href: str
    weight: int
    y: float


def links(left: str, right: str, table: Table) -> Markup | None:
    """Two columns of a table joined; None where nothing is joined or too much to be read."""
    pairs = {(row[left], row[right]) for row in table.rows if row[left] and row[right]}
    lefts, rights = {a for a, _ in pairs}, {b for _, b in pairs}
    if not pairs or max(len(lefts), len(rights)) > _MOST:
        return None
    return _drawn(table.called(left), table.called(right), pairs)


def _drawn(left: str, right: str, pairs: set[tuple[Term | None, Term | None]]) -> Markup:
    first, second = Counter(a for a, _ in pairs if a), Counter(b for _, b in pairs if b)
    height = _ROW * max(len(first), len(second)) + 40
    ones, others = _placed(first, height), _placed(second, height)
    lines = [
        _line(ones[a].y, others[b].y)
        for a, b in sorted(pairs, key=str)
        if a is not None and b is not None
    ]
    names = [_name(dot, _MIDDLE[0], "end") for dot in ones.values()]
    names += [_name(dot, _MIDDLE[1], "start") for dot in others.values()]
    words = translated("%(ones)s of %(left)s, joined to %(others)s of %(right)s by %(lines)s lines")
    numbers = {"ones": len(first), "others": len(second), "lines": len(pairs)}
    title = words % {"left": left, "right": right, **numbers}
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawn" role="group" '
        'viewBox="0 0 {0} {1}" width="{0}" height="{1}"><title>{2}</title>'
    ).format(_WIDTH, height, title) + Markup("").join([*lines, *names, Markup("</svg>")])


def _placed(counted: Counter[Term], height: int) -> dict[Term, Dot]:
    """Names from top to bottom, evenly spread, the most joined first."""
    order = sorted(counted, key=lambda term: (-counted[term], str(term)))
    step = (height - 40) / len(order)
    return {
        term: Dot(
            str(term),
            link(term.value) if term.kind == "uri" else "",
            counted[term],
            20 + step * (at + 0.5),
        )
        for at, term in enumerate(order)
    }


def _line(start: float, end: float) -> Markup:
    left, right = _MIDDLE
    middle = (left + right) / 2
    return Markup('<path class="join" d="M {0} {1} C {2} {1}, {2} {3}, {4} {3}"/>').format(
        left, round(start, 1), middle, round(end, 1), right
    )


def _name(dot: Dot, x: int, anchor: str) -> Markup:
    away = -12 if anchor == "end" else 12
    words = textwrap.wrap(dot.text, _LETTERS)[:3]
    top = dot.y + 4.5 - _LINE * (len(words) - 1) / 2
    spans = Markup("").join(
        Markup('<tspan x="{}" y="{}">{}</tspan>').format(x + away, round(top + _LINE * at, 1), part)
        for at, part in enumerate(words)
    )
    text = Markup('<text text-anchor="{}">{}</text>').format(anchor, spans)
    if dot.href:
        text = Markup('<a href="{}">{}</a>').format(dot.href, text)
    circle = Markup('<circle cx="{}" cy="{}" r="{}"/>').format(
        x, round(dot.y, 1), min(3 + dot.weight, 9)
    )
    return circle + text
