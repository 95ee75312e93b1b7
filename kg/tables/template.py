"""Tables to fill in: CSV with its help as lines of comment, XLSX with notes, choices and cells that stay text."""

from __future__ import annotations

import csv
import io

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kg.namespaces import BASE
from kg.tables.columns import Column, Template
from kg.tables.names import Names

_READY = 500  # rows that are formatted as text and have choices
_TEXT = "@"  # the format in which a spreadsheet leaves alone what is typed
_SCHEME = f"{BASE}scheme/"


def as_csv(template: Template) -> str:
    """A row of titles, and a line of help for each column, which is not read."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.title for column in template.columns])
    writer.writerow([f"# {template.help}"])
    writer.writerows([f"# {column.title}: {_help(column)}"] for column in template.columns)
    return out.getvalue()


def as_xlsx(template: Template, names: Names) -> bytes:
    """A workbook: the table with a note on each title, choices from concept schemes, and a sheet of help."""
    book = Workbook()
    sheet = book.active
    sheet.title = template.name
    sheet.freeze_panes = "B2"
    lists = book.create_sheet("lists")
    lists.sheet_state = "hidden"
    for place, column in enumerate(template.columns, 1):
        cell = sheet.cell(1, place, column.title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="F2DCDB" if column.required else "DDEBF7")
        cell.comment = Comment(_help(column), "kg template", height=120, width=320)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(14, min(40, len(column.example) + 2))
        sheet.column_dimensions[letter].number_format = _TEXT
        for row in range(2, _READY + 2):
            sheet.cell(row, place).number_format = _TEXT
        _choices(sheet, lists, place, column, names)
    _help_sheet(book.create_sheet("help", 1), template)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _help(column: Column) -> str:
    needed = " Must be filled in." if column.required else ""
    example = f" Example: {column.example}" if column.example else ""
    return f"{column.help}{needed}{example}"


def _choices(sheet: Worksheet, lists: Worksheet, place: int, column: Column, names: Names) -> None:
    """A list to choose from, where one concept scheme has all that the cell may name."""
    if column.separator or len(column.ranges) != 1 or not column.ranges[0].startswith(_SCHEME):
        return
    options = sorted(names.label(iri) for iri in names.of(column.ranges))
    for row, option in enumerate(options, 1):
        lists.cell(row, place, option)
    letter = get_column_letter(place)
    rule = DataValidation(
        type="list", formula1=f"lists!${letter}$1:${letter}${len(options)}", showErrorMessage=False
    )
    rule.add(f"{letter}2:{letter}{_READY + 1}")
    sheet.add_data_validation(rule)


def _help_sheet(sheet: Worksheet, template: Template) -> None:
    sheet.append([f"{template.title}. {template.help}"])
    sheet.append(["column", "what it says", "must be filled in", "example"])
    for column in template.columns:
        sheet.append([column.title, column.help, "yes" if column.required else "", column.example])
    for letter, width in zip("ABCD", (20, 80, 18, 50), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=cell.row == 2)
