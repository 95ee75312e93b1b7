"""The rows of a sheet, cleaned: for each column what stands there, without empty rows and without doubles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.positions.spot import Spot
from kg.tables.columns import Column, Template
from kg.tables.grid import Cell, remark
from kg.tables.headers import Headed, Place
from kg.tables.literals import Problem, clean
from kg.validation.findings import INFO, WARNING, Finding


@dataclass(frozen=True)
class Entry:
    """What stands in one cell, cleaned, and in which column."""

    text: str
    cell: Cell
    place: Place

    @property
    def spot(self) -> Spot:
        return self.cell.spot(self.place.column.title)


@dataclass
class Row:
    """One row: what stands in each of the template's columns. `number` counts from 1, as CSVW's _row does."""

    template: Template
    number: int
    first: Cell
    headed: Headed
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    broken: set[str] = field(
        default_factory=set
    )  # columns whose cell has no value that can be read
    iris: dict[str, str] = field(default_factory=dict)  # what a column's one cell names
    remarked: set[str] = field(default_factory=set)  # columns whose name was remarked already

    def entry(self, name: str) -> Entry | None:
        return next(iter(self.entries.get(name, ())), None)

    def cell(self, column: Column) -> Cell:
        """The cell of this column, also where it is empty."""
        found = self.entry(column.name)
        if found:
            return found.cell
        place = self.headed.place(column)
        where = place.cell.column if place else self.first.column
        return Cell("", self.first.row, where, sheet=self.first.sheet)


def rows_of(headed: Headed, remarks: list[Finding]) -> Iterator[Row]:
    """The rows with something in them; what is wrong with cells as such is added to the remarks."""
    seen: dict[tuple[tuple[int, str], ...], int] = {}
    empty: Cell | None = None
    title = headed.titles.text.strip()
    for number, cells in enumerate(headed.body, 1):
        said = tuple((cell.column, cell.text.strip()) for cell in cells if cell.text.strip())
        if not said:
            empty = empty or (cells[0] if cells else Cell("", headed.titles.row + number, 1))
            continue
        if empty is not None:
            remarks.append(
                remark(
                    "empty-row", INFO, empty, title, "This row is empty. The rows below it were read as well."
                )
            )  # fmt: skip
            empty = None
        if said in seen:
            remarks.append(
                remark(
                    "row-twice", WARNING, cells[0], title,
                    f"This row says the same as row {seen[said]}, and was left out. Take one of the two out.",
                )
            )  # fmt: skip
            continue
        seen[said] = cells[0].row
        yield _row(headed, number, cells, remarks)


def _row(headed: Headed, number: int, cells: list[Cell], remarks: list[Finding]) -> Row:
    row = Row(headed.template, number, cells[0], headed)
    for cell in cells:
        place = headed.places.get(cell.column)
        if place is None or not cell.text.strip():
            continue
        text, problem = clean(cell)
        if problem is not None:
            remarks.append(told(problem, cell, place.column))
        if text is None:
            row.broken.add(place.column.name)
        elif text:
            row.entries.setdefault(place.column.name, []).append(Entry(text, cell, place))
    return row


def told(problem: Problem, cell: Cell, column: Column, thing: str = "") -> Finding:
    """A problem with a cell as a finding about it."""
    about = {"thing": thing} if thing else {}
    return remark(
        problem.kind, problem.severity, cell, column.title, problem.message,
        path=column.predicate, value=cell.text.strip(), fix=problem.fix, **about,
    )  # fmt: skip
