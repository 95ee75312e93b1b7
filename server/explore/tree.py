"""How wording travelled, as a dated tree: a line for each text, as far to the right as it is late."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from kg.explore import Facts
from kg.explore.days import years
from kg.explore.lineage import CITES, Line
from server.languages import translated
from server.pages import link

_LEFT, _RIGHT, _ROW, _TOP = 60.0, 420.0, 26, 40
_MOST = 60  # texts that are drawn
_WIDTH, _LETTERS = 960, 70


def tree(facts: Facts, lines: Sequence[Line]) -> Markup | None:
    """The picture of a family of texts; None where nothing derives from anything, or too much does."""
    if len(lines) < 2 or len(lines) > _MOST:
        return None
    days = [line.day for line in lines if line.day]
    start, end = (min(days), max(days)) if days else ("2000", "2001")
    span = max(years(start, end), 1.0)
    spots: dict[str, tuple[float, float]] = {}
    marks = []
    for at, line in enumerate(lines):
        origin = spots.get(line.origin)
        floor = origin[0] + 12 if origin else _LEFT
        dated = _LEFT + (_RIGHT - _LEFT) * years(start, line.day) / span if line.day else floor
        spot = spots[line.text] = (max(dated, floor), _TOP + at * _ROW)
        marks.append(
            (_branch(origin, spot, line.how) if origin else Markup("")) + _text(facts, line, spot)
        )
    height = _TOP + len(lines) * _ROW
    words = translated("%(texts)s texts from %(first)s to %(last)s")
    said = words % {"texts": len(lines), "first": start[:4], "last": end[:4]}
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="group" class="drawn tree" viewBox="0 0 {0} {1}" '
        'width="{0}" height="{1}" font-family="system-ui, sans-serif" font-size="13"><title>{2}</title>'
        '<text x="{5}" y="16" class="soft">{3}</text><text x="{6}" y="16" class="soft">{4}</text>'
    ).format(_WIDTH, height, said, start[:4], end[:4], round(_LEFT), round(_RIGHT))
    return head + Markup("").join([*marks, Markup("</svg>")])


def _branch(start: tuple[float, float], end: tuple[float, float], how: str) -> Markup:
    """A line from a text to what derives from it; dashed to what only cites it."""
    return Markup('<path d="M{0} {1}V{3}H{2}" class="branch"{4}/>').format(
        *(round(number, 1) for number in (*start, *end)),
        Markup(' stroke-dasharray="3 3"') if how == CITES else "",
    )


def _text(facts: Facts, line: Line, spot: tuple[float, float]) -> Markup:
    """A dot, filled where the text was chosen, hollow where no date is on record, with its name and date."""
    words = facts.label(line.text)
    words = words if len(words) <= _LETTERS else words[: _LETTERS - 1] + "…"
    kind = "chosen" if line.chosen else "other"
    x, y = round(spot[0], 1), round(spot[1], 1)
    return Markup(
        '<circle cx="{}" cy="{}" r="5" class="{}"/><a href="{}"><text x="{}" y="{}"{}>{}{}</text></a>'
    ).format(
        x,
        y,
        kind if line.day else f"{kind} open",
        link(line.text),
        round(x + 10, 1),
        round(y + 4.5, 1),
        Markup(' font-weight="bold"') if line.chosen else "",
        words,
        Markup(" ({})").format(line.day or translated("no date")),
    )
