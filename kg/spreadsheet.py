"""A table as a spreadsheet (XLSX): a sheet with the rows, and a sheet that says what they are."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from kg.answers import Table, Term

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST = 32_767  # signs that a cell may have
_BARRED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # signs that XML does not allow
_NUMBERS = ("#integer", "#decimal", "#double", "#int", "#long", "#gYear")


def spreadsheet(table: Table, about: Sequence[tuple[str, str]]) -> bytes:
    """The rows under a bold heading that stays in sight; `about` is written beside them, a line for each pair.

    Whole and decimal numbers are numbers; all else is text as it stands, so that no cell is taken for a formula.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "Answer"
    for column, name in enumerate(table.columns, start=1):
        _write(sheet.cell(1, column), name)
        sheet.cell(1, column).font = Font(bold=True)
    for at, row in enumerate(table, start=2):
        for column, term in enumerate(row, start=1):
            if term is not None:
                _fill(sheet.cell(at, column), term)
    sheet.freeze_panes = "A2"
    beside = book.create_sheet("About")
    for at, (name, said) in enumerate(about, start=1):
        _write(beside.cell(at, 1), name)
        _write(beside.cell(at, 2), said)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(cell: Any, term: Term) -> None:
    if term.kind == "literal" and term.datatype.endswith(_NUMBERS):
        try:
            cell.value = int(term.value) if term.value.lstrip("-").isdigit() else float(term.value)
        except (ValueError, OverflowError):
            _write(cell, term.value)
    else:
        _write(cell, term.value)


def _write(cell: Any, text: str) -> None:
    cell.value = _BARRED.sub("�", text)[:_LONGEST]
    cell.data_type = "s"
