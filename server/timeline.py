"""When things happened, as a picture: a row for each kind of happening, years from left to right.

It is for the eye alone and says nothing that the page does not say in words, so it is hidden from those who hear the
page; its dots lead to the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kg.stories import Moment
from kg.stories.happenings import LANES
from server.languages import translated
from server.pages import link

_WIDTH, _LEFT, _RIGHT = 960, 150, 24
_STEP, _RADIUS, _TOP = 17, 6.5, 8
_STEPS = (1, 2, 5, 10, 20, 50, 100)
_TICKS = 12  # years that are written, at most


@dataclass(frozen=True)
class _Scale:
    first: int
    last: int

    def x(self, year: float) -> float:
        room = _WIDTH - _LEFT - _RIGHT
        return round(_LEFT + room * (year - self.first) / (self.last - self.first), 1)

    def ticks(self) -> range:
        step = next(step for step in _STEPS if (self.last - self.first) / step <= _TICKS)
        return range(-(-self.first // step) * step, self.last + 1, step)


def timeline(moments: Sequence[Moment], listed: bool) -> Markup | None:
    """The picture of dated moments; None for fewer than two. `listed`: dots lead to the list on the same page."""
    dated = [(at, one, _year(one.when)) for at, one in enumerate(moments, 1) if _year(one.when)]
    if len({year for _, _, year in dated}) < 2:
        return None
    years = [year for _, _, year in dated]
    scale = _Scale(int(min(years)), int(max(years)) + 1)
    rows, top = [], float(_TOP)
    for lane in LANES:
        dots = [(at, one, scale.x(year)) for at, one, year in dated if one.lane == lane]
        if not dots:
            continue
        row, height = _row(dots, top, listed)
        rows.append(Markup('<text x="0" y="{}">{}</text>').format(top + 15, translated(lane)) + row)
        top += height
        rows.append(Markup('<path class="rule" d="M 0 {0} H {1}"/>').format(top, _WIDTH))
    ticks = [_tick(year, scale.x(year), top) for year in scale.ticks()]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="timeline" aria-hidden="true" viewBox="0 0 {0} {1}" '
        'width="{0}" height="{1}">{2}</svg>'
    ).format(_WIDTH, top + 24, Markup("").join([*ticks, *rows]))


def _row(
    dots: Sequence[tuple[int, Moment, float]], top: float, listed: bool
) -> tuple[Markup, float]:
    """The dots of one lane, one above the other where they would touch, and the height that they take."""
    ends: list[float] = []  # of the last dot of each line
    drawn = []
    for at, moment, x in sorted(dots, key=lambda dot: dot[2]):
        level = next(
            (level for level, end in enumerate(ends) if x - end > 2 * _RADIUS + 1), len(ends)
        )
        ends[level : level + 1] = [x]
        target = f"#m{at}" if listed else link(moment.thing.value)
        said = f"{moment.when}: {moment.thing}" + (f", {moment.what}" if moment.what else "")
        circle = Markup('<circle cx="{}" cy="{}" r="{}"><title>{}</title></circle>').format(
            x, top + 10 + _STEP * level, _RADIUS, said
        )
        drawn.append(
            Markup('<a href="{}" tabindex="-1">{}</a>').format(target, circle) if target else circle
        )
    return Markup("").join(drawn), 10 + _STEP * len(ends)


def _tick(year: int, x: float, bottom: float) -> Markup:
    return Markup(
        '<path class="rule" d="M {0} {1} V {2}"/><text class="year" x="{0}" y="{3}">{4}</text>'
    ).format(x, _TOP, bottom, bottom + 16, year)


def _year(when: str) -> float:
    """A day, month or year as a point in time; a year or month lies in its middle. 0: it has no year."""
    parts = when.split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3:
        return 0.0
    year, month, day = [*map(int, parts), 0, 0][:3]
    if not month:
        return year + 0.5
    return year + (month - 1) / 12 + ((day or 15) - 1) / 372
