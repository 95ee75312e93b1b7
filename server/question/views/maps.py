"""Places on a map of the world: longitude to the right, latitude upwards, one scale for both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from markupsafe import Markup

from kg.answers import Table
from kg.places import Spot
from server.languages import counted, translated
from server.outlines import outlines
from server.pages import link
from server.room import Room

_WIDTH, _HEIGHT, _SCALE = 960, 400, 960 / 360
_NORTH, _SOUTH = 84, -66
_NAMED = 24  # so many places at most have their name beside the dot


def world(table: Table, columns: Sequence[str], places: Mapping[str, Spot]) -> Markup | None:
    """The places that stand in these columns; the more rows name a place, the larger its dot."""
    rows = Counter(
        term.value
        for row in table.rows
        for term in {row[name] for name in columns}
        if term and term.value in places
    )
    if not rows:
        return None
    order = sorted(rows, key=lambda place: (-rows[place], place))
    dots = [_dot(place, places[place], rows[place]) for place in order]
    names = _names([(places[place], _size(rows[place])) for place in order])
    land = outlines(_x(0), _y(0), _SCALE, _SCALE)
    said = translated("%(places)s places on a map of the world") % {"places": len(rows)}
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="drawn atlas" role="group" '
        'viewBox="0 0 {0} {1}" width="{0}" height="{1}"><title>{2}</title>'
    ).format(_WIDTH, _HEIGHT, said) + Markup("").join(
        [land, _grid(), *dots, *names, Markup("</svg>")]
    )


def _names(order: Sequence[tuple[Spot, float]]) -> Iterator[Markup]:
    """The names of the first places, where they stand on nothing else."""
    room = Room(_WIDTH)
    for spot, size in order:
        room.dot(_x(spot.longitude), _y(spot.latitude), size)
    found = (room.name(spot.name, _x(spot.longitude), _y(spot.latitude), r) for spot, r in order)
    return islice((name for name in found if name), _NAMED)


def _grid() -> Markup:
    """Meridians and parallels every 30 degrees, with the equator and the degrees at the edge."""
    lines = [
        Markup('<path class="grid" d="M {} 0 V {}"/>').format(round(_x(east), 1), _HEIGHT)
        for east in range(-150, 180, 30)
    ]
    for north in range(-60, 90, 30):
        y = round(_y(north), 1)
        kind = "axis" if north == 0 else "grid"
        side = translated("N") if north > 0 else translated("S") if north < 0 else ""
        lines.append(Markup('<path class="{}" d="M 0 {} H {}"/>').format(kind, y, _WIDTH))
        lines.append(
            Markup('<text class="soft" x="4" y="{}">{}°{}</text>').format(y - 4, abs(north), side)
        )
    for east in range(-120, 180, 60):
        side = translated("E") if east > 0 else translated("W") if east < 0 else ""
        lines.append(
            Markup('<text class="soft" x="{}" y="{}">{}°{}</text>').format(
                round(_x(east) + 4, 1), _HEIGHT - 6, abs(east), side
            )
        )
    return Markup("").join(lines)


def _size(count: int) -> float:
    """Half the width of a dot."""
    return round(float(min(3 + count**0.5, 12)), 1)


def _dot(place: str, spot: Spot, count: int) -> Markup:
    x, y = round(_x(spot.longitude), 1), round(_y(spot.latitude), 1)
    rows = counted("%(rows)s row", "%(rows)s rows", count) % {"rows": count}
    dot = Markup('<circle cx="{}" cy="{}" r="{}"><title>{}: {}</title></circle>').format(
        x, y, _size(count), spot.name, rows
    )
    return Markup('<a href="{}">{}</a>').format(link(place), dot)


def _x(longitude: float) -> float:
    return (longitude + 180) * _SCALE


def _y(latitude: float) -> float:
    return (_NORTH - max(min(latitude, _NORTH), _SOUTH)) * _SCALE
