"""Rows along the years: a dot for each, stacked over its year, that leads to the first thing of the row."""

from __future__ import annotations

import re
from collections import defaultdict

from markupsafe import Markup

from kg.answers import Table, Term
from server.languages import translated
from server.pages import link

_WIDTH, _LEFT, _RIGHT, _STEP, _RADIUS = 960, 30, 30, 13, 5
_MOST_HIGH = 40


def dated(table: Table) -> str | None:
    """The column with the most dates among those that hold nothing else."""
    counts = {}
    for name in table.columns:
        filled = [term for row in table.rows if (term := row[name])]
        if filled and all(_year(term) is not None for term in filled):
            counts[name] = len(filled)
    return max(counts, key=lambda name: counts[name]) if counts else None


def timeline(table: Table, column: str) -> Markup:
    """The rows of a table that have a date in this column, from the first year to the last."""
    years: dict[int, list[dict[str, Term | None]]] = defaultdict(list)
    for row in table.rows:
        at = _year(row[column])
        if at is not None:
            years[at].append(row)
    first, last = min(years), max(years)
    high = min(max(len(rows) for rows in years.values()), _MOST_HIGH)
    base = high * _STEP + 20
    span = max(last - first, 1)
    scale = (_WIDTH - _LEFT - _RIGHT) / span
    shapes = [_axis(first, last, scale, base)]
    for at, rows in sorted(years.items()):
        x = round(_LEFT + (at - first) * scale, 1) if last > first else _WIDTH / 2
        shapes += [
            _dot(row, column, x, base - 10 - _STEP * level * min(1, _MOST_HIGH / len(rows)))
            for level, row in enumerate(rows)
        ]
    rows_in_all = sum(map(len, years.values()))
    words = translated("%(rows)s rows from %(first)s to %(last)s")
    said = words % {"rows": rows_in_all, "first": first, "last": last}
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawn" role="group" '
        'viewBox="0 0 {0} {1}" width="{0}" height="{1}"><title>{2}</title>'
    ).format(_WIDTH, base + 30, said) + Markup("").join([*shapes, Markup("</svg>")])


def _axis(first: int, last: int, scale: float, base: int) -> Markup:
    step = next(
        step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if step * scale >= 45 or step == 1000
    )
    marks = [at for at in range(first, last + 1) if at % step == 0] or [first]
    line = Markup('<path class="axis" d="M {0} {1} H {2}"/>').format(_LEFT - 10, base, _WIDTH - 20)
    middle = first == last
    return line + Markup("").join(
        Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
            _WIDTH / 2 if middle else round(_LEFT + (at - first) * scale, 1), base + 18, at
        )
        for at in marks
    )


def _dot(row: dict[str, Term | None], column: str, x: float, y: float) -> Markup:
    thing = next((term for term in row.values() if term and term.kind == "uri"), None)
    said = ", ".join(str(term) for name, term in row.items() if term and name != column)
    when = row[column]
    circle = Markup('<circle cx="{}" cy="{}" r="{}"><title>{}: {}</title></circle>').format(
        x, round(y, 1), _RADIUS, when.value if when else "", said[:200]
    )
    href = link(thing.value) if thing else ""
    return Markup('<a href="{}">{}</a>').format(href, circle) if href else circle


def _year(term: Term | None) -> int | None:
    """The year that a date begins with; None for what is no date."""
    if term is None or term.kind != "literal" or term.datatype.endswith(("integer", "decimal")):
        return None
    found = re.fullmatch(r"(\d{4})(?:-\d\d(?:-\d\d)?)?(?:T.*|Z)?", term.value)
    return int(found[1]) if found else None
