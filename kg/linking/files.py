"""Tables of names in, the same tables with what was found out."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import SourceUnavailable, UnknownColumn, UnknownFormat
from kg.linking.names import folded

MAX_ROWS = 1_000_000
# Headers under which a column is found when it is not named.
_HEADERS = {
    "name": "name city place label title nom nombre ville ciudad stadt cidade municipality town",
    "country": "country country code pais pays land state party countrycode iso",
    "state": "state province region admin1 division estado provincia bundesland departement",
    "latitude": "latitude lat",
    "longitude": "longitude long lon lng",
    "population": "population inhabitants pop",
}
_ONLY = {"country": ("country code", "country", "countrycode", "iso", "pais", "pays", "land")}


@dataclass(frozen=True)
class Sheet:
    """A table: its headers and its rows, each as long as the headers."""

    headers: list[str]
    rows: list[list[str]]


def read(file: Path) -> Sheet:
    """A CSV (comma, semicolon or tab; UTF-8) or XLSX file with a line of headers."""
    try:
        if file.suffix.lower() == ".xlsx":
            lines = _of_workbook(file)
        elif file.suffix.lower() in (".csv", ".tsv", ".txt"):
            lines = _of_text(file.read_text("utf-8-sig"))
        else:
            raise UnknownFormat(file.suffix or str(file), [".csv", ".tsv", ".xlsx"])
    except OSError as error:
        raise SourceUnavailable(str(file), error.strerror or str(error)) from error
    except UnicodeDecodeError:
        raise SourceUnavailable(str(file), "it is not in UTF-8; save it as CSV UTF-8") from None
    filled = [line for line in lines if any(cell.strip() for cell in line)]
    if not filled:
        raise SourceUnavailable(str(file), "it has no line of headers")
    headers, rows = filled[0], filled[1 : MAX_ROWS + 1]
    wide = len(headers)
    return Sheet([one.strip() for one in headers], [(row + [""] * wide)[:wide] for row in rows])


def _of_text(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))


def _of_workbook(file: Path) -> list[list[str]]:
    import openpyxl  # here, for it takes long to load and few tables are workbooks

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parts raise
        raise SourceUnavailable(
            str(file), f"it is no XLSX workbook that can be read: {error}"
        ) from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    return [["" if cell is None else str(cell) for cell in row] for row in rows]


def column(sheet: Sheet, what: str, named: str | None) -> int | None:
    """Where a column stands: the named one, else one with a usual header. UnknownColumn for a name it has not."""
    forms = [folded(header) for header in sheet.headers]
    if named is not None:
        if folded(named) in forms:
            return forms.index(folded(named))
        raise UnknownColumn(named, sheet.headers)
    for usual in _ONLY.get(what) or _HEADERS[what].split():
        if usual in forms:
            return forms.index(usual)
    return None


class Writer:
    """Writes the table as CSV with more columns: to standard output, or to a file that it can go on with."""

    def __init__(self, sheet: Sheet, more: Sequence[str], out: Path | None) -> None:
        self._headers, self._out = [*sheet.headers, *more], out
        self.done = self._begun(sheet) if out is not None and out.exists() else []
        self._stream = sys.stdout if out is None else out.open("a", encoding="utf-8", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\n")
        if not self.done and not (out is not None and out.stat().st_size):
            self._writer.writerow(self._headers)

    def row(self, row: Sequence[str], extra: Sequence[str]) -> None:
        self._writer.writerow([*row, *extra])
        self._stream.flush()

    def close(self) -> None:
        if self._out is not None:
            self._stream.close()

    def _begun(self, sheet: Sheet) -> list[list[str]]:
        """What was found out for the rows that stand in the file already. A row cut short is written again."""
        assert self._out is not None
        text = self._out.read_text("utf-8")
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            self._out.write_text(whole, encoding="utf-8")
        lines = list(csv.reader(io.StringIO(whole, newline="")))
        wide = len(sheet.headers)
        ours = lines[:1] in ([], [self._headers]) and all(
            line[:wide] == row for line, row in zip(lines[1:], sheet.rows, strict=False)
        )
        if not ours or len(lines) > len(sheet.rows) + 1:
            raise SourceUnavailable(
                str(self._out),
                "it is there already and is not the beginning of this table's answer; take another name",
            )
        return [line[wide:] for line in lines[1:]]
