"""Which template a sheet was made from, and which of its columns is which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from kg.errors import SyntaxFault
from kg.tables.columns import KINDS, Column, Template, folded
from kg.tables.grid import TABLE, Cell, Grid, instead, remark
from kg.validation.findings import VIOLATION, WARNING, Finding

_NEAR = 70.0  # of 100, rapidfuzz's ratio of two titles
_LANGUAGE = re.compile(r"(.+?)\s*@\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)")


@dataclass(frozen=True)
class Place:
    """A column of a sheet that is one of the template's: the cell of its title, and the language that it adds."""

    column: Column
    cell: Cell
    language: str = ""


@dataclass(frozen=True)
class Headed:
    """A sheet whose columns are known: by their number in the sheet."""

    template: Template
    places: dict[int, Place]
    titles: Cell  # the first title
    body: list[list[Cell]]
    remarks: tuple[Finding, ...]
    missing: tuple[Column, ...]  # required, and not there

    def place(self, column: Column) -> Place | None:
        return next((one for one in self.places.values() if one.column == column), None)


def head(grid: Grid, what: str) -> Headed | None:
    """The template and the columns of a sheet; None for one that has nothing of any template."""
    filled = [row for row in grid.rows if any(cell.text.strip() for cell in row)]
    if not filled:
        return None
    titles = filled[0]
    template = _template(titles)
    if template is None:
        return None
    body = grid.rows[grid.rows.index(titles) + 1 :]
    places: dict[int, Place] = {}
    remarks: list[Finding] = []
    for cell in [*titles, *_beyond(titles, body)]:
        found = _place(template, cell)
        if found is None:
            remarks += _unknown(template, cell, places, titles, body)
        elif any(
            (one.column, one.language) == (found.column, found.language) for one in places.values()
        ):
            remarks.append(
                remark(
                    "column-twice", VIOLATION, cell, cell.text.strip(),
                    f"There are two columns “{found.column.title}”. Take one out, or put several values into one cell "
                    f"with {found.column.separator or ';'} between.",
                )
            )  # fmt: skip
        else:
            places[cell.column] = found
    there = {one.column for one in places.values()}
    missing = tuple(one for one in template.columns if one.required and one not in there)
    remarks += [_missing(template, one, titles) for one in missing]
    return Headed(template, places, titles[0], body, tuple(remarks), missing)


def _beyond(titles: Sequence[Cell], body: Sequence[Sequence[Cell]]) -> list[Cell]:
    """The empty titles of columns to the right of the last title."""
    last = titles[-1]
    most = max((row[-1].column for row in body if row), default=0)
    return [
        Cell("", last.row, column, sheet=last.sheet) for column in range(last.column + 1, most + 1)
    ]


def unrecognised(grids: Sequence[Grid], what: str) -> SyntaxFault:
    """What to say of a file in which no sheet has the columns of a template."""
    first = next((row for grid in grids for row in grid.rows if any(c.text for c in row)), [])
    has = ", ".join(f"“{cell.text.strip()[:40]}”" for cell in first if cell.text.strip())[:300]
    return SyntaxFault(
        what,
        "No row of titles like that of a template was found in it."
        + (f" Its first row has {has}." if has else " It is empty."),
        first[0].row if first else 1,
        1,
        hint=f"Begin with a template: kg template {'|'.join(KINDS)}, or the page /contribute.",
    )


def _template(titles: Sequence[Cell]) -> Template | None:
    """The template with most of these titles; one whose own first column is there before another."""

    def fits(template: Template) -> tuple[int, bool, int]:
        found = {place.column.name for cell in titles if (place := _place(template, cell))}
        own = template.columns[0].name in found
        return len(found), own, -len(template.columns)

    best = max(KINDS.values(), key=fits)
    count, own, _ = fits(best)
    return best if count >= 3 or (own and count >= 2) else None


def _place(template: Template, cell: Cell) -> Place | None:
    title = folded(cell.text.strip().rstrip("*:").strip())
    if title in template.by_title:
        return Place(template.by_title[title], cell)
    tagged = _LANGUAGE.fullmatch(cell.text.strip())
    column = template.by_title.get(folded(tagged[1])) if tagged else None
    if column is not None and tagged is not None and column.lang:
        return Place(column, cell, tagged[2].lower())
    return None


def _unknown(
    template: Template,
    cell: Cell,
    places: dict[int, Place],
    titles: Sequence[Cell],
    body: Sequence[Sequence[Cell]],
) -> list[Finding]:
    text = cell.text.strip()
    if not text:
        return _unnamed(cell, body)
    there = {place.column for one in titles if (place := _place(template, one))}
    free = {one.title: one.title for one in template.columns if one not in there}
    best = process.extractOne(
        folded(text),
        {title: folded(title) for title in free},
        scorer=fuzz.WRatio,
        score_cutoff=_NEAR,
    )
    near = best[2] if best else None
    said = (
        f"No column of the {template.name} template is called “{text}”, so nothing in it is read."
    )
    if near is None:
        said += " Take it out, or name it after a column of the template."
        return [remark("unknown-column", WARNING, cell, text, said, value=text)]
    return [
        remark(
            "unknown-column", WARNING, cell, text, f"{said} Did you mean “{near}”?",
            value=text, fix=instead(near),
        )
    ]  # fmt: skip


def _unnamed(cell: Cell, body: Sequence[Sequence[Cell]]) -> list[Finding]:
    rows = [
        one.row for row in body for one in row if one.column == cell.column and one.text.strip()
    ]
    if not rows:
        return []
    return [
        remark(
            "column-without-name", VIOLATION, cell, "",
            f"This column has no title, and row {rows[0]} has something in it. Give it the title of a column of the "
            "template, or empty it. If its title was merged with the one beside it, unmerge them.",
        )
    ]  # fmt: skip


def _missing(template: Template, column: Column, titles: Sequence[Cell]) -> Finding:
    last = max((cell for cell in titles if cell.text.strip()), key=lambda cell: cell.column)
    return remark(
        "missing-column", VIOLATION, last, column.title,
        f"The table has no column “{column.title}”, which the {template.name} template must have: {column.help}",
        thing=TABLE, path=column.predicate, value=column.title,
    )  # fmt: skip
