"""The outlines of countries behind the dots of a map: a file of its own, which a browser keeps.

It is made when the wheel is built (`hatch_build.py`), from Natural Earth by way of npm; where it
could not be, maps show degrees only. Its unit is a tenth of a degree, east to the right and south downwards.
"""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from server.languages import translated

FILE = Path(__file__).parent / "static" / "outlines.svg"


def outlines(x: float, y: float, east: float, south: float) -> Markup:
    """Land and borders, where 0° N 0° E lies at `x`, `y` and a degree is `east` wide and `south` high."""
    if not FILE.is_file():
        return Markup("")
    return Markup(
        '<g class="outlines" transform="translate({0} {1}) scale({2} {3})">'
        '<use class="land" href="{4}#land"/><use class="borders" href="{4}#borders"/></g>'
    ).format(
        *(round(x, 2), round(y, 2), round(east / 10, 4), round(south / 10, 4)),
        f"/static/{FILE.name}",
    )


def source() -> str:
    """What a map says of its outlines."""
    said = translated("Outlines: Natural Earth. They take no side where borders are disputed.")
    return said if FILE.is_file() else ""
