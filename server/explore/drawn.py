"""Pictures of views, drawn on the server: they need no script, and a table beside them says the same."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template, request, url_for
from markupsafe import Markup

from kg.explore.atlas import Map
from kg.explore.crossings import Grid
from kg.explore.silos import Drawn
from server.explore.explorer import the_explorer
from server.explore.tree import tree
from server.explore.web import web
from server.explore.world import world
from server.languages import translated
from server.outlines import source

_STEPS = 5  # shades
_LEFT_OUT = ("at", "part", "format")  # what does not go on to another year


def grid(drawing: object) -> Markup | None:
    """The matrix of an intersection: a table whose shade is the count and whose mark is a lift that can be told."""
    if not isinstance(drawing, Grid) or not drawing.cells:
        return None
    facts = the_explorer().facts
    most = max((cell.observed for row in drawing.cells for cell in row if cell), default=0)
    return Markup(
        render_template(
            "explore/grid.html",
            grid=drawing,
            version=request.args.get("version", ""),
            label=facts.label,
            shade=lambda count: -(-count * _STEPS // most) if most else 0,
        )
    )


def network(drawing: object) -> Markup | None:
    """The network of a date, with a key, and the years to choose from."""
    if not isinstance(drawing, Drawn):
        return None
    picture = web(the_explorer().facts, drawing)
    about = translated("Every year, with the ties that can hold in it")
    years = _years("silos", drawing.at, drawing.years, about)
    return Markup(render_template("explore/figure.html", picture=picture, years=years))


def family(drawing: object) -> Markup | None:
    """How the wording of the compared acts travelled."""
    picture = tree(the_explorer().facts, drawing) if isinstance(drawing, tuple) else None
    return picture and Markup(render_template("explore/family.html", picture=picture))


def atlas(drawing: object) -> Markup | None:
    """The map of a date, and the years to choose from."""
    if not isinstance(drawing, Map):
        return None
    picture = world(the_explorer().facts, drawing)
    about = translated("Every year, with the places that had adopted an act by its end")
    years = _years("atlas", drawing.at, drawing.years, about)
    return Markup(
        render_template("explore/atlas.html", picture=picture, years=years, source=source())
    )


def _years(name: str, at: str, counted: Sequence[tuple[str, int]], about: str) -> Markup:
    """A slider of years, the year before and after, and each year with a number of its own."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in _LEFT_OUT]
    again: dict[str, list[str]] = {}
    for key, value in kept:
        again.setdefault(key, []).append(value)
    years = [
        (year, count, url_for("explore.answer", name=name, at=year, **again))  # type: ignore[arg-type]
        for year, count in counted
    ]
    near = {year: href for year, _, href in years}
    return Markup(
        render_template(
            "explore/years.html",
            years=years,
            at=at,
            about=about,
            kept=kept,
            action=url_for("explore.answer", name=name),
            before=near.get(f"{int(at[:4]) - 1:04}"),
            after=near.get(f"{int(at[:4]) + 1:04}"),
        )
    )
