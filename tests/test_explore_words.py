"""Explore in the reader's language: every word of an answer is either data or can be translated, and is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.answers import Term
from kg.explore import VIEWS, Facts, Part, Result
from kg.explore.facts import READ
from kg.explore.words import COLUMNS
from kg.house import House
from kg.phrases import Phrase, Plural, joined
from server import create_app
from server.catalogues import words
from server.explore.heads import COLUMN
from server.languages import said, translated
from tests.conftest import HTML
from tests.test_explore_pages import ASKED

ALSO = {
    "intersections": "count=place&table=triples",
    "silos": "at=2013&ties=member&ties=act",
    "peers": "",
    "model": "",
    "atlas": "kind=act-type:ordinance",
    "gaps": "question=followed",
    "reviews": "place=city:zz-harbourton",
    "compare": "",
}
EVERY = [(name, asked) for asks in (ASKED, ALSO) for name, asked in asks.items()]


@pytest.fixture(scope="module")
def invented(world_house: House, _own_cache: None) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


@pytest.fixture(scope="module")
def named(facts: Facts) -> set[str]:
    """Every text of the invented world: names of things, and what stands in its statements."""
    found = {text for name in (*READ, "hrc:about") for pair in facts.pairs(name) for text in pair}
    return found | {facts.label(one) for one in found}


def answered(facts: Facts, name: str, asked: str) -> Result:
    view = next(one for one in VIEWS if one.name == name)
    return view.answer(facts, parse_qs(asked))


def words_of(result: Result) -> Iterator[str]:
    """What an answer says besides its cells."""
    yield result.sentence
    yield from result.notes
    for part in result.parts:
        yield from (part.title, part.about, part.empty)


def cells_of(part: Part) -> Iterator[Term]:
    for row in part.rows:
        yield from (cell for cell in row.cells.values() if cell and cell.kind == "literal")


def from_data(text: str, named: set[str]) -> bool:
    """Whether a text is made of names, of numbers and of what else stands in the data."""
    parts = [text] if text in named else text.split("; ")
    return all(
        named.issuperset([one] if one in named else one.split(", "))
        or re.fullmatch(r"[\d., -]*|[a-z-]+:[\w/-]+", one)
        or re.sub(r": \d+$|^[a-z, ]+ (?=\d{4})", "", one) in named
        for one in parts
    )


@pytest.mark.parametrize(("name", "asked"), EVERY)
def test_what_an_answer_says_keeps_its_pattern(
    name: str, asked: str, facts: Facts, named: set[str]
):
    result = answered(facts, name, asked)
    assert [one for one in words_of(result) if not isinstance(one, Phrase)] == []
    for part in result.parts:
        heads = {one for one in part.columns if not isinstance(one, Phrase)}
        assert part.plain or heads <= {*COLUMNS, *named}, part.name
        plain = {
            cell.value
            for cell in cells_of(part)
            if not cell.datatype and not isinstance(cell.value, Phrase)
        }
        assert {one for one in plain if not from_data(one, named)} == set(), part.name


@pytest.mark.parametrize("language", ["es", "fr"])
@pytest.mark.parametrize(("name", "asked"), EVERY)
def test_a_page_in_another_language_has_no_english_of_ours(
    name: str, asked: str, language: str, facts: Facts, invented: FlaskClient
):
    """Neither what the answer says, marked as English or not, nor any text of a catalogue."""
    text = invented.get(f"/{language}/explore/{name}?{asked}", headers=HTML).text
    result = answered(facts, name, asked)
    view = next(one for one in VIEWS if one.name == name)
    english = {*words_of(result), view.title, view.lead}
    english |= {cell.value for part in result.parts for cell in cells_of(part)}
    heads = {head for part in result.parts if not part.plain for head in part.columns}
    with invented.application.test_request_context(environ_base={"kg.language": language}):
        english = {one for one in english if isinstance(one, Phrase) and said(one) != one}
        heads = {one for one in heads & {*COLUMNS} if translated(one, COLUMN) != one}
        texts = {one for one in catalogued() & shown(text) if translated(one) != one}
    assert english & shown(text) == set()
    assert (
        heads
        & set(re.findall(r'<th role="columnheader" scope="col"(?: title="[^"]*")?>([^<]+)<', text))
        == set()
    )
    unmarked = re.sub(r'<(\w+)[^>]*\blang="en".*?</\1>', "", text, flags=re.S)
    assert texts & shown(unmarked) == set()


@cache
def catalogued() -> set[str]:
    """The texts of the catalogues that are shown as they are."""
    every = {message.id for message in words() if isinstance(message.id, str)}
    return {one for one in every if one and "%" not in one}


def shown(page: str) -> set[str]:
    """Each text of a page, between its tags or in what is read out of a tag."""
    found = re.findall(r">([^<>]+)<", page)
    found += re.findall(r' (?:data-of|title|aria-label|placeholder)="([^"]*)"', page)
    return {unescape(one).strip() for one in found}


def test_words_are_said_with_the_plural_of_the_language():
    app = Flask(__name__)
    for language, none, one, many in (
        ("es", "0 actos", "1 acto", "1.200 actos"),
        ("fr", "0 acte", "1 acte", "1\u202f200 actes"),
        ("en", "0 acts", "1 act", "1,200 acts"),
    ):
        with app.test_request_context(environ_base={"kg.language": language}):
            acts = [Plural("%(number)s act", "%(number)s acts", count) for count in (0, 1, 1200)]
            assert [said(each) for each in acts] == [none, one, many]


def test_words_that_are_joined_keep_their_patterns():
    both = joined("; ", [Phrase("taken up"), "Graz"])
    assert both == "taken up; Graz"
    assert isinstance(both, Phrase)
    assert not isinstance(joined(", ", ["Graz", "Bihać"]), Phrase)
    assert joined(", ", []) == ""


def test_a_document_is_in_the_language_of_its_page(invented: FlaskClient):
    address = f"/explore/model.md?{ASKED['model']}"
    english, spanish = (invented.get(head + address).text for head in ("", "/es"))
    assert "## Recalling\n" in english
    assert "## Recordando\n" in spanish
    assert "Leído en: " in spanish
    assert "Read in: " not in spanish
    assert english.count("> “") == spanish.count("> “") > 2  # the quotations stay


def test_what_is_to_be_mended_is_said_in_the_language_of_the_page(invented: FlaskClient):
    nameless = (
        "<https://w3id.org/hrcities/city/zz-new> a <https://w3id.org/hrcities/ontology#City> ."
    )
    brought = {"text": nameless, "syntax": "turtle"}
    english = unescape(invented.post("/validate", data=brought, headers=HTML).text)
    spanish = unescape(invented.post("/es/validate", data=brought, headers=HTML).text)
    assert "<p>Give this place its usual name: add rdfs:label, with a language tag.</p>" in english
    assert (
        "<p>Dé a este lugar su nombre usual: añada rdfs:label, con una etiqueta de idioma.</p>"
        in spanish
    )
    shape = unescape(invented.get("/fr/shape/Act-place-is-known.html", headers=HTML).text)
    assert '<p class="lead">Ceci n\u2019est pas décrit comme un lieu : ' in shape
