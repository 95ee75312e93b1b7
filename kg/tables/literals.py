"""A cell's text as a literal of the column's datatype, and what a spreadsheet did to it on the way.

A problem says what to write instead where that can be told; what could be meant in two ways is asked, not guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox
from babel import Locale

from kg.dates import When, readings, serial
from kg.namespaces import PREFIXES
from kg.tables.columns import Column
from kg.tables.grid import Cell, instead
from kg.validation.findings import INFO, VIOLATION, WARNING, Fix

_XSD = PREFIXES["xsd"]
_ANY_DATE = "any"  # CSVW has no datatype for "a day, a month or a year"
_GROUPED = re.compile(r"-?\d{1,3}(?:([\s,.'\u2019\u00a0\u202f])\d{3})(?:\1\d{3})*")
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell: the kind of remark, how severe it is, a sentence and a fix."""

    kind: str
    severity: str
    message: str
    fix: Fix | None = None

    @property
    def blocks(self) -> bool:
        return self.severity == VIOLATION


@dataclass(frozen=True)
class Read:
    """A literal, and what is wrong with how it stands there. Of a text that cannot be read, the text itself."""

    literal: ox.Literal
    problem: Problem | None = None


def clean(cell: Cell) -> tuple[str | None, Problem | None]:
    """A cell's text without what a spreadsheet put around it, or None where it has no value; and what was wrong."""
    if cell.kind == "formula":
        fix = instead(cell.computed) if cell.computed else None
        return cell.computed or None, Problem(
            "formula", VIOLATION,
            f"Here is a formula, {cell.text.strip()[:60]}. Formulas are not computed here: put its value in its place "
            "(copy, then paste as values).", fix,
        )  # fmt: skip
    text = cell.text.strip()
    if cell.kind == "error":
        return None, Problem(
            "cell-error", VIOLATION,
            f"The spreadsheet has an error here, {text}, in place of a value. Write the value.",
        )  # fmt: skip
    if "\N{REPLACEMENT CHARACTER}" in text:
        return text, Problem(
            "encoding", VIOLATION,
            "Letters were lost here when the file was saved in another encoding. Write them again, and save the "
            "table as CSV UTF-8.",
        )  # fmt: skip
    right = _garbled(text)
    if right:
        return right, Problem(
            "encoding", VIOLATION,
            "This text was saved in one encoding and opened in another, so that each special letter became two signs.",
            instead(right),
        )  # fmt: skip
    if text and text != cell.text and cell.kind == "text":
        return text, Problem(
            "spaces", INFO, "There are spaces before or after the text. It was read without them.",
            Fix("Take the spaces out.", text),
        )  # fmt: skip
    return text, None


def _garbled(text: str) -> str:
    """What a text was before UTF-8 was taken for Windows-1252, once or more often; empty where it was not."""
    if not re.search(r"[ÂÃÄÅÐÑâã][\u0080-\u00bf\u2018-\u203a€ŒœŠšŸŽžƒˆ˜™]", text):  # noqa: RUF001
        return ""
    try:
        right = text.encode("cp1252").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return ""
    return (_garbled(right) or right) if right != text else ""


def literal(text: str, cell: Cell, column: Column, language: str) -> Read:
    """The literal that this text is in this column."""
    if column.lang:
        return Read(ox.Literal(text, language=language))
    reader = _READERS.get(column.datatype)
    return reader(text, cell) if reader else _string(text, cell)


def language_tag(text: str) -> tuple[str, Problem | None]:
    """The tag of a language that is written as its code, or as its English name."""
    if _TAG.fullmatch(text) and text.split("-")[0].lower() in Locale("en").languages:
        return text.lower(), None
    named = {str(name).casefold(): str(code) for code, name in Locale("en").languages.items()}
    code = named.get(text.casefold())
    return code or "en", Problem(
        "language", VIOLATION, f"“{text}” is no code of a language. Write it as in en, es or pt-BR.",
        instead(code) if code else None,
    )  # fmt: skip


def _typed(text: str, name: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(_XSD + name))


def _string(text: str, cell: Cell) -> Read:
    plain = ox.Literal(text)
    if cell.kind == "date":
        return Read(plain, Problem(
            "made-a-date", VIOLATION,
            f"The spreadsheet made the day {text} of what was typed here. Format the column as text, and type it "
            "again.",
        ))  # fmt: skip
    if cell.kind == "number":
        return Read(plain, Problem(
            "zero-lost", WARNING,
            f"The spreadsheet keeps this as the number {text}; a zero at its beginning would be lost. If there was "
            "one, format the column as text, and type it again.",
        ))  # fmt: skip
    return Read(plain)


def _date(text: str, cell: Cell) -> Read:
    """A day, a month or a year."""
    exact = re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text)
    found = readings(text)
    if exact and len(found) != 1 and len(text) == 10:
        found = []
    if exact and cell.kind == "date" and len(text) < 10:
        return Read(_typed(text, "gYear" if len(text) == 4 else "gYearMonth"))
    if exact and found and found[0].text == text:
        return Read(_typed(text, found[0].datatype))
    counted = serial(float(text)) if re.fullmatch(r"\d{5}", text) else None
    if counted:
        return Read(_typed(counted.text, "date"), Problem(
            "date", VIOLATION,
            f"A spreadsheet counts days; {text} is the number of a day. Check it, and format the column as text.",
            instead(counted.text),
        ))  # fmt: skip
    if len(found) == 1:
        return Read(_typed(found[0].text, found[0].datatype), Problem(
            "date", VIOLATION, "Write dates as in 2014-03-02, the year first.", instead(found[0].text)
        ))  # fmt: skip
    return Read(ox.Literal(text), _undated(found))


def _undated(found: list[When]) -> Problem:
    if found:
        told = " or ".join(one.text for one in found)
        return Problem(
            "date", VIOLATION, "This date can be read in two ways: the day or the month may come first.",
            Fix(f"Write {told}, whichever the source says."),
        )  # fmt: skip
    return Problem(
        "date", VIOLATION,
        "This is no date. Write a day (2014-03-02), a month (2014-03) or a year (2014), in digits only.",
    )  # fmt: skip


def _day(text: str, cell: Cell) -> Read:
    read = _date(text, cell)
    if read.problem or read.literal.datatype.value == _XSD + "date":
        return read
    return Read(
        read.literal, Problem("date", VIOLATION, "Here the day is needed, as in 2026-11-22.")
    )


def _year(text: str, cell: Cell) -> Read:
    if re.fullmatch(r"\d{4}", text):
        return Read(_typed(text, "gYear"))
    found = re.search(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)", text)
    return Read(ox.Literal(text), Problem(
        "date", VIOLATION, "Here only the year is needed, in four digits.", instead(found[0]) if found else None
    ))  # fmt: skip


def _integer(text: str, cell: Cell) -> Read:
    if re.fullmatch(r"-?\d+", text):
        stored = cell.kind == "text" and cell.of_workbook
        remark = Problem(
            "number-as-text", INFO, f"This number is stored as text. It was read as {text}.",
            Fix("Format the cell as a number."),
        )  # fmt: skip
        return Read(_typed(text, "integer"), remark if stored else None)
    grouped = _GROUPED.fullmatch(text)
    if grouped:
        digits = re.sub(r"[^\d-]", "", text)
        return Read(_typed(digits, "integer"), Problem(
            "number", VIOLATION, "Write a number in digits only, without a sign or space between thousands.",
            instead(digits),
        ))  # fmt: skip
    return Read(ox.Literal(text), Problem(
        "number", VIOLATION, "This is no whole number. Write it in digits only, as in 302971."
    ))  # fmt: skip


def _decimal(text: str, cell: Cell) -> Read:
    if re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return Read(_typed(text if "." in text else f"{text}.0", "decimal"))
    bare = text.rstrip("°").replace("\N{MINUS SIGN}", "-").strip()
    if re.fullmatch(r"-?\d+[.,]\d+|-?\d+", bare):
        right = bare.replace(",", ".")
        return Read(_typed(right if "." in right else f"{right}.0", "decimal"), Problem(
            "number", VIOLATION, "Write the number with a point, and nothing but digits around it.", instead(right)
        ))  # fmt: skip
    return Read(ox.Literal(text), Problem(
        "number", VIOLATION, "This is no number. Write degrees with a point, as in -79.99; no minutes, no letters."
    ))  # fmt: skip


_READERS = {
    _ANY_DATE: _date,
    "date": _day,
    "gYear": _year,
    "integer": _integer,
    "nonNegativeInteger": _integer,
    "decimal": _decimal,
}
