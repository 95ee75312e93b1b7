"""Pages in the reader's language: how it is chosen and kept, and that no catalogue lacks a word."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from kg.errors import BadParameter, Phrase
from kg.house import House
from kg.phrases import Plural, as_data, from_data
from server import create_app
from server.catalogues import catalogue, words
from server.languages import CATALOGUES, LANGUAGES, said
from tests.conftest import HTML

CITY = "/city/zz-harbourton.html"
OTHERS = [name for name in LANGUAGES if name != "en"]


@pytest.fixture(scope="module")
def client(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


def page(client: FlaskClient, path: str, accept: str = "") -> str:
    answer = client.get(path, headers=HTML | ({"Accept-Language": accept} if accept else {}))
    assert answer.status_code == 200, path
    assert answer.headers["Content-Language"] == re.findall('<html lang="([^"]+)">', answer.text)[0]
    return answer.text


# How it is chosen ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accept", "language"),
    [
        (CITY, "", "en"),
        (CITY, "es", "es"),
        (CITY, "fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        (CITY, "de,ja;q=0.8", "en"),
        (CITY + "?lang=fr", "es", "fr"),
        ("/es" + CITY, "fr", "es"),
        ("/en" + CITY, "fr", "en"),
        ("/fr", "", "fr"),
        ("/search?q=water&lang=es", "", "es"),
        ("/queries/practices-of-a-place?lang=es&place=city:zz-harbourton", "", "es"),
    ],
)
def test_the_address_decides_and_else_the_browser(
    path: str, accept: str, language: str, client: FlaskClient
):
    assert f'<html lang="{language}">' in page(client, path, accept)


def test_a_choice_stays_on_the_links_and_redirects(client: FlaskClient):
    spanish = page(client, "/es" + CITY)
    ours = re.findall(r'<(?:a|form)[^>]*(?:href|action)="(/[^"]*)"', spanish)
    assert len(ours) > 30
    assert all(re.match("/(es|en|fr)(/|$)", path) for path in ours), ours
    assert 'href="/static/style.css"' in spanish
    assert client.get("/fr/city/zz-harbourton", headers=HTML).location == "/fr" + CITY
    for path in ours[:60]:
        assert client.get(path.replace("&amp;", "&"), headers=HTML).status_code in (200, 303), path


def test_without_a_choice_links_are_plain_and_caches_are_told(client: FlaskClient):
    answer = client.get(CITY, headers=HTML | {"Accept-Language": "es"})
    assert 'href="/queries"' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    chosen = client.get("/es" + CITY, headers=HTML)
    assert "Accept-Language" not in chosen.headers["Vary"]
    assert chosen.headers["ETag"] != client.get(CITY, headers=HTML).headers["ETag"]


def test_every_page_leads_to_itself_in_the_other_languages(client: FlaskClient):
    english = page(client, "/search?q=water&kind=Act")
    assert (
        '<a href="/fr/search?q=water&amp;kind=Act" lang="fr" hreflang="fr">Français</a>' in english
    )
    assert '<link rel="alternate" hreflang="es" href="/es/search?q=water&amp;kind=Act">' in english


def test_data_has_no_language_of_the_page(client: FlaskClient):
    assert (
        client.get("/es/city/zz-harbourton.ttl").data == client.get("/city/zz-harbourton.ttl").data
    )
    assert client.get("/search.json?q=water&lang=es").status_code == 200


@pytest.mark.parametrize(
    "path", ["/%22%3E%3Cscript%3E", "/search?q=%22%3E%3Cscript%3E", "/es/%0d%0aX: 1"]
)
def test_an_address_is_never_markup(path: str, client: FlaskClient):
    answer = client.get(path, headers=HTML)
    assert "<script>" not in answer.text
    assert "X" not in answer.headers


# What is said in it --------------------------------------------------------------------------------


def test_words_dates_and_numbers_are_those_of_the_language(client: FlaskClient):
    spanish, french = page(client, "/es" + CITY), page(client, "/fr" + CITY)
    assert "<h2>Qué ocurrió</h2>" in spanish
    assert '<time datetime="2014-03-02">2 de marzo de 2014</time>' in spanish
    assert '<time datetime="2014-03-02">2 mars 2014</time>' in french
    assert '<time datetime="2014-03-02">2 March 2014</time>' in page(client, CITY)


def test_names_in_another_language_say_which(client: FlaskClient):
    spanish = page(client, "/es" + CITY)
    assert '<h1 lang="en">Harbourton</h1>' in spanish
    assert '<a href="/es/act/zz-harbourton-2014-womens-equality" lang="en">' in spanish
    assert "<h1>Harbourton</h1>" in page(client, CITY)


def test_names_come_in_the_language_where_the_graph_has_them(world_house: House, tmp_path: Path):
    shutil.copytree(world_house.root, tmp_path / "house")
    (tmp_path / "house" / "data" / "world" / "spanish.ttl").write_text(
        "<https://w3id.org/hrcities/city/zz-harbourton> "
        '<http://www.w3.org/2000/01/rdf-schema#label> "Puerto del Harbour"@es .'
    )
    app = create_app({"HOUSE": tmp_path / "house"})
    try:
        client = app.test_client()
        assert "<h1>Puerto del Harbour</h1>" in page(client, "/es" + CITY)
        assert "<h1>Harbourton</h1>" in page(client, CITY)
        act = page(client, "/es/act/zz-harbourton-2014-womens-equality.html")
        assert '<a href="/es/city/zz-harbourton">Puerto del Harbour</a>' in act
        found = page(client, "/es/search?q=puerto")
        assert '<a href="/es/city/zz-harbourton"><mark>Puerto</mark> del Harbour</a>' in found
    finally:
        app.extensions["desk"].close()


@pytest.mark.parametrize(
    ("path", "spanish", "french"),
    [
        (
            "/queries/acts-of-a-place?place=city:zz-harburton",
            "No se puede usar el parámetro 'place': ninguna cosa de la clase Place se llama aquí "
            "'city:zz-harburton'. ¿Quería decir: zz-harbourton",
            "Le paramètre 'place' ne peut pas être utilisé : aucune chose de la classe Place ne s\u2019appelle ici "
            "'city:zz-harburton'. Vouliez-vous dire : zz-harbourton",
        ),
        (
            "/queries/acts-of-a-place?size=5000",
            "size es un número entero de 1 a 1.000; esto es '5000'.",
            "size est un nombre entier de 1 à 1\u202f000 ; ceci est '5000'.",
        ),
        (
            "/about/nothing",
            "Aquí nada se llama https://w3id.org/hrcities/about/nothing.",
            "Rien ici ne s\u2019appelle https://w3id.org/hrcities/about/nothing.",
        ),
    ],
)
def test_an_error_says_in_the_language_of_the_page_what_is_wrong(
    path: str, spanish: str, french: str, client: FlaskClient
):
    for language, detail in (("es", spanish), ("fr", french)):
        text = unescape(client.get(f"/{language}{path}", headers=HTML).text)
        assert f'<p class="bad" role="alert">{detail}' in text
    for_programs = client.get(f"/es{path}", headers={"Accept": "application/json"}).json
    assert for_programs["detail"].isascii()


def test_a_sentence_keeps_its_pattern_on_its_way_from_a_worker():
    error = BadParameter("place", Phrase("it takes %(most)s values at most.", most=1_000))
    crossed = pickle.loads(pickle.dumps(error))
    assert str(crossed) == "The parameter 'place' cannot be used: it takes 1,000 values at most."
    assert said(str(crossed)) == str(crossed)
    assert str(crossed).facts["why"].pattern == "it takes %(most)s values at most."
    assert said("As it is: 100 %.") == "As it is: 100 %."


def test_what_is_wrong_with_a_query_is_said_in_the_language_of_the_page(client: FlaskClient):
    asked = "/sparql?query=SELECT+*+WHERE+{+?s+?p+"
    wrong = "<p>La consulta, línea 1, columna 24: desde aquí, donde termina la consulta, esto no es SPARQL; "
    assert wrong + "¿falta un paréntesis?</p>" in unescape(
        client.get(f"/es{asked}", headers=HTML).text
    )
    told = client.get(f"/es{asked}", headers={"Accept": "application/json"}).json
    assert "this is not SPARQL from here on" in told["detail"]


def test_words_cross_as_data_and_a_pattern_can_be_nothing_else():
    acts = Plural("%(number)s act", "%(number)s acts", 3)
    words = Phrase("At %(at)s: %(acts)s, 100 %%.", at="2018", acts=acts)
    crossed = from_data(json.loads(json.dumps(as_data(words))))
    assert crossed == words == "At 2018: 3 acts, 100 %."
    assert crossed.facts["acts"].many == "%(number)s acts"
    for bad in ({"pattern": "%(x)999999999s", "facts": {"x": "y"}}, {"pattern": "%(x)s"}, {}):
        with pytest.raises(ValueError, match="no words"):
            from_data(bad)


def test_pictures_and_scripts_speak_the_language_of_the_page(client: FlaskClient):
    drawn = page(client, "/es/queries/acts-of-a-place?place=any&view=timeline")
    assert re.search(r"<title>\d+ filas de \d{4} a \d{4}</title>", drawn)
    assert re.search('choose.js"[^>]* data-search="Buscar…"', drawn)
    assert re.search('editor.js"[^>]* data-class="classe"', page(client, "/fr/sparql"))
    assert "<title>%" not in drawn


def test_what_a_program_can_ask_is_told_in_the_language_of_the_page(client: FlaskClient):
    spanish = page(client, "/es/api")
    assert "<span>¿" in spanish  # a question
    assert '<h3 id="search">Encontrar cosas por palabras.</h3>' in spanish
    document = client.get("/es/openapi.json").json
    assert document["paths"]["/search.json"]["get"]["summary"] == "Find things by words."


# The catalogues ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OTHERS)
def test_a_catalogue_has_every_word_and_no_other(name: str):
    with (CATALOGUES / f"{name}.po").open("rb") as text:
        known = read_po(text, locale=name)
    ours = {(message.context, str(message.id)) for message in words() if message.id}
    assert {(message.context, str(message.id)) for message in known if message.id} == ours
    for message in known:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        asked = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(said), message.id
        for text, english in zip(said, [asked[0], *[asked[-1]] * 2], strict=False):
            for kept in (r"%\(\w+\)s", "%%", "<[^>]+>"):
                assert set(re.findall(kept, text)) == set(re.findall(kept, english)), text


def test_a_new_language_begins_with_every_word():
    german = catalogue("de")
    assert len(german) == len(words())
    assert not any(
        message.string for message in german if message.id and isinstance(message.id, str)
    )


def test_the_languages_that_are_shipped():
    assert LANGUAGES == {"en": "English", "es": "Español", "fr": "Français"}
