"""The saved questions in other languages: nothing is left untranslated, and what is missing is English and says so."""

from __future__ import annotations

import re
import shutil
import string
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from kg.answers import Table, Term
from kg.columns import selected
from kg.house import House
from kg.queries import every, find
from kg.sentences import sentence
from kg.store import EmbeddedStore
from kg.wording import Worded, texts, updated, wording
from server import create_app, desk
from tests.conftest import ROOT, page

HOUSE = House(ROOT)
LANGUAGES = [file.stem for file in HOUSE.translations()]


def parts(template: str) -> dict[str, list[tuple[str, int]]]:
    """What stands in a template: each name with the columns that it counts, and how many forms go with the number."""
    found: dict[str, list[tuple[str, int]]] = {}
    for _, name, asked, _ in string.Formatter().parse(template):
        if name is not None:
            column, *forms = (asked or "").split("|")
            found.setdefault(name, []).append((column, len(forms)))
    return {name: sorted(asked) for name, asked in found.items()}


@pytest.fixture(scope="module")
def client(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


# The catalogues --------------------------------------------------------------------------------


def test_spanish_and_french_are_there():
    assert set(LANGUAGES) >= {"es", "fr"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_every_question_is_translated(language: str):
    words = wording(HOUSE, language)
    known = {(one.context, one.text): one for one in texts(HOUSE)}
    missing = [
        f"{one.question}.rq, {one.part}: {one.text}"
        for key, one in known.items()
        if key not in words.texts
    ]
    assert missing == [], "`python -m kg.wording`, then fill in queries/translations/"
    assert set(words.texts) == set(known), "`python -m kg.wording` takes out what is no longer said"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_what_is_counted_and_has_a_form_for_each_number(language: str):
    words = wording(HOUSE, language)
    categories = len(Locale(language).plural_form.tags | {"other"})
    for query in every(HOUSE):
        ours, theirs = parts(query.answer), parts(words.text(query.answer))
        assert ours.keys() == theirs.keys(), query.name
        for name in ours:
            counted = [column for column, _ in ours[name]]
            assert [column for column, _ in theirs[name]] == counted, query.name
            assert {forms for _, forms in theirs[name]} <= {0, 2, categories}, query.name
    for (_, english), said in words.texts.items():
        if "{" not in english:
            assert "{" not in said, english
        assert said == said.strip(), english


@pytest.mark.parametrize("name", [query.name for query in every(HOUSE)])
def test_a_sentence_counts_columns_and_names_parameters(name: str):
    query = find(HOUSE, name)
    found = parts(query.answer)
    columns = {column for column, _ in found.get("n", [])}
    assert columns - {""} <= set(selected(query))
    assert found.keys() - {"n"} <= {one.name for one in query.parameters}
    for one in (1, 2):
        filled = Table(
            selected(query),
            [{c: Term("literal", str(at)) for c in selected(query)} for at in range(one)],
        )
        said = query.sentence(filled, {p.name: "Graz" for p in query.parameters})
        assert "|" not in said
        assert str(one) in said


def test_a_catalogue_is_as_the_command_writes_it():
    for language in LANGUAGES:
        with (ROOT / f"queries/translations/{language}.po").open("rb") as file:
            kept = read_po(file, locale=language)
        fresh = updated(HOUSE, language)
        assert [one.id for one in kept] == [one.id for one in fresh]
        assert [one.auto_comments for one in kept] == [one.auto_comments for one in fresh]


def test_a_text_that_changed_a_little_keeps_its_translation_to_be_looked_at(tmp_path: Path):
    for folder in ("ontology", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    file = tmp_path / "queries" / "acts-of-a-place.rq"
    old, new = (
        "No act of this place has been read yet.",
        "No act of this place has been read so far.",
    )
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    house = House(tmp_path)
    message = updated(house, "es").get(new)
    assert message
    assert message.fuzzy
    assert message.string == wording(HOUSE, "es").texts["", old]
    said = wording(house, "es").question(find(house, "acts-of-a-place"))
    assert (said.empty, said.empty.language) == (new, "en")
    assert said.summary.language == "es"


# Numbers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 0, "0 acts of Graz"),
        ("en", 1, "1 act of Graz"),
        ("en", 12_345, "12,345 acts of Graz"),
        ("es", 0, "0 acts of Graz"),
        ("es", 1, "1 act of Graz"),
        ("es", 12_345, "12.345 acts of Graz"),
        ("fr", 0, "0 act of Graz"),
        ("fr", 1, "1 act of Graz"),
        ("fr", 12_345, "12\u202f345 acts of Graz"),
    ],
)
def test_a_number_is_written_as_the_language_does_with_the_form_that_goes_with_it(
    language: str, number: int, said: str
):
    table = Table(["act"], [{"act": Term("literal", str(at))} for at in range(number)])
    for template in ("{n:act|act|acts} of {place}", "{n:|act|acts} of {place}"):
        assert sentence(template, table, {"place": "Graz"}, language) == said


def test_a_language_with_more_plurals_has_a_form_for_each():
    table = Table(["x"], [{}] * 3)
    assert sentence("{n:|akt|akty|aktów|aktu}", table, {}, "pl") == "3 akty"
    assert sentence("{n:|akt|akty|aktów|aktu}", Table(["x"], [{}] * 5), {}, "pl") == "5 aktów"


# On the pages ----------------------------------------------------------------------------------


def test_a_question_is_asked_and_answered_in_spanish(client: FlaskClient):
    text = page(client, "/es/queries/acts-of-a-place?place=city:zz-harbourton")
    asked = "¿Qué actos ha aprobado este lugar y qué fue de cada uno?"
    assert f"<h1>{asked}</h1>" in text
    assert f"<title>{asked} · " in text
    assert '<p class="answer">1 acto de Harbourton</p>' in text
    assert '<label for="p-place">Lugar</label>' in text
    assert "<span>El lugar al que obligan los actos.</span>" in text
    assert '<th role="columnheader" scope="col" aria-describedby="c-step"' in text
    assert ">etapa</th>" in text
    assert "<dt>fecha</dt>" in text
    assert '<a href="/es/queries?tag=places">lugares</a>' in text
    csv = client.get("/es/queries/acts-of-a-place.csv?place=city:zz-harbourton")
    assert csv.text.splitlines()[0] == "act,actLabel,type,step,date"


def test_more_than_one_and_any_in_spanish(client: FlaskClient):
    both = "place=city:zz-harbourton&place=city:yy-saltmarsh"
    text = page(client, f"/es/queries/acts-of-a-place?{both}")
    assert '<p class="answer">2 actos de Harbourton, Saltmarsh</p>' in text
    text = page(client, "/es/queries/acts-of-a-place?place=any")
    assert re.search(r'<p class="answer">\d+ actos de cualquier lugar</p>', text)
    text = page(client, "/es/queries/places-in-networks-at-a-date?day=2018-07-27")
    assert "en dos o más redes el 27 de julio de 2018</p>" in text


def test_a_graph_is_explained_in_spanish(client: FlaskClient):
    text = page(client, "/es/queries/actors-rights-groups-graph")
    assert re.search(r'<p class="answer">[\d.]+ enunciados sobre actores', text)
    assert "<dt>elemento</dt>" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_a_question_is_left_in_english(language: str, client: FlaskClient):
    asked = find(HOUSE, "acts-of-a-place").summary
    english = {one.text for one in texts(HOUSE) if len(one.text.split()) > 2}
    paths = [
        "/",
        "/queries",
        "/city/zz-harbourton.html",
        "/sparql",
    ]
    paths += [f"/queries/{query.name}" for query in every(HOUSE)[::4]]
    paths += ["/queries/acts-of-a-place/values/place", "/queries/acts-of-a-place/embed"]
    rule = page(client, f"/{language}/shape/Act-place-is-known.html")
    assert f'queries/acts-of-a-place">{wording(HOUSE, language).text(asked)}</a>' in rule
    for path in paths:
        shown = unescape(re.sub(r"<[^>]*>", "\n", page(client, f"/{language}{path}")))
        assert english & {line.strip() for line in shown.splitlines()} == set(), path


def test_a_search_finds_a_question_by_its_words_in_spanish(client: FlaskClient):
    found = client.get("/es/search.json?q=retomar%20recomendaciones%20desafío&kind=Question").json
    assert any("desafío" in hit["label"] for hit in found["hits"])
    text = page(client, "/es/search?q=afrodescendientes&kind=Question")
    assert "/queries/truth-telling-and-equality-acts" in text
    assert "<mark>afrodescendientes</mark>" in text


def test_a_search_shows_what_a_question_is_about_in_the_language_of_the_page(client: FlaskClient):
    for language, begins in (("es", "Actos según la fecha"), ("fr", "Les actes selon la date")):
        text = page(client, f"/{language}/search?kind=Question&size=60")
        assert f'<p lang="{language}">{begins}' in text


def test_an_answer_is_cited_in_the_words_of_the_page_and_its_data_in_english(client: FlaskClient):
    path = "/queries/acts-of-a-place?place=city:zz-harbourton"
    english, spanish = page(client, path), page(client, f"/es{path}")
    cited = re.findall(r'<p data-copy id="citation">(.*?)</p>', spanish)[0]
    assert "«¿Qué actos ha aprobado este lugar y qué fue de cada uno? (lugar: Harbourton)»" in cited
    assert re.search(r"versión \w+, filas: 2 \(SHA-256 \w{16}…\), consultado el ", cited)
    bib = [re.findall(r"@misc.*?\n}", text, re.S)[0] for text in (english, spanish)]
    assert bib[0] == bib[1]
    data = "/queries/acts-of-a-place/citation.bib?place=city:zz-harbourton"
    assert client.get(f"/es{data}").text.strip() == unescape(bib[0])


def test_a_picture_names_its_columns_as_the_table_does(client: FlaskClient):
    text = page(client, "/es/queries/practices-at-an-intersection")
    assert "«práctica» y «qué se cruza»" in text
    text = page(client, "/fr/queries/practices-at-an-intersection?view=chart")
    assert "lignes pour chaque pratique" in re.findall(r"<svg.*?</svg>", text, re.S)[0]


def test_the_twenty_questions_of_the_report_are_asked_in_the_language_of_the_page(
    client: FlaskClient,
):
    text = page(client, "/fr/about/data")
    asked = find(HOUSE, "acts-without-follow-up").summary
    said = wording(HOUSE, "fr").text(asked)
    assert said.endswith("un a-t-il cherché\u202f?")
    assert f">{said}</a>" in text
    assert asked not in text


def test_french_signs_stay_with_the_word_before_them():
    for said in wording(HOUSE, "fr").texts.values():
        assert not re.search(r" [?!;:»]|« ", said), said


def test_what_is_asked_about_is_called_as_the_graph_calls_it_in_the_language(client: FlaskClient):
    path = "/queries/practices-on-sdg-and-upr?goal=sdg:11"
    text = page(client, f"/es{path}")
    goal = "Lograr que las ciudades y los asentamientos humanos sean inclusivos, seguros"
    assert re.search(rf'<p class="answer">\d+ prácticas? al servicio del objetivo \({goal}', text)
    assert re.search(rf'<option value="sdg:11" selected>{goal}', text)
    english = "Make cities and human settlements inclusive, safe, resilient and sustainable"
    assert f"the goal ({english})" in page(client, path)
    by_name = page(client, f"/es{path.split('?')[0]}?goal={english}")
    assert f"del objetivo ({goal}" in by_name


def test_what_nobody_translated_is_english_and_says_so(client: FlaskClient, monkeypatch):
    asked = find(HOUSE, "acts-of-a-place").summary
    known = wording(HOUSE, "es")
    lacking = replace(known, texts={k: said for k, said in known.texts.items() if k[1] != asked})
    english = page(client, "/queries/acts-of-a-place")
    monkeypatch.setattr(desk, "wording", lambda house, language: lacking)
    text = page(client, "/es/queries/acts-of-a-place")
    assert f'<h1 lang="en">{asked}</h1>' in text
    assert '<label for="p-place">Lugar</label>' in text
    listed = f'<h2 lang="en"><a href="/es/queries/acts-of-a-place">{asked}</a></h2>'
    assert listed in page(client, "/es/queries")
    assert f"<h1>{asked}</h1>" in english


def test_the_store_has_a_question_in_every_language(world: EmbeddedStore):
    rows = world.answer(
        "SELECT ?label { <https://w3id.org/hrcities/queries/acts-of-a-place> "
        "<http://www.w3.org/2000/01/rdf-schema#label> ?label }"
    ).table()
    assert {row[0].language for row in rows if row[0]} == {"en", *LANGUAGES}


def test_a_text_that_is_said_already_stays():
    words = wording(HOUSE, "es")
    said = words.text("any place")
    assert (said, words.text(said)) == ("cualquier lugar", said)
    assert isinstance(said, Worded)
