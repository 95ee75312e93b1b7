"""The map of a date: each place a dot, as large as its acts are many, on a plate of degrees."""

from __future__ import annotations

import math
from itertools import islice

from markupsafe import Markup

from kg.explore import Facts
from kg.explore.atlas import Map, Pin
from server.languages import counted, translated
from server.outlines import outlines
from server.pages import link
from server.room import Room

_WIDTH, _HEIGHT, _SOUTH, _NORTH = 960, 400, -56.0, 78.0
_NAMED = 24


def world(facts: Facts, drawing: Map) -> Markup | None:
    """The picture of a map; None without a pin. Degrees are as long east as north (plate carrée)."""
    if not drawing.pins:
        return None
    words = translated("%(places)s places with an act in force at %(day)s")
    said = words % {"places": len(drawing.pins), "day": drawing.at}
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" role="group" class="drawn atlas" viewBox="0 0 {0} {1}" '
        'width="{0}" height="{1}" font-family="system-ui, sans-serif" font-size="11"><title>{2}</title>'
    ).format(_WIDTH, _HEIGHT, said)
    pins = sorted(drawing.pins, key=lambda pin: (-pin.acts, pin.place))
    dots = [_dot(facts, pin) for pin in pins]
    east, north = _at(0, 0)
    land = outlines(east, north, _WIDTH / 360, _HEIGHT / (_NORTH - _SOUTH))
    return head + Markup("").join(
        [land, *_degrees(), *dots, *_names(facts, pins), Markup("</svg>")]
    )


def _at(north: float, east: float) -> tuple[float, float]:
    x = (east + 180) / 360 * _WIDTH
    y = (_NORTH - max(min(north, _NORTH), _SOUTH)) / (_NORTH - _SOUTH) * _HEIGHT
    return round(x, 1), round(y, 1)


def _degrees() -> list[Markup]:
    """Meridians and parallels of thirty degrees, the equator and Greenwich darker, with their names."""
    lines = []
    for east in range(-150, 180, 30):
        x = _at(0, east)[0]
        lines.append(_line((x, 0), (x, _HEIGHT), "axis" if east == 0 else "grid"))
        side = translated("E") if east > 0 else translated("W") if east < 0 else ""
        label = f"{abs(east)}°{side}"
        lines.append(_word(x + 3, _HEIGHT - 4, label))
    for north in (-30, 0, 30, 60):
        y = _at(north, 0)[1]
        lines.append(_line((0, y), (_WIDTH, y), "axis" if north == 0 else "grid"))
        side = translated("N") if north > 0 else translated("S")
        lines.append(_word(3, y - 3, f"{abs(north)}°{side}" if north else translated("equator")))
    return lines


def _line(start: tuple[float, float], end: tuple[float, float], kind: str) -> Markup:
    return Markup('<path d="M{} {}L{} {}" class="{}"/>').format(*start, *end, kind)


def _word(x: float, y: float, words: str) -> Markup:
    return Markup('<text x="{}" y="{}" class="soft">{}</text>').format(
        round(x, 1), round(y, 1), words
    )


def _dot(facts: Facts, pin: Pin) -> Markup:
    x, y = _at(pin.north, pin.east)
    words = counted("%(acts)s act, since %(day)s", "%(acts)s acts, since %(day)s", pin.acts)
    return Markup(
        '<a href="{}"><circle cx="{}" cy="{}" r="{}"><title>{}: {}</title></circle></a>'
    ).format(
        link(pin.place),
        x,
        y,
        _size(pin),
        facts.label(pin.place),
        words % {"acts": pin.acts, "day": pin.since},
    )


def _size(pin: Pin) -> float:
    """Half the width of a dot."""
    return round(2.5 + 1.5 * math.sqrt(pin.acts), 1)


def _names(facts: Facts, pins: list[Pin]) -> list[Markup]:
    """The names of the places with most acts, where they stand on nothing else."""
    room = Room(_WIDTH)
    spots = [(pin, *_at(pin.north, pin.east), _size(pin)) for pin in pins]
    for _, x, y, size in spots:
        room.dot(x, y, size)
    named = (room.name(facts.label(pin.place), x, y, size) for pin, x, y, size in spots)
    return list(islice((name for name in named if name), _NAMED))
