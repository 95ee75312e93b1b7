"""A view as a page: what was asked, the answer in tables with the words they rest on, and how to read the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import render_template, request
from markupsafe import Markup

from kg.explore import Field, Part, Result, Row, View
from kg.explore.views import Choice
from kg.explore.written import of_row
from kg.namespaces import shorten
from server.explore import drawn
from server.explore.asked import Asked
from server.explore.explorer import explored, the_explorer, the_version
from server.explore.heads import headed, named
from server.languages import alphabetical
from server.once import Piece, once

SHOWN = 10  # rows of a table, where all tables are shown
_PLAIN = 3  # of a table to be filled in, whose cells are mostly empty
WHOLE = 60  # rows of a table that is shown whole, as it is read as a whole: more would make too large a page
ALONE = 200  # rows of a table that is asked for by its name; the data have all
_FEW = 6  # values that are ticked instead of chosen from a list
_LISTED = 300  # values of a list; of more, those that fit are looked up
_PROOFS = 2  # pieces of evidence in a row
_MANY = 20  # rows of a table beside others, of which a row has one piece of evidence
_LOOKED = 24  # statements of a row whose evidence is counted; the data have that of all

PICTURES: dict[str, Callable[[object], Markup | None]] = {
    "intersections": drawn.grid,
    "silos": drawn.network,
    "compare": drawn.family,
    "atlas": drawn.atlas,
}


@dataclass(frozen=True)
class Control:
    """A field of the form, with what is chosen in it, as it is written in an address."""

    field: Field
    id: str
    choices: list[Choice]
    chosen: tuple[str, ...]

    @property
    def few(self) -> bool:
        """Whether all that can be chosen fits beside each other, to be ticked."""
        return self.field.many and 0 < len(self.choices) <= _FEW

    @property
    def long(self) -> bool:
        """Whether there are too many to be listed."""
        return len(self.choices) > _LISTED


@dataclass(frozen=True)
class Shown:
    """A table of the page: its first rows, each with words it rests on, how many there are, and whether or more."""

    part: Part
    rows: list[tuple[Row, list[Piece], int, bool]]
    csv: str
    alone: str
    most: int
    onward: Callable[[Row], str]

    @property
    def proven(self) -> bool:
        return any(row.basis for row, *_ in self.rows)


def page(asked: Asked, result: Result) -> str:
    """The page of an answer: all of its tables, or the one that the address names."""
    view, explorer = asked.view, the_explorer()
    chosen = view.chosen(explorer.facts, asked.given)
    draw = PICTURES.get(view.name)
    return _rendered(
        view,
        _controls(
            view, {name: tuple(shorten(one) for one in values) for name, values in chosen.items()}
        ),
        asked=asked,
        result=result,
        picture=draw(result.drawing) if draw else None,
        shown=_shown(asked, result),
        asked_alone=asked.part,
        address=request.url_root.rstrip("/") + asked.href(version=the_version()),
    )


def mending(view: View, problem: str) -> str:
    """The page of what cannot be asked: the sentence that says why, and the fields."""
    return _rendered(view, _controls(view, {}), problem=problem)


def _rendered(view: View, controls: list[Control], **facts: object) -> str:
    return render_template(
        "explore/view.html",
        view=view,
        controls=controls,
        alone=ALONE,
        headed=headed,
        named=named,
        version=the_version(),
        of_release=explored().release,
        asked_version=request.args.get("version", ""),
        **facts,
    )


def _controls(view: View, chosen: dict[str, tuple[str, ...]]) -> list[Control]:
    facts = the_explorer().facts
    found = []
    for at, field in enumerate(view.fields):
        listed = _ordered(field.choices(facts)) if field.choices else []
        known = {choice.value for choice in listed}
        values = chosen.get(field.name, field.default(facts))
        values = tuple(one for one in values if one in known or not listed)
        found.append(Control(field, f"f{at}-{field.name}", listed, values))
    return found


def _ordered(found: Sequence[Choice]) -> list[Choice]:
    """Values to choose from: those that stand by their names in English, by their names in the reader's language."""
    names = [one.label.casefold() for one in found]
    return alphabetical(found, lambda one: one.label) if names == sorted(names) else list(found)


def _shown(asked: Asked, result: Result) -> list[Shown]:
    parts = [asked.named(result)] if asked.part else result.parts
    most = {part.name: ALONE if asked.part else _most(part) for part in parts}
    rows = {part.name: [looked_at(row) for row in part.rows[: most[part.name]]] for part in parts}
    found = the_explorer().proofs(
        one for held in rows.values() for row, _ in held for one in row.basis
    )
    words = {name: [of_row(row, found) for row, _ in held] for name, held in rows.items()}
    many = {
        name: 1 if len(held) > _MANY and not asked.part else _PROOFS for name, held in rows.items()
    }
    pieces = iter(once(one[: many[part.name]] for part in parts for one in words[part.name]))
    return [
        _part(
            asked,
            part,
            [
                (row, next(pieces), len(one), cut)
                for (row, cut), one in zip(rows[part.name], words[part.name], strict=True)
            ],
            most[part.name],
        )
        for part in parts
    ]


def _most(part: Part) -> int:
    if part.plain:
        return _PLAIN
    return WHOLE if part.whole and len(part.rows) <= WHOLE else SHOWN


def looked_at(row: Row) -> tuple[Row, bool]:
    """A row with no more statements than are looked at, and whether it has more."""
    return replace(row, basis=row.basis[:_LOOKED]), len(row.basis) > _LOOKED


def _part(
    asked: Asked, part: Part, rows: list[tuple[Row, list[Piece], int, bool]], most: int
) -> Shown:
    csv, alone = asked.href(".csv", part=part.name), asked.href(part=part.name)
    return Shown(part, rows, csv, alone, most, lambda row: _onward(asked, row))


def _onward(asked: Asked, row: Row) -> str:
    """The address that a row leads on to."""
    changes = dict(row.onward)
    return asked.href(part="".join(changes.pop("part", ())), **changes)  # type: ignore[arg-type]
