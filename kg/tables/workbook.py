"""XLSX: a zip of XML, looked at before it is opened, and read without formulas, macros, links or entities.

openpyxl parses with defusedxml, which stops at entities; a document type is refused in a sentence before that.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openpyxl

from kg.errors import SyntaxFault, TooLarge
from kg.tables.grid import MAX_CELL, MAX_COLUMNS, MAX_ROWS, Cell, Grid, letters, remark
from kg.validation.findings import VIOLATION

MAX_PARTS = 1_000  # files in the zip
MAX_UNPACKED = 60_000_000  # bytes of all of them
_MOST_EMPTY = 1_048_576  # rows that a sheet can have
OWN_SHEETS = ("help", "lists")  # that a template brings
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a binary workbook, or one with a password
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def read(content: bytes, what: str) -> list[Grid]:
    """The sheets of a workbook that have cells. Raises SyntaxFault and TooLarge."""
    parts = _looked_at(content, what)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        names = [name for name in book.sheetnames if name.casefold() not in OWN_SHEETS]
        found = [
            Grid(name, list(_rows(book[name], name if len(names) > 1 else "", what)))
            for name in names
        ]
        grids = [grid for grid in found if grid.rows]
        if any(cell.kind == "formula" for grid in grids for row in grid.rows for cell in row):
            _compute(content, grids)
    except (SyntaxFault, TooLarge):
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise SyntaxFault(
            what, "This is no workbook that can be read: it is damaged, or something is missing in it.",
            hint="Open it in a spreadsheet program and save it as .xlsx, or as CSV UTF-8.",
        ) from error  # fmt: skip
    _merged(parts, grids)
    return grids


def _looked_at(content: bytes, what: str) -> dict[str, bytes]:
    """The sheets' XML, from a zip that is no bomb. What a zip says of its sizes bounds what is read of it."""
    if content.startswith(_OLD):
        raise SyntaxFault(
            what, "This is a workbook in the old form (.xls), or one with a password.",
            hint="Save it as .xlsx without a password, or as CSV UTF-8.",
        )  # fmt: skip
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            inside = packed.infolist()
            if len(inside) > MAX_PARTS or sum(one.file_size for one in inside) > MAX_UNPACKED:
                raise TooLarge(
                    f"{what} unpacks to more than {MAX_UNPACKED:,} bytes or {MAX_PARTS:,} parts; a workbook may have "
                    "so many. Keep the sheet with the table, without pictures."
                )
            texts = {
                one.filename: packed.read(one)
                for one in inside
                if one.filename.endswith((".xml", ".rels"))
            }
    except (TooLarge, MemoryError):
        raise
    except Exception:  # zipfile raises whatever its reading of a number comes to
        raise SyntaxFault(
            what, "This is no XLSX workbook: it does not unpack.",
            hint="A file that was only renamed to .xlsx is still what it was. Save it as .xlsx, or as CSV UTF-8.",
        ) from None  # fmt: skip
    if any(b"<!DOCTYPE" in text or b"<!ENTITY" in text for text in texts.values()):
        raise SyntaxFault(
            what, "The workbook has a document type or entities in its XML, which no spreadsheet writes.",
            hint="Open it in a spreadsheet program and save it anew.",
        )  # fmt: skip
    return {name: text for name, text in texts.items() if name.startswith("xl/worksheets/")}


def _rows(sheet: Any, name: str, what: str) -> Iterator[list[Cell]]:
    """Rows with their cells; of rows without any, only those that stand between others."""
    if not hasattr(sheet, "reset_dimensions"):  # a sheet that is a chart
        return
    sheet.reset_dimensions()  # what the sheet says of its own size is not counted on
    empty: list[int] = []
    counted = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        cells = [_cell(one, number, place, name) for place, one in enumerate(row, 1)]
        if not any(cell.text for cell in cells):
            empty.append(number)
            continue
        counted += 1
        if counted > MAX_ROWS or len(empty) > _MOST_EMPTY:
            raise TooLarge(f"{what} has more than {MAX_ROWS:,} rows; a table may have so many.")
        if len(cells) > MAX_COLUMNS and any(cell.text for cell in cells[MAX_COLUMNS:]):
            raise TooLarge(f"{what}, row {number} has more than {MAX_COLUMNS} cells.")
        if any(len(cell.text) > MAX_CELL for cell in cells):
            raise TooLarge(f"{what}, row {number} has a cell of more than {MAX_CELL:,} characters.")
        if empty and counted > 1:
            yield [Cell("", empty[0], 1, sheet=name)]
        empty.clear()
        yield cells[:MAX_COLUMNS]


def _cell(found: Any, row: int, column: int, sheet: str) -> Cell:
    value, kind = found.value, getattr(found, "data_type", "n")
    if value is None:
        return Cell("", row, column, sheet=sheet, of_workbook=True)
    if kind == "f":
        text = value if isinstance(value, str) else str(getattr(value, "text", "") or "=…")
        return Cell(text, row, column, "formula", sheet=sheet, of_workbook=True)
    if kind == "e":
        return Cell(str(value), row, column, "error", sheet=sheet, of_workbook=True)
    text, kind = _shown(value, str(getattr(found, "number_format", "")))
    return Cell(text, row, column, kind, sheet=sheet, of_workbook=True)


def _shown(value: Any, form: str = "") -> tuple[str, str]:
    """The text and kind of a value. Of a date that is shown as a month or a year, the month or the year."""
    if isinstance(value, bool):
        return str(value).lower(), "text"
    if isinstance(value, (int, float)):
        return (str(int(value)) if value == int(value) else repr(value)), "number"
    if isinstance(value, (datetime.datetime, datetime.date)):
        signs = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", form).lower()
        length = 10 if "d" in signs or "y" not in signs else 7 if "m" in signs else 4
        return value.isoformat()[:length], "date"
    return str(value), "text"


def _compute(content: bytes, grids: list[Grid]) -> None:
    """Give each formula the value that it had when the file was saved."""
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    for grid in grids:
        wanted = {
            (cell.row, cell.column) for row in grid.rows for cell in row if cell.kind == "formula"
        }
        if not wanted:
            continue
        sheet = book[grid.sheet]
        sheet.reset_dimensions()
        values: dict[tuple[int, int], str] = {}
        for number, row in enumerate(sheet.iter_rows(max_row=max(wanted)[0]), 1):
            for place, one in enumerate(row, 1):
                if (number, place) in wanted and one.value is not None:
                    values[number, place] = _shown(one.value)[0]
        grid.rows = [
            [replace(c, computed=values.get((c.row, c.column), "")) for c in row]
            for row in grid.rows
        ]


def _merged(parts: dict[str, bytes], grids: list[Grid]) -> None:
    """Remark merged cells: all but the first of them are empty to whoever reads the file."""
    if len(grids) != 1:
        return
    grid = grids[0]
    for xml in parts.values():
        for found in _MERGED.finditer(xml):
            first, last = (f"{found[i].decode()}{found[i + 1].decode()}" for i in (1, 3))
            cell = next(
                (one for row in grid.rows for one in row if _name(one) == first and one.text), None
            )
            if cell is not None:
                grid.remarks.append(
                    remark(
                        "merged-cells",
                        VIOLATION,
                        cell,
                        cell.text if cell.row == grid.rows[0][0].row else "",
                        f"The cells {first} to {last} are merged. Only the first counts; unmerge them, and write "
                        "in each cell what belongs there.",
                    )
                )


def _name(cell: Cell) -> str:
    return f"{letters(cell.column)}{cell.row}"
