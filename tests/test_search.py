"""Finding things by words: what is found first, what is counted, and what no visitor can break."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from kg.build import Built, build
from kg.cli import main
from kg.errors import BadParameter, SourceUnavailable
from kg.house import House
from kg.namespaces import BASE, expand, shorten
from kg.search import Finder, Found, RemoteFinder, Wish
from kg.search.found import MARKS, MOST_WORDS
from kg.store import EmbeddedStore
from server import create_app
from tests.conftest import HTML, problem


@pytest.fixture(scope="module")
def finder(world_built: Built) -> Finder:
    return world_built.finder()


@pytest.fixture(scope="module")
def client(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


def found(finder: Finder, words: str, **facets: str) -> Found:
    return finder.find(
        Wish(words, {name: value.split() for name, value in facets.items()}, size=100)
    )


def names(answer: Found) -> list[str]:
    return [shorten(hit.iri) for hit in answer.hits]


def shown(text: str) -> str:
    return text.replace(MARKS[0], "[").replace(MARKS[1], "]")


# What is found ---------------------------------------------------------------------------


def test_the_thing_of_just_that_name_comes_first(finder: Finder):
    assert names(found(finder, "harbourton"))[0] == "city:zz-harbourton"
    assert names(found(finder, "HARBOURTON city council"))[0] == "actor:zz-harbourton-council"


def test_every_thing_is_found_by_its_name(finder: Finder, world: EmbeddedStore):
    rows = world.answer(
        "SELECT ?thing ?name { ?thing a/<http://www.w3.org/2000/01/rdf-schema#subClassOf>* "
        "<https://w3id.org/hrcities/ontology#Actor>, ?c ; "
        "<http://www.w3.org/2000/01/rdf-schema#label> ?name }"
    ).table()
    assert len(rows) > 15
    for row in rows.rows:
        thing, name = row["thing"], row["name"]
        assert thing
        assert name
        assert shorten(thing.value) in names(found(finder, name.value))[:2], name.value


def test_words_of_a_source_are_found_with_their_source(finder: Finder):
    hit = found(finder, "cold end").hits[0]
    assert shorten(hit.iri) == "region:zz-north-shore"
    assert (hit.where, shown(hit.snippet)) == (
        "quote",
        "the North Shore, the [cold] [end] of Zedland",
    )
    assert shorten(hit.evidence) == "evidence:zz-north-shore-1"
    assert hit.source_label == "The Shore Herald, ten years of cities for human rights"


def test_what_was_read_of_a_stage_is_found_at_its_act(finder: Finder):
    answer = found(finder, "voted its ordinance through")
    assert names(answer) == ["act:zz-harbourton-2014-womens-equality"]


def test_accents_and_capitals_do_not_matter(built: Built):
    for words in ("sao paulo", "São Paulo", "SÃO PAULO"):
        assert names(found(built.finder(), words))[0] == "city:br-sao-paulo"


def test_a_phrase_must_stand_as_it_is_written(finder: Finder):
    loose, strict = found(finder, "water clean"), found(finder, '"clean water"')
    assert "practice:zz-harbourton-water-march" in names(strict)
    assert set(names(strict)) <= set(names(loose))
    assert found(finder, '"water clean"').total == 0


def test_a_word_finds_the_longer_words_that_begin_with_it(finder: Finder):
    assert set(names(found(finder, "ordinances"))) <= set(names(found(finder, "ordinance")))


def test_where_nothing_has_all_the_words_some_are_enough(finder: Finder):
    answer = found(finder, "harbourton zebra")
    assert answer.partly
    assert names(answer)[0] == "city:zz-harbourton"
    assert not found(finder, "harbourton council").partly


def test_a_slip_of_the_pen_is_noticed(finder: Finder):
    answer = found(finder, "Harborton")
    assert answer.total == 0
    assert [(near.label, shorten(near.iri)) for near in answer.near][:2] == [
        ("harbourton", ""),
        ("Harbourton", "city:zz-harbourton"),
    ]
    assert found(finder, answer.near[0].label).total > 5


def test_questions_and_words_of_the_ontology_are_found_too(finder: Finder):
    assert BASE + "queries/practices-at-an-intersection" in [
        hit.iri for hit in found(finder, "intersection", kind="Question").hits
    ]
    assert "hrc:IntersectionalPosition" in names(found(finder, "intersectional", kind="Term"))


# What there is to choose ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facet", "kind", "pattern"),
    [
        ("kind", "Act", "?x a hrc:Act BIND('Act' AS ?value)"),
        ("country", "Act", "?x a hrc:Act ; hrc:actOf/hrc:within* ?value . ?value a hrc:State"),
        ("right", "Act", "?x a hrc:Act ; hrc:concerns/skos:broader* ?value . ?value a hrc:Right"),
        ("status", "Act", "?x a hrc:Act ; hrc:stage/hrc:stageType ?value"),
        ("status", "Place", "?x ^hrc:statusOf/hrc:statusType ?value"),
        (
            "year",
            "Event",
            "?x a hrc:Event ; hrc:happenedOn ?on BIND(SUBSTR(STR(?on), 1, 4) AS ?value)",
        ),
    ],
)
def test_a_facet_counts_what_the_graph_says(
    facet: str, kind: str, pattern: str, finder: Finder, world: EmbeddedStore
):
    heads = "".join(f"PREFIX {name}: <{expand(name + ':')}> " for name in ("hrc", "skos"))
    rows = world.answer(
        f"{heads} SELECT ?value (COUNT(DISTINCT ?x) AS ?n) {{ {pattern} }} GROUP BY ?value"
    ).table()
    counted = {
        shorten(value.value): int(n.value)
        for value, n in rows
        if value is not None and n is not None
    }
    assert counted
    choices = found(finder, "", kind=kind).facets[facet]
    ours = {choice.value: choice.count for choice in choices if choice.value in counted}
    assert ours == counted


def test_choices_narrow_down_and_all_must_fit(finder: Finder):
    women = set(names(found(finder, "", group="group:women")))
    migrants = set(names(found(finder, "", group="group:migrants")))
    both = set(names(found(finder, "", group="group:women group:migrants")))
    assert both == women & migrants
    assert found(finder, "", group="women").total == len(women)
    acts = found(finder, "ordinance", kind="Act", country="zz-zedland")
    assert acts.total == len(acts.hits) > 2
    assert all(hit.kind == "Act" and "act:zz-" in shorten(hit.iri) for hit in acts.hits)


@pytest.mark.parametrize(
    ("facets", "says"),
    [
        ({"kind": "Atc"}, "Did you mean Act?"),
        ({"country": "atlantis"}, "nothing here has 'atlantis'"),
        ({"colour": "red"}, "no such facet; it has: kind, country"),
    ],
)
def test_a_choice_that_there_is_not_gets_a_sentence(facets: dict, says: str, finder: Finder):
    with pytest.raises(BadParameter) as error:
        found(finder, "water", **facets)
    assert says in str(error.value)


# What nobody can break --------------------------------------------------------------------------

SYNTAX = [
    *('"', '"""', "*", "water*", "label:water", "{label about}: water", "^water", "- NOT water"),
    *(
        "NEAR(water march, 5)",
        "water AND",
        "OR OR OR",
        "(((",
        "'; DROP TABLE page; --",
        "\x00",
        "\x02",
    ),
    *(
        "a" * 300,
        "ß İ ﬁ",
        "광주 人権",
        "%",
        "\\",
        "<script>alert(1)</script>",
        "💧",
        "a b c d e f g",
    ),
]


@pytest.mark.parametrize("words", SYNTAX)
def test_signs_of_the_index_language_are_only_words(words: str, client: FlaskClient):
    answer = client.get("/search", query_string={"q": words}, headers=HTML)
    assert answer.status_code == 200, answer.text[:300]
    assert "<script" not in answer.text
    assert "\x02" not in answer.text
    assert client.get("/search.json", query_string={"q": words}).status_code == 200


@given(words=st.text(max_size=300))
def test_any_text_can_be_searched_for(words: str, finder: Finder):
    if len(re.findall(r'"[^"]*"|[^\s"]+', words)) > MOST_WORDS:
        return  # refused with a sentence, as the next test shows
    answer = finder.find(Wish(words))
    assert len(answer.hits) <= answer.total


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=" + "x" * 10_000, "300 letters at most"),
        ("q=" + "a+" * 100, "24 words at most"),
        ("q=water&page=0", "whole number"),
        ("q=water&page=9999", "pages of this search"),
        ("q=water&size=101", "from 1 to 100"),
        ("q=water&size=%D9%A3", "whole number"),
        ("q=water&kind=Unicorn", "nothing here has 'Unicorn'"),
        ("q=water&sort=name", "no such facet"),
    ],
)
def test_what_cannot_be_meant_gets_400_and_a_sentence(query: str, says: str, client: FlaskClient):
    answer = client.get(f"/search?{query}")
    assert answer.status_code == 400
    assert says in problem(answer)["detail"]


# Over HTTP and at a terminal ---------------------------------------------------------------------


def test_the_pages_of_a_search_are_joined_by_links(client: FlaskClient):
    address: str | None = "/search.json?kind=Act&size=4"
    seen: list[str] = []
    while address:
        answer = client.get(address)
        seen += [hit["iri"] for hit in answer.json["hits"]]
        links = ", ".join(answer.headers.getlist("Link"))
        following = re.search(r'<([^>]+)>; rel="next"', links)
        address = following[1] if following else None
    assert len(seen) == len(set(seen)) == answer.json["total"] > 8
    assert f"page={answer.json['pages']}" not in links
    assert 'rel="prev"' in links
    assert 'rel="first"' in links


def test_json_says_what_the_page_says(client: FlaskClient):
    data = client.get(
        "/search", query_string={"q": "night shelter"}, headers={"Accept": "application/json"}
    ).json
    page = client.get("/search?q=night+shelter", headers=HTML).text
    assert data["hits"][0]["label"] == "Night shelter"
    assert "<mark>night</mark> <mark>shelter</mark>" in data["hits"][0]["snippet"]
    assert data["hits"][0]["snippet"] in page
    assert "<mark>Night</mark> <mark>shelter</mark></a>" in page
    for choice in data["facets"]["kind"]:
        narrowed = client.get(
            "/search.json", query_string={"q": "night shelter", "kind": choice["value"]}
        )
        assert narrowed.json["total"] == choice["count"]


def test_a_page_without_words_shows_what_there_is(client: FlaskClient):
    page = client.get("/search", headers=HTML).text
    assert 'href="/search?kind=Act"' in page
    taken = client.get("/search?kind=Act&q=women", headers=HTML).text
    assert 'href="/search?q=women" aria-current="true"' in taken
    assert '<input type="hidden" name="kind" value="Act">' in taken


def test_a_search_at_a_terminal(world_house: House):
    def kg(*words: str) -> str:
        ran = CliRunner().invoke(main, ["--house", str(world_house.root), "search", *words])
        assert ran.exit_code == 0, ran.output
        return ran.output

    lines = kg("cold", "end").splitlines()
    assert lines[:4] == [
        "1 found",
        "",
        "North Shore  region, region:zz-north-shore",
        "    “the North Shore, the cold end of Zedland” (The Shore Herald, ten years of cities for human rights)",
    ]
    assert "Did you mean: harbourton, Harbourton (city:zz-harbourton)" in kg("harborton")
    assert '"iri": "https://w3id.org/hrcities/region/zz-north-shore"' in kg(
        "cold end", "--format", "json"
    )


# Where the index lies ---------------------------------------------------------------------------


def test_the_index_is_built_anew_with_the_store(world_house: House, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    copy = House(tmp_path / "house")
    shutil.copytree(world_house.root, copy.root)
    assert found(build(copy).finder(), "Harbourton").hits
    for file in copy.files("data"):
        file.write_text(file.read_text().replace("Harbourton", "Oldhaven"))
    renamed = build(copy).finder()
    assert names(found(renamed, "Oldhaven"))[0] == "city:zz-harbourton"
    assert found(renamed, "Harbourton", kind="City").total == 0


def test_without_an_index_searching_says_why(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match="FTS5"):
        Finder(tmp_path / "search.sqlite").find(Wish("water"))


def test_another_server_is_asked_in_sparql(world: EmbeddedStore):
    remote = RemoteFinder(world)
    answer = remote.find(Wish("harbourton"))
    assert names(answer)[0] == "city:zz-harbourton"
    assert "another server" in answer.note
    chosen = remote.find(Wish("harbourton", {"kind": ["Practice"]})).hits
    assert {hit.kind for hit in chosen} <= {"Practice"}
    assert remote.find(Wish('"x" } DROP')).total == 0
    with pytest.raises(BadParameter, match="by kind alone"):
        remote.find(Wish("harbourton", {"right": ["right:water"]}))
