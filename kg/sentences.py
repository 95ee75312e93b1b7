"""Sentences with numbers in them: `{n:act|act|acts} of {place}` is "1 act of Graz" and "1,204 acts of Vienna".

In `{n:COLUMN|FORM|FORM}` the number is how many different values the column has, or how many rows there are where no
column is named. The forms are the words that follow it: one for each plural category that the language has, in the
order of the Unicode CLDR, or two, of which the first goes with what the language counts as one.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.answers import Table

ROWS, STATEMENTS = "{n:|row|rows}", "{n:|statement|statements}"
_CATEGORIES = ("zero", "one", "two", "few", "many", "other")


def sentence(template: str, table: Table, said: Mapping[str, str], language: str = "en") -> str:
    """A template filled with counts of a table and with what is said of each other name in it."""
    return template.format_map({**said, "n": _Counts(table, language)})


def counted(number: int, forms: list[str], language: str) -> str:
    """A number as the language writes it, with the form that goes with it, if there are any."""
    from babel import Locale  # here, for it takes long to load
    from babel.numbers import format_decimal

    written = format_decimal(number, locale=language)
    if not forms:
        return written
    rule = Locale(language).plural_form
    category = rule(number)
    known = [one for one in _CATEGORIES if one in rule.tags or one == "other"]
    if len(forms) == len(known):
        return f"{written} {forms[known.index(category)]}"
    return f"{written} {forms[0] if category == 'one' else forms[-1]}"


class _Counts:
    """What `n` stands for in a template; how it is to be counted and written is said after the colon."""

    def __init__(self, table: Table, language: str) -> None:
        self._table, self._language = table, language

    def __format__(self, asked: str) -> str:
        column, *forms = asked.split("|")
        number = self._table.distinct(column) if column else len(self._table)
        return counted(number, forms, self._language)
