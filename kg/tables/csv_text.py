"""CSV as spreadsheets save it: in one of several encodings, with commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
import re

from kg.errors import SyntaxFault, TooLarge
from kg.tables.columns import KINDS, folded
from kg.tables.grid import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Grid, remark
from kg.validation.findings import INFO

_MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright bars"}
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # as Excel writes and reads it
_HELP = "# "  # begins a line that helps and says nothing


def read(content: bytes, what: str) -> Grid:
    """The rows of a CSV text. Raises SyntaxFault (line) and TooLarge."""
    text, encoding = _decoded(content)
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise SyntaxFault(
            what, "There is a NUL sign here.", line, 1, hint="This is no text, or it was damaged."
        )
    declared = _DECLARED.match(text)
    skipped = 1 if declared else 0
    body = text[declared.end() :] if declared else text
    mark = declared[1] if declared else _mark(body)
    rows = _rows(body, mark, what, skipped)
    notices = [name for name in (encoding, _MARKS.get(mark, "")) if name]
    grid = Grid("", rows)
    if encoding or mark != ",":
        first = rows[0][0] if rows and rows[0] else Cell("", 1, 1)
        said = f"The table was read as {' with '.join(notices)} between its cells."
        if not encoding:
            said = f"The table was read with {notices[0]} between its cells."
        hint = " If letters look wrong, save it as “CSV UTF-8”." if encoding else ""
        grid.remarks.append(remark("encoding", INFO, first, first.text, said + hint))
    return grid


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding where that is not UTF-8."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace"), "UTF-16"
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "Windows-1252"


def _mark(text: str) -> str:
    """What stands between cells: the sign that gives the first line the most columns of a template."""
    known = {title for template in KINDS.values() for title in template.by_title}
    first = next((line for line in text.splitlines() if line.strip(" ,;\t|\"'")), "")

    def recognised(mark: str) -> tuple[int, int]:
        cells: list[str] = next(iter(_reader(first, mark)), [])
        return sum(folded(cell) in known for cell in cells), len(cells)

    return max(_MARKS, key=recognised)


def _reader(text: str, mark: str) -> csv._reader:  # type: ignore[name-defined]
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark, skipinitialspace=False)


def _rows(text: str, mark: str, what: str, skipped: int) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    reader = _reader(text, mark)
    csv.field_size_limit(max(csv.field_size_limit(), 4 * MAX_CELL))
    counted = 0
    try:
        for number, cells in enumerate(reader, 1 + skipped):
            if cells and cells[0].startswith(_HELP):
                continue
            if len(cells) > MAX_COLUMNS:
                raise TooLarge(f"{what}, row {number} has more than {MAX_COLUMNS} cells.")
            if any(len(cell) > MAX_CELL for cell in cells):
                raise TooLarge(
                    f"{what}, row {number} has a cell of more than {MAX_CELL:,} characters. "
                    "Perhaps a quotation mark that opens a cell is not closed."
                )
            counted += any(cell.strip() for cell in cells)
            if counted > MAX_ROWS:
                raise TooLarge(f"{what} has more than {MAX_ROWS:,} rows; a table may have so many.")
            rows.append([_cell(cell, number, place) for place, cell in enumerate(cells, 1)])
    except csv.Error as error:
        raise SyntaxFault(
            what, f"This row is not CSV: {error}.", reader.line_num + skipped, 1,
            hint="Perhaps a quotation mark that opens a cell is not closed.",
        ) from None  # fmt: skip
    return rows


def _cell(text: str, row: int, column: int) -> Cell:
    kind = "formula" if re.match(r"\s*=\s*[\w(+\-]", text) else "text"
    return Cell(text, row, column, "error" if ERROR.fullmatch(text.strip()) else kind)


ERROR = re.compile(
    r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|BEZUG!|NV|WERT!|ZAHL!|#+)"
)
