"""Days, months and years as people and spreadsheets write them, as xsd:date, xsd:gYearMonth or xsd:gYear.

What can be read in two ways ("05/06/2018") gives both readings; nothing is guessed.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

_MONTHS = (
    "jan january janvier enero januar janeiro gennaio januari",
    "feb february février fevrier febrero februar fevereiro febbraio februari",
    "mar march mars marzo märz maerz março marco maart",
    "apr april avril abril aprile",
    "may mai mayo maio maggio mei maj",
    "jun june juin junio juni junho giugno",
    "jul july juillet julio juli julho luglio",
    "aug august août aout agosto augustus augusti",
    "sep sept september septembre septiembre setembro settembre",
    "oct october octobre octubre oktober outubro ottobre okt",
    "nov november novembre noviembre novembro",
    "dec december décembre decembre diciembre dezember dezembro dicembre dez",
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_NUMBERS = re.compile(r"\s*(\d{1,4})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{1,4})\s*")
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_EXCEL_EPOCH = datetime.date(1899, 12, 30)


@dataclass(frozen=True)
class When:
    """A day, month or year: its text in XML Schema's form, and the name of its datatype after `xsd:`."""

    text: str
    datatype: str

    def __str__(self) -> str:
        return f'"{self.text}"^^xsd:{self.datatype}'


_LONGEST = 100  # characters that a date may be written with


def readings(text: str) -> list[When]:
    """What a text may mean as a date, all of it, the likelier first; nothing if it is not a date.

    Two-digit years mean nothing here: nobody can tell their century.
    """
    cleaned = text.strip().rstrip(".")
    if len(cleaned) > _LONGEST:
        return []
    for form in (_as_it_should_be, _of_numbers, _of_words):
        found = form(cleaned)
        if found:
            return found
    return []


def serial(number: float) -> When | None:
    """The day that a spreadsheet's serial number counts, if it lies between 1900 and 2100."""
    if not 1 <= number <= 73_415 or number != int(number):
        return None
    return When((_EXCEL_EPOCH + datetime.timedelta(days=int(number))).isoformat(), "date")


def _as_it_should_be(text: str) -> list[When]:
    time = re.fullmatch(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*", text)
    if time and _day(*map(int, time[1].split("-"))):
        return [When(time[1], "date")]
    if re.fullmatch(r"\d{4}", text):
        return [When(text, "gYear")]
    month = re.fullmatch(r"(\d{4})[-/](\d{1,2})", text) or re.fullmatch(r"(\d{1,2})/(\d{4})", text)
    if month:
        year, number = sorted(map(int, month.groups()), reverse=True)
        return [When(f"{year:04}-{number:02}", "gYearMonth")] if 1 <= number <= 12 else []
    return []


def _of_numbers(text: str) -> list[When]:
    found = _NUMBERS.fullmatch(text)
    if not found:
        return []
    first, middle, last = found[1], int(found[3]), found[4]
    if len(first) == 4:
        return _days((int(first), middle, int(last)))
    if len(last) != 4:
        return []
    year, one = int(last), int(first)
    if found[2] == ".":  # written so, the day comes first
        return _days((year, middle, one))
    return _days((year, middle, one), (year, one, middle))


def _of_words(text: str) -> list[When]:
    words = [word.casefold() for word in _WORDS.findall(text)]
    months = [_MONTH[word] for word in words if word in _MONTH]
    numbers = [int(re.sub(r"\D", "", word)) for word in words if word[0].isdecimal()]
    years = [number for number in numbers if number > 31]
    days = [number for number in numbers if number <= 31]
    known = {*_MONTH, "the", "of", "de", "le", "den", "del", "st", "nd", "rd", "th", "er"}
    others = [word for word in words if not word[0].isdecimal() and word not in known]
    if (
        len(months) != 1
        or len(years) != 1
        or len(days) > 1
        or others
        or not 1000 <= years[0] <= 2999
    ):
        return []
    if days:
        return _days((years[0], months[0], days[0]))
    return [When(f"{years[0]:04}-{months[0]:02}", "gYearMonth")]


def _days(*dates: tuple[int, int, int]) -> list[When]:
    found = [When(day.isoformat(), "date") for date in dates if (day := _day(*date))]
    return list(dict.fromkeys(found))


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
