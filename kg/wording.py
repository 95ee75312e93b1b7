"""The words of saved questions in other languages: a gettext catalogue for each, beside the questions they belong to.

    python -m kg.wording      # brings every catalogue in queries/translations/ up to date with the questions
    python -m kg.wording de   # and begins one for German

What stands in a catalogue is taken from the heads of the questions, with what their columns and fields are called
(context "name") and what the ontology says of a column where the file says nothing. A text that nobody translated
is shown in English, and says that it is.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph as ox

from kg.columns import DEFINED, Column, Term, columns, heading, selected
from kg.house import House, find_house
from kg.namespaces import BASE, PREFIXES
from kg.queries import Query, every
from kg.rdf import parse_file

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

NAME = "name"  # the context of what a column or a field is called


class Worded(str):
    """A text that knows in which language it stands."""

    language: str

    def __new__(cls, text: str, language: str) -> Worded:
        said = super().__new__(cls, text)
        said.language = language
        return said


class Text(NamedTuple):
    """A text to be translated: its context, itself, and what it is in which question."""

    context: str
    text: str
    part: str
    question: str


@dataclass(frozen=True)
class Wording:
    """What is said in one language, by context and English text."""

    language: str
    texts: Mapping[tuple[str, str], str]

    def text(self, english: str, context: str = "") -> str:
        """A text in this language, else in English; one that was put in a language already stays in it."""
        if not english or isinstance(english, Worded):
            return english
        found = self.texts.get((context, english))
        return Worded(found, self.language) if found else Worded(english, "en")

    def question(self, query: Query) -> Query:
        """A question as it is asked in this language. Its tags stay: they stand in addresses."""
        parameters = (
            replace(
                one,
                label=self.text(heading(one.label), NAME),
                open=self.text(one.open),
                help=self.text(one.help),
            )
            for one in query.parameters
        )
        return replace(
            query,
            summary=self.text(query.summary),
            description=self.text(query.description),
            answer=self.text(query.answer),
            empty=self.text(query.empty),
            missing=self.text(query.missing),
            parameters=tuple(parameters),
        )

    def column(self, column: Column) -> Column:
        """A column as it is headed and explained in this language."""
        head = self.text(column.heading, NAME)
        return replace(column, heading=head, meaning=self.text(column.meaning))


@lru_cache(64)
def wording(house: House, language: str) -> Wording:
    """What a house says in a language: nothing where it has no catalogue for it."""
    file = _folder(house) / f"{language}.po"
    if not file.is_file():
        return Wording(language, {})
    return Wording(
        language,
        {
            (one.context or "", str(one.id)): str(one.string)
            for one in _read(file)
            if one.id and one.string and not one.fuzzy
        },
    )


def languages(house: House) -> list[str]:
    """The languages, besides English, for which a house has a catalogue."""
    return [file.stem for file in house.translations()]


def labels(house: House, query: Query) -> Iterator[ox.Quad]:
    """A question and its description in the other languages, as statements, so that a search finds them."""
    about = ox.NamedNode(f"{BASE}queries/{query.name}")
    for language in languages(house):
        asked = wording(house, language).question(query)
        for name, text in (("label", asked.summary), ("comment", asked.description)):
            if isinstance(text, Worded) and text.language == language:
                said = ox.Literal(text, language=language)
                yield ox.Quad(about, ox.NamedNode(PREFIXES["rdfs"] + name), said)


def texts(house: House) -> Iterator[Text]:
    """Every text of a house to be translated, question by question."""
    known = _defined(house)
    for query in every(house):
        said = [
            ("", query.summary, "question"),
            ("", query.description, "description"),
            ("", query.answer, "answer"),
            ("", query.empty, "said of an empty answer"),
            ("", query.missing, "what is missing"),
            *(("", tag, "tag") for tag in query.tags),
        ]
        for one in query.parameters:
            said += [(NAME, heading(one.label), "field"), ("", one.help, "help")]
            said += [] if one.required else [("", one.open, "any value of a field")]
        for column in columns(query, selected(query), known):
            said += [(NAME, column.heading, "column"), ("", column.meaning, "what a column says")]
        yield from (Text(*one, query.name) for one in said if one[1])


def updated(house: House, language: str) -> Catalog:
    """The catalogue of a language, brought up to date; a translation of what changed a little is kept as fuzzy."""
    from babel.messages.catalog import Catalog

    file = _folder(house) / f"{language}.po"
    catalog = Catalog(
        locale=language,
        header_comment="# The words of the saved questions; the README beside this file says how to mend them.",
        project="human-rights-cities-kg",
        msgid_bugs_address="",
        last_translator="",
        language_team=language,
        fuzzy=False,
    )
    for text in texts(house):
        catalog.add(
            text.text,
            context=text.context or None,
            locations=[(f"{text.question}.rq", 0)],
            auto_comments=[text.part],
        )
    if not file.is_file():
        return catalog
    old = _read(file)
    old.update(catalog, update_header_comment=True, update_creation_date=False)
    return old


def _defined(house: House) -> dict[str, Term]:
    """The defined terms of the ontology as its files have them."""
    store = ox.Store()
    for file in house.files("ontology"):
        store.extend(parse_file(file, file.name))
    rows = [[term.value for term in row] for row in store.query(DEFINED)]  # type: ignore[union-attr]
    return {iri: Term(iri, label, definition) for iri, label, definition in rows}


def _folder(house: House) -> Path:
    return house.root / "queries" / "translations"


def _read(file: Path) -> Catalog:
    from babel.messages.pofile import read_po  # here, for it takes long to load

    with file.open("rb") as text:
        return read_po(text, locale=file.stem)


def main() -> None:
    """Write every catalogue of the house anew, and those of the languages that are named."""
    from babel.messages.pofile import write_po

    house = find_house()
    _folder(house).mkdir(exist_ok=True)
    for language in dict.fromkeys([*languages(house), *sys.argv[1:]]):
        catalog = updated(house, language)
        with (_folder(house) / f"{language}.po").open("wb") as file:
            write_po(file, catalog, width=100, include_lineno=False, ignore_obsolete=True)
        left = sum(not message.string or message.fuzzy for message in catalog if message.id)
        print(f"{language}: {len(catalog)} texts, {left} of them still to be translated")


if __name__ == "__main__":
    main()
