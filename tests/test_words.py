"""No page has words that a translator cannot reach, and none shows an English sentence as another language's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jinja2 import Environment

from kg.house import House
from server import create_app
from server.catalogues import words
from tests.conftest import HTML, ROOT

TEMPLATES = ROOT / "server" / "templates"
# Pages that stand in English everywhere and say so; a picture of OpenRefine's has no page around it.
ENGLISH = {
    "preview.html",
}
# Names, and what is written alike in every language.
NAMES = {
    *("Human", "Rights", "Cities", "Knowledge", "Graph", "Zotero", "pandoc", "pre", "commit"),
    *("SPARQL", "CSV", "JSON", "XLSX", "TriG", "Triples", "Quads", "LD", "RDF", "XML", "Turtle"),
    *("TTL", "BibTeX", "CSL", "SHA", "DOCX", "Markdown", "CC", "BY", "UTC", "GiB", "ms"),
    *("YYYY", "MM", "DD", "API", "OpenAPI", "VoID", "DCAT"),
}
PAGES = [
    "/",
    "/search?q=water",
    "/queries",
    "/queries/acts-of-a-place",
    "/queries/acts-of-a-place?place=any&view=timeline",
    "/queries/acts-of-a-place/values/place",
    "/queries/acts-of-a-place/embed",
    "/city/zz-harbourton.html",
    "/sparql",
    "/contribute",
    "/validate",
    "/explore",
    "/explore/atlas",
    "/explore/silos",
    "/explore/intersections",
    "/api",
    "/about/data",
    "/about/datasheet",
    "/about/personal-data",
    "/ontology.html",
    "/ontology/terms/Act",
    "/ontology/terms/of-several",
    "/shape/Act-place-is-known.html",
    "/nothing-here",
    "/queries/acts-of-a-place?page=99",
    "/queries/acts-of-a-place.gif",
    "/queries/status-of-places?view=map",
    "/queries/status-of-places?view=chart",
]


def left_in_english(text: str) -> list[str]:
    """The words of a template that no translator is given: between its tags, or in an attribute that is read out."""
    parts = [part for _, kind, part in Environment().lex(text) if kind == "data"]
    said = re.sub(r"<(code|pre|script|style)\b.*?</\1>", " ", "\x00".join(parts), flags=re.S)
    read_out = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', said)
    seen = re.sub(r"<!--.*?-->|<[^<>]*>|\blang=\"[^\"]*\"", " ", said)
    found = re.findall(r"(?<![&\w])[A-Za-z]{2,}", " ".join([seen, *read_out]))
    return [word for word in found if word not in NAMES]


@pytest.mark.parametrize(
    "file",
    [file for file in sorted(TEMPLATES.rglob("*.html")) if file.name not in ENGLISH],
    ids=lambda file: file.relative_to(TEMPLATES).as_posix(),
)
def test_a_template_has_no_words_that_cannot_be_translated(file: Path):
    assert left_in_english(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", sorted(ENGLISH))
def test_a_page_in_english_only_says_so(name: str):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert ("base.html" in text and "set spoken" not in text) or '<html lang="en">' in text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<p>Rows of it</p>", ["Rows", "of", "it"]),
        ('<p aria-label="Pages">{{ _("Rows") }}</p>', ["Pages"]),
        ('<a href="{{ x }}">{{ _("Rows") }}</a> <code>kg validate</code> JSON', []),
    ],
)
def test_what_was_left_would_be_seen(text: str, left: list[str]):
    assert left_in_english(text) == left


@pytest.fixture(scope="module")
def client(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


@pytest.mark.parametrize("language", ["es", "fr"])
def test_no_page_shows_an_english_sentence_as_another_language(language: str, client: FlaskClient):
    sentences = {
        part
        for message in words()
        if message.id
        for part in ([message.id] if isinstance(message.id, str) else message.id)
        if len(part.split()) >= 3 and "%" not in part
    }
    assert len(sentences) > 150
    for path in PAGES:
        answer = client.get(f"/{language}{path}", headers=HTML)
        assert f'<html lang="{language}"' in answer.text, path
        shown = unescape(re.sub(r'<(\w+)[^>]*\blang="en".*?</\1>', "", answer.text, flags=re.S))
        assert [one for one in sentences if f">{one}<" in shown or f'"{one}"' in shown] == [], path
