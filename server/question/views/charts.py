"""Bars: the numbers that an answer has, or how many rows each value of a column has."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from kg.answers import Table, Term
from server.languages import translated
from server.pages import link

_WIDTH, _ROW, _NAMES, _LETTERS = 960, 26, 300, 44
_MOST = 25
_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


@dataclass(frozen=True)
class _Bar:
    name: str
    href: str
    numbers: tuple[float, ...]


def numbers(table: Table) -> list[str]:
    """The columns that hold whole numbers in every row that they fill, and in more than one."""
    return [
        name
        for name in table.columns
        if len(filled := [term for row in table.rows if (term := row[name])]) > 1
        and all(term.datatype == _INTEGER for term in filled)
    ]


def categories(table: Table) -> str | None:
    """The column whose few values, each in several rows, say most about how the rows are spread."""
    fits = {}
    for name in table.columns:
        counted = Counter(term for row in table.rows if (term := row[name]))
        if 2 <= len(counted) <= _MOST and sum(counted.values()) >= 2 * len(counted):
            fits[name] = len(counted)
    return max(fits, key=lambda name: fits[name]) if fits else None


def bars(table: Table) -> Markup | None:
    """A bar for each row with its numbers, or for each value of a column with how many rows have it."""
    counting = numbers(table)
    if counting:
        names = [name for name in table.columns if name not in counting]
        found = [_row(row, names, counting) for row in table.rows[:_MOST]]
        heads, cut = [table.called(name) for name in counting], len(table.rows) > _MOST
    elif column := categories(table):
        counted = Counter(term for row in table.rows if (term := row[column]))
        order = sorted(counted, key=lambda term: (-counted[term], str(term)))
        found = [_Bar(str(term), _href(term), (float(counted[term]),)) for term in order]
        heads, cut = (
            [translated("rows for each %(column)s") % {"column": table.called(column)}],
            False,
        )
    else:
        return None
    return _drawn(found, heads, cut)


def _row(row: dict[str, Term | None], names: list[str], counting: list[str]) -> _Bar:
    first = next((term for name in names if (term := row[name])), None)
    values = tuple(float(term.value) if (term := row[name]) else 0.0 for name in counting)
    return _Bar(str(first) if first else "", _href(first), values)


def _href(term: Term | None) -> str:
    return link(term.value) if term and term.kind == "uri" else ""


def _drawn(found: list[_Bar], heads: list[str], cut: bool) -> Markup:
    most = max((number for bar in found for number in bar.numbers), default=1) or 1
    each = _ROW * len(heads)
    height = each * len(found) + 34
    scale = (_WIDTH - _NAMES - 140) / most
    words = (
        translated("%(bars)s bars, the first rows: %(heads)s")
        if cut
        else translated("%(bars)s bars: %(heads)s")
    )
    said = words % {"bars": len(found), "heads": ", ".join(heads)}
    shapes = [Markup('<text class="soft" x="{}" y="16">{}</text>').format(_NAMES, said)]
    for at, bar in enumerate(found):
        top = 28 + each * at
        name = bar.name if len(bar.name) <= _LETTERS else bar.name[: _LETTERS - 1] + "…"
        text = Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(
            _NAMES - 8, top + 16, name
        )
        shapes.append(Markup('<a href="{}">{}</a>').format(bar.href, text) if bar.href else text)
        shapes += [
            Markup(
                '<rect class="bar b{0}" x="{1}" y="{2}" width="{3}" height="{4}"><title>{5}: {6:g}</title></rect>'
                '<text x="{7}" y="{8}">{6:g} <tspan class="soft">{9}</tspan></text>'
            ).format(
                place % 3,
                _NAMES,
                top + _ROW * place,
                round(max(number, 0) * scale, 1),
                _ROW - 8,
                heads[place],
                number,
                round(_NAMES + max(number, 0) * scale + 6, 1),
                top + _ROW * place + 14,
                heads[place] if len(heads) > 1 else "",
            )
            for place, number in enumerate(bar.numbers)
        ]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawn" role="group" '
        'viewBox="0 0 {0} {1}" width="{0}" height="{1}"><title>{2}</title>'
    ).format(_WIDTH, height, said) + Markup("").join([*shapes, Markup("</svg>")])
