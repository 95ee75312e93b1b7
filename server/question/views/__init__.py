"""The ways to look at an answer: always as a table, and as a map, a graph, a timeline, a chart or a matrix where its
columns allow it. Each is drawn here, needs no script, and stands above the table that says the same in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kg.answers import Table
from kg.namespaces import BASE
from kg.places import Spot
from server.languages import translated
from server.outlines import source
from server.question.views.charts import bars, categories, numbers
from server.question.views.links import links
from server.question.views.maps import world
from server.question.views.matrix import crossed, matrix
from server.question.views.timeline import dated, timeline

TABLE, MAP, GRAPH, TIMELINE, CHART = "table", "map", "graph", "timeline", "chart"
MATRIX = "matrix"
EVERY = (TABLE, MAP, GRAPH, TIMELINE, CHART, MATRIX)


@dataclass(frozen=True)
class Look:
    """A way of looking at an answer: its name in the address, and its picture, which the table has none of."""

    name: str
    picture: Markup | None = None
    caption: str = ""


def offered(view: str, table: Table, places: Mapping[str, Spot]) -> list[str]:
    """The names of the ways in which an answer can be seen. `view` is what the question's file says of it."""
    if not table.rows:
        return [TABLE]
    tests = {
        TABLE: True,
        MAP: bool(_placed(table, places)),
        GRAPH: _joined(view, table) is not None,
        TIMELINE: dated(table) is not None,
        CHART: bool(numbers(table)) or categories(table) is not None,
        MATRIX: crossed(table) is not None,
    }
    return [name for name in EVERY if tests[name]]


def default(view: str, names: list[str]) -> str:
    """The way in which a question is seen when the address does not say: the graph, where its file asks for one."""
    return GRAPH if view.startswith("links ") and GRAPH in names else TABLE


def look(name: str, view: str, whole: Table, part: Table, places: Mapping[str, Spot]) -> Look:
    """An answer seen in one way; a graph too large to be read shows the rows of the page only."""
    if name == MAP:
        return Look(
            name,
            world(whole, _placed(whole, places), places),
            translated("Each dot is a place; a larger one stands in more rows.") + " " + source(),
        )
    if name == TIMELINE and (column := dated(whole)):
        return Look(name, timeline(whole, column), translated("Each dot is a row, at its year."))
    if name == CHART:
        return Look(name, bars(whole))
    if name == MATRIX and (pair := crossed(whole)):
        said = translated(
            "In each cell, the number of rows that have both. The stronger the shade, the more."
        )
        return Look(name, matrix(*pair, whole), said)
    columns = _joined(view, whole)
    if name == GRAPH and columns:
        joined = {"one": whole.called(columns[0]), "other": whole.called(columns[1])}
        drawn = links(*columns, whole)
        if drawn:
            return Look(name, drawn, translated("Lines join %(one)s and %(other)s.") % joined)
        said = translated(
            "Lines join %(one)s and %(other)s in the rows of this page; all rows are too many to be read."
        )
        return Look(name, links(*columns, part), said % joined)
    return Look(TABLE)


def picture(view: str, table: Table) -> Markup | None:
    """The graph that a question's file asks for; None where it asks for none or it would be too large to be read."""
    columns = _joined(view, table) if view.startswith("links ") else None
    return links(*columns, table) if columns else None


def _placed(table: Table, places: Mapping[str, Spot]) -> list[str]:
    """The columns in which places with coordinates stand."""
    return [
        name
        for name in table.columns
        if any(term.value in places for row in table.rows if (term := row[name]))
    ]


def _joined(view: str, table: Table) -> tuple[str, str] | None:
    """The two columns that a graph joins: those that the file names, else the first two that hold different things."""
    words = view.split()
    if len(words) == 3 and words[0] == "links" and set(words[1:]) <= set(table.columns):
        return words[1], words[2]
    things = [name for name in table.columns if _holds_things(table, name)]
    return (things[0], things[1]) if len(things) > 1 else None


def _holds_things(table: Table, name: str) -> bool:
    found = {term for row in table.rows if (term := row[name])}
    ours = sum(term.kind == "uri" and term.value.startswith(BASE) for term in found)
    return ours > 0 and ours * 2 >= len(found) and len(found) > (1 if len(table) > 3 else 0)
