"""Other people's endpoints are asked gently, believed only so far, and whatever they do to us, nothing is lost."""

from __future__ import annotations

import datetime
import socket
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.endpoint import retry_after
from kg.enriching import endpoint as door
from kg.enriching.asking import Asker, Outcome
from kg.enriching.cache import Cache
from kg.enriching.disagreeing import Conflict, conflicts, ours
from kg.enriching.endpoint import EndpointTrouble, ask
from kg.enriching.findings import NotItsShape, checked, items
from kg.enriching.settings import Endpoint, endpoints
from kg.namespaces import BASE, PREFIXES
from kg.store import EmbeddedStore
from tests import endpoints as on_loopback
from tests.endpoints import Answer, Loopback, from_graph, rows, send, serving

WDT = "http://www.wikidata.org/prop/direct/"
WD = PREFIXES["wd"]
POINT = ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral")
TODAY = datetime.date(2026, 11, 27)
GRAZ, NUREMBERG, AUSTRIA = WD + "Q13298", WD + "Q2090", WD + "Q40"


def wikidata(address: str, **more: object) -> Endpoint:
    own = endpoints()["wikidata"]
    told = {**own.__dict__, "endpoint": address, "pause": 0.0, "seconds": 1.0, **more}
    return Endpoint(**told)


@pytest.fixture(scope="module")
def wikidata_shaped(store: EmbeddedStore) -> list[ox.Quad]:
    """What Wikidata would say if it said what the checked tables say, but for Graz and Nuremberg: see the tests."""
    quads = []

    def say(item: str, number: str, value: ox.NamedNode | ox.Literal) -> None:
        quads.append(ox.Quad(ox.NamedNode(item), ox.NamedNode(WDT + number), value))

    asked = items(store, endpoints()["wikidata"])
    known = ours(store, asked.values())
    for item, iri in asked.items():
        thing = known[iri]
        for people in thing.inhabitants[:1]:
            wrong = 2 if item == GRAZ else 1
            say(item, "P1082", ox.Literal(str(people * wrong), datatype=_xsd("decimal")))
        if thing.place and thing.place.latitude is not None:
            north = 3 if item == NUREMBERG else 0
            text = f"Point({thing.place.longitude} {thing.place.latitude + north})"
            say(item, "P625", ox.Literal(text, datatype=POINT))
        for country in (one for one in thing.countries if one.startswith(WD)):
            say(item, "P17", ox.NamedNode(AUSTRIA if item == NUREMBERG else country))
    return quads


def _xsd(name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES["xsd"] + name)


@pytest.fixture(scope="module")
def answering(wikidata_shaped: list[ox.Quad]) -> Iterator[Loopback]:
    with serving(from_graph(wikidata_shaped)) as server:
        yield server


def run(one: Endpoint, asked: list[str], folder: Path, days: int = 30, **more: object) -> Outcome:
    waits = more.pop("waits", [])
    asker = Asker(one, Cache(one, folder), sleep=waits.append, **more)  # type: ignore[arg-type]
    return asker.run(asked, TODAY, days)


# An endpoint that answers ----------------------------------------------------------------


def test_all_are_asked_in_few_requests_and_never_twice(
    answering: Loopback, store: EmbeddedStore, tmp_path: Path
):
    one = wikidata(answering.address)
    asked = list(items(store, one))
    assert len(asked) > 200
    answering.requests.clear()
    first = run(one, asked, tmp_path)
    assert first.trouble == ""
    assert len(answering.requests) == -(-len(asked) // 50) == first.requests
    agent = answering.requests[0][0]["User-Agent"]
    assert agent.startswith("human-rights-cities-kg/")
    assert "w3id.org/hrcities" in agent
    again = run(one, asked, tmp_path)
    assert again.requests == 0
    assert {k.item: set(map(str, k.said)) for k in again.kept} == {
        k.item: set(map(str, k.said)) for k in first.kept
    }


def test_what_disagrees_is_listed_and_nothing_else(
    answering: Loopback, store: EmbeddedStore, tmp_path: Path
):
    """Graz has twice its inhabitants there; Nuremberg lies three degrees too far north, and in Austria."""
    one = wikidata(answering.address)
    asked = items(store, one)
    found = conflicts(run(one, list(asked), tmp_path), asked, ours(store, asked.values()))
    assert [(told.thing, told.field) for told in found] == [
        ("city:at-graz", "population"),
        ("city:de-nuremberg", "coordinates"),
        ("city:de-nuremberg", "country"),
    ]
    assert found[0].difference == "50% apart"
    assert found[1].difference == "334 km apart"  # three degrees of latitude, of 6371 km π/180 each
    assert isinstance(found[2], Conflict)
    assert found[2].theirs == AUSTRIA


def test_the_graph_names_its_source_and_says_nothing_of_ours(
    answering: Loopback, store: EmbeddedStore, tmp_path: Path
):
    one = wikidata(answering.address)
    quads = checked(run(one, [GRAZ, NUREMBERG], tmp_path))
    name = ox.NamedNode(f"{BASE}enrichment/wikidata")
    assert {quad.graph_name for quad in quads} == {name}
    told = {quad.predicate.value: quad.object for quad in quads if quad.subject == name}
    assert told[PREFIXES["dcterms"] + "source"] == ox.NamedNode(answering.address)
    assert told[PREFIXES["dcterms"] + "license"].value.endswith("/publicdomain/zero/1.0/")
    assert told[PREFIXES["dcterms"] + "date"].value == "2026-11-27"
    subjects = {quad.subject.value for quad in quads} - {name.value}
    assert subjects == {GRAZ, NUREMBERG}
    assert name.value not in store.graphs()


def test_the_shapes_refuse_what_has_another_form(tmp_path: Path):
    """Should a value ever get past the first look."""
    one = wikidata("http://127.0.0.1:9/")
    cache = Cache(one, tmp_path)
    cache.put(GRAZ, TODAY, [(GRAZ, "population", ox.Literal("many"))])
    with pytest.raises(NotItsShape, match="do not fit"):
        checked(run(one, [GRAZ], tmp_path))


# An endpoint that fails ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (on_loopback.slowly, "no answer within 1 s"),
        (on_loopback.a_drip, "no whole answer within 1 s"),
        (on_loopback.a_page, "it sent a web page instead of an answer"),
        (on_loopback.a_page_called_json, "it sent a web page instead of an answer"),
        (on_loopback.half, "breaks off or is no SPARQL result"),
        (on_loopback.less_than_promised, "breaks off in the middle"),
        (on_loopback.stopped_half_way, "stopped half-way"),
        (on_loopback.too_many, "asks us to wait (HTTP 429); it may be asked again in 3,600 s"),
        (on_loopback.broken, "it answered with HTTP 500"),
        (on_loopback.another_question, "a question that was not asked"),
        (on_loopback.hangs_up, "the connection broke"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_trouble_is_said_and_what_was_known_stays(answer: Answer, says: str, tmp_path: Path):
    """One item is known from before, though too long ago; the other cannot be had."""
    with serving(answer) as server:
        one = wikidata(server.address)
        old = [(GRAZ, "population", ox.Literal("1", datatype=_xsd("integer")))]
        Cache(one, tmp_path).put(GRAZ, TODAY - datetime.timedelta(days=400), old)
        outcome = run(one, [GRAZ, NUREMBERG], tmp_path)
    assert says in outcome.sentence()
    assert outcome.missing == [GRAZ, NUREMBERG]
    assert [(kept.item, kept.day.year) for kept in outcome.kept] == [(GRAZ, 2025)]
    assert checked(outcome)


def test_an_endpoint_that_is_away_is_said_to_be(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    waits: list[float] = []
    outcome = run(wikidata(f"http://127.0.0.1:{port}/"), [GRAZ], tmp_path, waits=waits)
    assert "cannot be reached" in outcome.sentence()
    assert "1 things are still to be asked about; run it again" in outcome.sentence()
    assert waits == [
        2.0,
        0.0,
        4.0,
        0.0,
    ]  # longer each time, and the usual pause before each request


def test_it_waits_as_long_as_it_is_asked_to_and_goes_on(
    wikidata_shaped: list[ox.Quad], tmp_path: Path
):
    usual, told = from_graph(wikidata_shaped), iter([True, False])

    def busy_at_first(handler: object, query: str) -> None:
        if next(told, False):
            send(handler, b"later", 503, "text/plain", Retry_After="7")
        else:
            usual(handler, query)

    waits: list[float] = []
    with serving(busy_at_first) as server:
        outcome = run(wikidata(server.address), [GRAZ, NUREMBERG], tmp_path, waits=waits)
    assert outcome.trouble == ""
    assert len(outcome.kept) == 2
    assert 7.0 in waits


def test_a_retry_after_may_be_a_date():
    soon = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=90)
    assert retry_after(soon.strftime("%a, %d %b %Y %H:%M:%S GMT")) == pytest.approx(90, abs=5)
    assert retry_after("soon") is None


def test_too_much_for_one_answer_is_asked_for_in_smaller_batches(
    wikidata_shaped: list[ox.Quad], store: EmbeddedStore, tmp_path: Path
):
    usual = from_graph(wikidata_shaped)

    def only_small(handler: object, query: str) -> None:
        on_loopback.half(handler, query) if query.count(f"<{WD}") > 4 else usual(handler, query)

    with serving(only_small) as server:
        one = wikidata(server.address, batch=16)
        asked = list(items(store, one))[:16]
        outcome = run(one, asked, tmp_path)
    assert outcome.trouble == ""
    assert [kept.item for kept in outcome.kept] == asked
    assert outcome.requests == 7  # 16, then twice 8, each then twice 4: 1 + 2 + 4


def test_a_run_that_breaks_off_goes_on_where_it_was(
    wikidata_shaped: list[ox.Quad], store: EmbeddedStore, tmp_path: Path
):
    usual, left = from_graph(wikidata_shaped), [2]

    def twice(handler: object, query: str) -> None:
        left[0] -= 1
        usual(handler, query) if left[0] >= 0 else on_loopback.broken(handler, query)

    with serving(twice) as server:
        one = wikidata(server.address, batch=10)
        asked = list(items(store, one))[:40]
        first = run(one, asked, tmp_path)
        assert (len(first.kept), len(first.missing)) == (20, 20)
        left[0] = 100
        second = run(one, asked, tmp_path)
    assert second.requests == 2
    assert [kept.item for kept in second.kept] == asked


# An endpoint that means harm ---------------------------------------------------------------


def term(value: str, kind: str = "literal", **more: str) -> dict[str, str]:
    return {"type": kind, "value": value, **more}


def test_only_what_was_asked_for_is_believed(tmp_path: Path):
    decimal = PREFIXES["xsd"] + "decimal"
    graz, people = term(GRAZ, "uri"), term("population")

    def bad(handler: object, query: str) -> None:
        body = rows(
            {"item": graz, "field": people, "value": term("300000", datatype=decimal)},
            {"item": graz, "field": people, "value": term("-5", datatype=decimal)},
            {"item": graz, "field": people, "value": term("1e999", datatype=decimal)},
            {"item": graz, "field": people, "value": term("<script>alert(1)</script>")},
            {"item": graz, "field": people, "value": term("b0", "bnode")},
            {"item": graz, "field": term("country"), "value": term("javascript:alert(1)", "uri")},
            {"item": graz, "field": term("country"), "value": term("file:///etc/passwd", "uri")},
            {
                "item": graz,
                "field": term("coordinates"),
                "value": term("Point(500 1)", datatype=POINT.value),
            },
            {"item": graz, "field": term("owner"), "value": term("me")},
            {
                "item": term(BASE + "city/at-graz", "uri"),
                "field": people,
                "value": term("1", datatype=decimal),
            },
            {"item": graz, "field": people},
        )
        send(handler, body)

    with serving(bad) as server:
        outcome = run(wikidata(server.address), [GRAZ], tmp_path)
    assert [value.value for kept in outcome.kept for _, _, value in kept.said] == ["300000"]
    assert sum(outcome.refused.values()) == 10
    assert "2 values that are no IRI were left out" in outcome.sentence()
    assert checked(outcome)


def test_an_answer_without_end_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "MOST_BYTES", 1_000_000)

    def endless(handler: object, query: str) -> None:
        send(handler, b" " * 5_000_000)

    with (
        serving(endless) as server,
        pytest.raises(EndpointTrouble, match="longer than 1,000,000 bytes"),
    ):
        ask(wikidata(server.address), [GRAZ])


def test_a_file_of_the_cache_that_is_damaged_is_asked_for_again(
    answering: Loopback, tmp_path: Path
):
    one = wikidata(answering.address)
    run(one, [GRAZ], tmp_path)
    (file,) = tmp_path.rglob("*.json")
    file.write_text("{")
    assert run(one, [GRAZ], tmp_path).requests == 1
