"""A table taken apart: cells with the places that a spreadsheet shows for them."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.namespaces import BASE
from kg.positions.spot import Spot
from kg.validation.findings import Finding, Fix

MAX_ROWS = 20_000  # with anything in them, of one file
MAX_COLUMNS = 200
MAX_CELL = 20_000  # characters
TABLE = f"{BASE}data/contribution"  # what a remark is about that is about no thing in the table
_REMARK = f"{BASE}advice/table-"


@dataclass(frozen=True)
class Cell:
    """One cell. `kind` is what the spreadsheet takes it for: text, number, date, formula or error.

    `text` is what it shows (of a formula, the formula); a day is written as in 2014-03-02. `computed` is the value
    that a formula had when the file was saved.
    """

    text: str
    row: int
    column: int
    kind: str = "text"
    computed: str = ""
    sheet: str = ""  # named where there are several
    of_workbook: bool = False

    @property
    def place(self) -> str:
        """As a spreadsheet calls it: C3, or acts!C3 in a workbook of several sheets."""
        name = f"{letters(self.column)}{self.row}"
        return f"{self.sheet}!{name}" if self.sheet else name

    def spot(self, header: str) -> Spot:
        return Spot(self.row, self.column, self.row, self.column + 1, header, self.place)


@dataclass
class Grid:
    """The rows of one sheet, each with the cells that are there; and what is remarked about the sheet."""

    sheet: str
    rows: list[list[Cell]]
    remarks: list[Finding] = field(default_factory=list)


def letters(column: int) -> str:
    """A column's number as a spreadsheet writes it: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def remark(
    kind: str,
    severity: str,
    cell: Cell,
    header: str,
    message: str,
    thing: str = TABLE,
    path: str = "",
    value: str = "",
    fix: Fix | None = None,
) -> Finding:
    """A finding that no shape makes: about a cell as it stands in the table."""
    spot = cell.spot(header or "(no name)")
    placed = Fix(fix.sentence, fix.text, spot) if fix else None
    return Finding(
        severity,
        thing,
        path,
        value,
        _REMARK + kind,
        f"{cell.place}: {message}",
        label="the table" if thing == TABLE else "",
        spot=spot,
        fix=placed,
    )


def instead(text: str) -> Fix:
    """The fix that another text in the cell is."""
    return Fix(f"Write {text}.", text)
