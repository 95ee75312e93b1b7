"""The reader's language: the words of the pages, dates and numbers as it writes them, and how it is chosen.

A language is chosen by the head of an address (`/es/city/us-pittsburgh`) or by `?lang=es`; the links of such a page
then lead to pages in that language, so that no cookie is needed. Where nothing is chosen, the browser's Accept-Language
decides. Names of things come in that language where the graph has them; where it has not, `lang` says which it is.
The words of the pages stand in `translations/`, one gettext catalogue for each language.
"""

from __future__ import annotations

import datetime
import gettext
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, Response, has_request_context, request
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from kg.answers import Term
from kg.phrases import Name, Phrase, Plural
from kg.search.found import folded
from kg.wording import Worded

Listed = TypeVar("Listed")
CATALOGUES = Path(__file__).parent / "translations"
LANGUAGES = {"en": "English"} | {
    file.stem: (Locale(file.stem).display_name or file.stem).capitalize()
    for file in sorted(CATALOGUES.glob("*.po"))
}
_CHOSEN = "kg.language"
_HEAD = re.compile(rf"/({'|'.join(LANGUAGES)})(?=/|$)")
_QUERY = re.compile(rf"(?:^|&)lang=({'|'.join(LANGUAGES)})(?=&|$)")
# Links to pages of ours; files for the browser and data for programs have no language.
_LINKS = re.compile(
    r'(<(?:a|form|button|link rel="(?:prev|next)")\b[^>]*?\b(?:href|action|formaction)=")'
    rf'/(?!static/|(?:{"|".join(LANGUAGES)})(?:/|"))'
)


def teach(app: Flask) -> None:
    """Give an application's templates translation, and dates and numbers."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install(translated, counted, newstyle=True)
    app.jinja_env.filters["said"] = said
    app.jinja_env.filters["told"] = told
    app.jinja_env.filters["in_language"] = in_language
    app.jinja_env.filters["tongue"] = tongue
    app.jinja_env.filters["when"] = when
    app.jinja_env.filters["amount"] = amount
    app.context_processor(_of_page)


def register(app: Flask) -> None:
    """Have the language of each request chosen, and kept on the links of its page."""
    app.wsgi_app = _Chooser(app.wsgi_app)  # type: ignore[assignment, method-assign]
    app.after_request(_in_language)


def language() -> str:
    """The language in which the page that is being made is written."""
    if not has_request_context():
        return "en"
    chosen: str | None = request.environ.get(_CHOSEN)
    return chosen or preferred(request.headers.get("Accept-Language", "")[:500])


@lru_cache(1_000)
def preferred(accepted: str) -> str:
    """The language of ours that a browser with this Accept-Language likes best; English if it likes none."""
    return parse_accept_header(accepted, LanguageAccept).best_match(list(LANGUAGES), "en")


def translated(text: str, context: str = "") -> str:
    """Words of a page in the reader's language; as they are where its catalogue lacks them."""
    if not text:
        return text
    catalogue = _catalogue(language())
    return catalogue.pgettext(context, text) if context else catalogue.gettext(text)


def said(text: str) -> str:
    """A sentence in the reader's language, where it keeps its pattern; else as it is."""
    if not isinstance(text, Phrase):
        return text
    if isinstance(text, Name):
        return text.others.get(language(), text)
    pattern = (
        counted(text.pattern, text.many, text.number)
        if isinstance(text, Plural)
        else translated(text.pattern)
    )
    return pattern % {name: _fact(fact) for name, fact in text.facts.items()}


def told(text: str) -> Worded:
    """A sentence, or a text that the catalogues have, in the reader's language, which it says; else in English."""
    if isinstance(text, Phrase):
        return Worded(said(text), language())
    found = translated(text)
    return Worded(found, language() if found != text else "en")


def _fact(fact: object) -> object:
    if isinstance(fact, int | float):
        return format_decimal(fact, locale=_locale())
    return said(fact) if isinstance(fact, str) else fact


def in_language(term: Term) -> Term:
    """A cell with its thing called in the reader's language, if it has a name there."""
    label = said(term.label)
    return term if label is term.label else replace(term, label=label, language=language())


def alphabetical(found: Iterable[Listed], name: Callable[[Listed], str]) -> list[Listed]:
    """Things by their names in the reader's language, accents aside; in English in the order that they have."""
    if language() == "en":
        return list(found)
    return sorted(found, key=lambda one: folded(said(name(one))))


def tongue(text: object) -> Markup:
    """The attribute that says in which language a name or a text is, where that is not the page's."""
    own = getattr(text, "language", "")
    return Markup(' lang="{}"').format(own) if own and own != language() else Markup("")


def called(tag: str) -> str:
    """A language by its name in the reader's; the tag itself where that has none."""
    return str(Locale(language()).languages.get(tag, tag))


def when(text: str) -> str:
    """An XSD day, month or year as people write it; whatever else stays as it is."""
    try:
        parts = [int(part) for part in text.split("-")]
        if len(parts) == 3:
            return format_date(datetime.date(*parts), "long", _locale())
        if len(parts) == 2:
            first = datetime.datetime(parts[0], parts[1], 1)
            return format_skeleton("yMMMM", first, locale=_locale())
    except ValueError:
        pass
    return text


def amount(number: Term | int | str) -> str:
    """A whole number with its thousands apart; whatever else stays as it is."""
    text = number.value if isinstance(number, Term) else str(number)
    return format_decimal(int(text), locale=_locale()) if text.isdecimal() else text


def _locale() -> str:
    """As dates are written: in English the day comes first, as in the others."""
    return {"en": "en_GB"}.get(language(), language())


def counted(one: str, many: str, number: int) -> str:
    """Words for so many of something, in the reader's language."""
    return _catalogue(language()).ngettext(one, many, number)


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    file = CATALOGUES / f"{name}.po"
    if not file.is_file():
        return gettext.NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as text:
        write_mo(compiled, read_po(text, locale=name))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _of_page() -> dict[str, Any]:
    """What every template knows of languages.

    `english` marks words that stand in English on any page, `own` words of the page among those.
    """
    here = (
        (request.path, request.query_string.decode("ascii", "ignore"))
        if has_request_context()
        else ("/", "")
    )
    return {
        "language": language(),
        "languages": LANGUAGES,
        "here": here,
        "english": Markup("") if language() == "en" else Markup(' lang="en"'),
        "own": Markup("") if language() == "en" else Markup(' lang="{}"').format(language()),
    }


class _Chooser:
    """Takes the choice of a language out of an address before anything else reads it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        head, asked = _HEAD.match(path), _QUERY.search(query)
        if head:
            environ["PATH_INFO"] = path[head.end() :] or "/"
            environ[_CHOSEN] = head[1]
        if asked:
            environ["QUERY_STRING"] = _QUERY.sub("", query).lstrip("&")
            environ[_CHOSEN] = asked[1]
        return self._app(environ, start)


def _in_language(response: Response) -> Response:
    """A page says its language; where it was chosen, so do its links and where it leads on to."""
    chosen = request.environ.get(_CHOSEN)
    if chosen and response.location and response.location.startswith("/"):
        response.location = f"/{chosen}{response.location}"
    if response.mimetype != "text/html" or response.is_streamed:
        return response
    response.headers["Content-Language"] = language()
    if chosen:
        page = _LINKS.sub(rf"\g<1>/{chosen}/", response.get_data(as_text=True))
        response.set_data(page)
    else:
        response.vary.add("Accept-Language")
    return response
