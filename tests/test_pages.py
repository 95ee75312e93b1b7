"""Every kind of page is small, and where something is missing, a page begins its contribution."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from kg.namespaces import BASE
from tests.benchmarks.pages import EXPLORE
from tests.browser.test_craft import PAGES
from tests.conftest import HTML

# The words of a page are longer in other languages than English; these are the largest.
TRANSLATED = {
    "shared in French": "/fr/queries/what-actors-share",
    "compared in Spanish": "/es/explore/compare",
    "challenges in Spanish": "/es/queries/challenges-and-what-takes-them-up",
    "interpreted in French": "/fr/queries/interpreted-statements",
}


@pytest.mark.parametrize(
    ("name", "path"),
    (PAGES | EXPLORE | TRANSLATED).items(),
    ids=lambda text: text.split("?")[0].strip("/"),
)
def test_a_page_without_its_pictures_is_less_than_90_kb(name: str, path: str, client: FlaskClient):
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 200
    without = re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.S)
    assert len(without.encode()) < 90_000, name


@pytest.mark.parametrize("path", ["/queries/what-actors-share", "/explore/peers"])
def test_evidence_of_several_rows_is_written_out_once(path: str, client: FlaskClient):
    page = client.get(path, headers=HTML).text
    pieces = re.findall(r"<li[^>]*>(?:<q|<a href=\"#w).*?</li>", page, re.S)
    again = [one for one in pieces if 'href="#w' in one]
    full = [one for one in pieces if one not in again]
    assert len(again) > 5
    assert len(set(full)) == len(full)
    assert all('href="/source/' in one for one in full)
    for one in again:
        anchor, words = re.findall(r'href="#(w\d+)">(.*?)</a>', one)[0]
        start = words.partition("…")[0].removesuffix("</q>")
        assert [start in other for other in full if f'id="{anchor}"' in other] == [True]


def pasted(text: str) -> str:
    return unescape(re.findall(r'<textarea id="text"[^>]*>(.*?)</textarea>', text, re.S)[0])


def test_what_is_missing_of_a_thing_is_begun_with_its_name(client: FlaskClient):
    thing = client.get("/city/us-pittsburgh.html", headers=HTML).text
    address = re.findall(r'href="(/contribute\?about=[^"#]*)#text"', thing)
    assert address == ["/contribute?about=city%3Aus-pittsburgh"]
    text = pasted(client.get(address[0], headers=HTML).text)
    assert f"<{BASE}evidence/us-pittsburgh-new-1>" in text
    judged = client.post("/validate", data=text, content_type="text/turtle")
    assert judged.status_code == 200
    assert "quote" in judged.text


def test_an_empty_answer_begins_with_what_was_asked_about(client: FlaskClient):
    empty = client.get("/queries/acts-of-a-place?place=city:ba-tuzla", headers=HTML).text
    assert 'href="/contribute?about=city%3Aba-tuzla#text"' in empty


@pytest.mark.parametrize(
    "about", ["nothing", "https://example.org/x", "city:a%3E%20b", "city:../x"]
)
def test_only_things_of_the_graph_are_written_about(about: str, client: FlaskClient):
    answer = client.get(f"/contribute?about={about}", headers=HTML)
    assert answer.status_code == 400
    assert "about= is to be a thing of this graph" in unescape(answer.text)
