"""Concepts by their names in the reader's language, in everything that shows them; in data they stay as they are."""

from __future__ import annotations

import csv
import io
import pickle
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.build import Built
from kg.concepts import concepts
from kg.house import House
from kg.namespaces import expand, shorten
from kg.phrases import Name, joined
from kg.rdf import parse_file
from kg.search import Wish
from kg.search.found import folded
from kg.store import EmbeddedStore
from server import create_app
from tests.conftest import ROOT, page

OURS = sorted(file for file in (ROOT / "ontology").glob("*.ttl") if file.stem != "sdg")
WOMENS = expand("right:womens-rights") or ""


@pytest.fixture(scope="module")
def client(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


def test_every_concept_of_ours_has_one_name_in_each_language():
    tongues: dict[str, list[str]] = {}
    for file in OURS:
        for quad in parse_file(file):
            if shorten(quad.predicate.value) == "skos:prefLabel":
                assert isinstance(quad.object, ox.Literal)
                tongues.setdefault(quad.subject.value, []).append(quad.object.language or "")
    assert len(tongues) > 280
    assert {tuple(sorted(found)) for found in tongues.values()} == {("en", "es", "fr")}


def test_no_two_concepts_of_a_scheme_have_one_name():
    for file in OURS:
        said = [quad for quad in parse_file(file) if "prefLabel" in quad.predicate.value]
        names = [quad.object for quad in said]
        assert len(names) == len(set(names)), file.name


def test_the_names_of_a_language_are_had_by_iri_and_by_english_name(world: EmbeddedStore):
    spanish = concepts(world, "es")
    assert spanish.by_iri[WOMENS] == "derechos de las mujeres"
    assert spanish.by_name["ordinance"] == "ordenanza"
    assert spanish.by_name["charter"] == "carta"  # two, of one name in Spanish
    assert concepts(world, "en").by_iri == {}


def test_an_english_name_that_means_two_things_is_left_as_it_is(tmp_path: Path):
    store = ox.Store(str(tmp_path))
    store.load(
        b"""PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX e: <https://example.org/>
        e:act skos:prefLabel "charter"@en , "carta"@es . e:hire skos:prefLabel "charter"@en , "flete"@es .
        e:pledge skos:prefLabel "pledge"@en , "promesa"@es .""",
        ox.RdfFormat.TURTLE,
    )
    del store
    spanish = concepts(EmbeddedStore(tmp_path, "1"), "es")
    assert spanish.by_name == {"pledge": "promesa"}
    assert spanish.by_iri["https://example.org/hire"] == "flete"


def test_cells_name_concepts_in_the_language_of_the_page(client: FlaskClient):
    spanish = page(client, "/es/queries/actors-by-right-and-group")
    assert '<a href="/es/right/womens-rights" lang="es">derechos de las mujeres</a>' in spanish
    assert '<a href="/es/group/women" lang="es">mujeres</a>' in spanish
    assert '<a href="/es/group/zz-migrant-women">migrant women</a>' in spanish  # of no other name
    french = page(client, "/fr/queries/acts-of-a-place?place=city:zz-harbourton")
    assert (
        '<span lang="fr">ordonnance</span>' in french
    )  # of this column the answer has the name alone
    english = page(client, "/queries/actors-by-right-and-group")
    assert ">women&#39;s rights</a>" in english
    assert "mujeres" not in english


def test_pictures_and_fields_do_too(client: FlaskClient):
    drawn = page(client, "/es/queries/actors-by-right-and-group?view=graph")
    assert re.search(
        r'<a href="/es/group/women">(<circle[^>]*>)?<text[^>]*><tspan[^>]*>mujeres<', drawn
    )
    assert '<option value="group:women">mujeres</option>' in drawn
    assert '<option value="group:women">femmes</option>' in page(
        client, "/fr/queries/actors-by-right-and-group"
    )


def test_the_words_behind_a_row_say_their_grade_in_it(client: FlaskClient):
    spanish = page(client, "/es/queries/acts-of-a-place?place=city:zz-harbourton")
    assert '<span lang="es">registro oficial</span>' in spanish
    assert "official record" not in spanish
    assert '<span lang="fr">document officiel</span>' in page(client, "/fr/about/datasheet")


def test_a_statement_on_one_weak_source_says_so_in_every_language(client: FlaskClient):
    weak = {
        tongue: re.findall(
            r'<small class="weak">[^:]*: <span>([^<]+)', page(client, f"{tongue}{path}")
        )
        for tongue in ("", "/es", "/fr")
        for path in ["/city/zz-millbrook.html"]
    }
    assert set(weak[""]) <= {"press", "other"}
    assert [len(found) for found in weak.values()] == [len(weak[""])] * 3
    assert weak[""]
    assert set(weak["/es"]) <= {"prensa", "otra"}
    assert set(weak["/fr"]) <= {"presse", "autre"}


def test_search_finds_and_lists_them(client: FlaskClient, world_built: Built):
    hits = world_built.finder().find(Wish("derechos de las mujeres", language="es")).hits
    assert (shorten(hits[0].iri), hits[0].language) == ("right:womens-rights", "es")
    assert ">mujeres</a>" in page(client, "/es/search?q=women")


def test_data_name_them_in_english_whatever_the_reader_speaks(client: FlaskClient):
    for path in (
        "/es/queries/actors-by-right-and-group.csv",
        "/queries/actors-by-right-and-group.csv",
    ):
        rows = list(
            csv.DictReader(io.StringIO(client.get(path, headers={"Accept-Language": "fr"}).text))
        )
        assert "women's rights" in {row["rightLabel"] for row in rows}


# Explore ----------------------------------------------------------------------------------


def test_a_name_is_said_in_every_language_that_it_has():
    women = pickle.loads(pickle.dumps(Name("women", es="mujeres")))
    assert (women, women.others) == ("women", {"es": "mujeres"})
    assert joined("; ", ["girls", women]) == "girls; women"


def test_explore_names_them_too(client: FlaskClient):
    asked = "/explore/intersections?with=group:women&with=right:work"
    spanish = page(client, f"/es{asked}")
    assert "mujeres × derecho al trabajo" in spanish  # in the sentence
    assert re.search(r'<option value="group:women" selected>mujeres</option>', spanish)
    pairs = page(client, "/es/explore/intersections?part=pairs")
    assert re.search(r'<a href="/es/(right|group)/[a-z-]+" lang="es">(derecho|mujeres)', pairs)
    english = page(client, asked)
    assert "women × right to work" in english
    assert "mujeres" not in english


def test_in_data_and_documents_of_explore_they_stay_english(client: FlaskClient):
    asked = "with=group:women&with=right:work"
    for path in (
        f"/es/explore/intersections.json?{asked}",
        f"/es/explore/intersections.csv?{asked}",
    ):
        text = client.get(path).text
        assert "mujeres" not in text
        assert "women" in text


@pytest.mark.parametrize("tongue", ["es", "fr"])
def test_what_is_chosen_from_stands_by_its_name(tongue: str, client: FlaskClient):
    for path in ("/queries/actors-by-right-and-group", "/explore/intersections"):
        text = page(client, f"/{tongue}{path}")
        listed = re.findall(r'<option value="right:[^"]+"[^>]*>([^<]+)</option>', text)
        assert len(listed) > 5
        assert listed == sorted(listed, key=lambda name: folded(unescape(name)))
