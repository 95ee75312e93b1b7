"""How often the values of two columns stand in one row, as a table: shaded, and with the number in each cell."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from markupsafe import Markup

from kg.answers import Table, Term
from server.pages import link
from server.question.views.timeline import dated

_MOST = 20  # values of a column
_SHADES = 5


def crossed(table: Table) -> tuple[str, str] | None:
    """The two columns that say most together: few values, each in several rows, and neither told by the other."""
    days = dated(table)
    few = {
        name: values
        for name in table.columns
        if name != days
        and 2 <= len(values := {term for row in table.rows if (term := row[name])}) <= _MOST
    }
    fits = {}
    for one, other in combinations(few, 2):
        pairs = {(row[one], row[other]) for row in table.rows if row[one] and row[other]}
        wide, long = len(few[one]), len(few[other])
        if len(pairs) > max(wide, long) and len(table.rows) >= wide + long:
            fits[one, other] = len(pairs)
    return max(fits, key=lambda pair: fits[pair]) if fits else None


@dataclass(frozen=True)
class Counts:
    """In how many rows each value of one column stands beside each of another; the values with most rows first."""

    down: list[Term]
    across: list[Term]
    rows: Counter[tuple[Term, Term]]


def counted(down: str, across: str, table: Table) -> Counts:
    """The rows of a table counted by the values of these two columns."""
    rows = Counter(
        (one, other) for row in table.rows if (one := row[down]) and (other := row[across])
    )
    ones = Counter(one for one, _ in rows.elements())
    others = Counter(other for _, other in rows.elements())
    return Counts(_ordered(ones), _ordered(others), rows)


def matrix(down: str, across: str, table: Table) -> Markup:
    """A row for each value of one column, a column for each of the other; in a cell, the number of rows with both."""
    counts = counted(down, across, table)
    most = max(counts.rows.values())
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format(_name(one)) for one in counts.across
    )
    lines = [
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            _name(one),
            Markup("").join(_cell(counts.rows[one, other], most) for other in counts.across),
        )
        for one in counts.down
    ]
    return Markup(
        '<table class="crossed"><thead><tr><td>{} × {}</td>{}</tr></thead><tbody>{}</tbody></table>'
    ).format(table.called(down), table.called(across), heads, Markup("").join(lines))


def as_csv(down: str, across: str, table: Table) -> str:
    """The same numbers as CSV, with the names as they are shown."""
    counts = counted(down, across, table)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([f"{down} × {across}", *counts.across])
    lines.writerows(
        [one, *(counts.rows[one, other] for other in counts.across)] for one in counts.down
    )
    return text.getvalue()


def _ordered(counted: Counter[Term]) -> list[Term]:
    return sorted(counted, key=lambda term: (-counted[term], str(term)))


def _cell(count: int, most: int) -> Markup:
    if not count:
        return Markup('<td class="none">0</td>')
    return Markup('<td class="shade-{}">{}</td>').format(-(-count * _SHADES // most), count)


def _name(term: Term) -> Markup:
    href = link(term.value) if term.kind == "uri" else ""
    return Markup('<a href="{}">{}</a>').format(href, term) if href else Markup("{}").format(term)
