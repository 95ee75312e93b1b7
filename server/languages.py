"""The reader's language: dates and numbers as it writes them, and the words of the pages."""

from __future__ import annotations

import datetime
import gettext

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from flask import Flask

from kg.answers import Term


def teach(app: Flask) -> None:
    """Give an application's templates translation, and dates and numbers."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    none = gettext.NullTranslations()
    install = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install(none.gettext, none.ngettext, newstyle=True)
    app.jinja_env.filters["when"] = when
    app.jinja_env.filters["amount"] = amount
    app.context_processor(lambda: {"language": language()})


def language() -> str:
    """The language in which the page that is being made is written."""
    return "en"


def locale() -> str:
    """The reader's language as dates are written in it: in English the day comes first, as everywhere else."""
    return {"en": "en_GB"}.get(language(), language())


def when(text: str) -> str:
    """An XSD day, month or year as people write it; whatever else stays as it is."""
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 3:
            return format_date(datetime.date(*parts), "long", locale())
        if len(parts) == 2:
            first = datetime.datetime(parts[0], parts[1], 1)
            return format_skeleton("yMMMM", first, locale=locale())
    except ValueError:
        pass
    return text


def amount(number: Term | int | str) -> str:
    """A whole number with its thousands apart; whatever else stays as it is."""
    text = number.value if isinstance(number, Term) else str(number)
    return format_decimal(int(text), locale=locale()) if text.isdecimal() else text
