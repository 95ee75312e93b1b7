"""A saved question may go on at an endpoint on the server's list, and nothing else ever leaves this machine."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.enriching.federation import Federation, onward
from kg.enriching.guard import Private, check
from kg.errors import BadQueryFile, Refused
from kg.house import House
from kg.queries import every, find, load
from kg.store import EmbeddedStore
from server import create_app
from tests import endpoints as on_loopback
from tests.conftest import HTML, problem
from tests.endpoints import Loopback, from_graph, send, serving

NAME = "inhabitants-beside-wikidata"
WD, P1082 = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/P1082"
INTEGER = ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer")


def says(item: str, number: int) -> ox.Quad:
    return ox.Quad(
        ox.NamedNode(WD + item), ox.NamedNode(P1082), ox.Literal(str(number), datatype=INTEGER)
    )


@pytest.fixture(scope="module")
def wikidata() -> Iterator[Loopback]:
    """It says one figure of Graz, two of Nuremberg, and one of an item that nobody asks about."""
    quads = [says("Q13298", 111), says("Q2090", 222), says("Q2090", 333), says("Q1", 444)]
    with serving(from_graph(quads)) as server:
        yield server


def client_of(house: House, address: str, private: bool = True) -> FlaskClient:
    allowed = {"wikidata": address} if address else {}
    config = {"HOUSE": house.root, "FEDERATION": allowed, "FEDERATION_PRIVATE": private}
    return create_app(config).test_client()


def closed(client: FlaskClient) -> None:
    client.application.extensions["desk"].close()


def told(client: FlaskClient, **asked: str) -> list[dict[str, str]]:
    answer = client.get(f"/queries/{NAME}/federated.json", query_string=asked)
    assert answer.status_code == 200, answer.text
    rows = json.loads(answer.data)["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


def test_what_is_said_there_stands_beside_our_rows(house: House, wikidata: Loopback):
    client = client_of(house, wikidata.address)
    try:
        (graz,) = {tuple(row.items()) for row in told(client)}
        assert dict(graz)["theirs"] == "111"
        assert dict(graz)["item"] == WD + "Q13298"
        table = client.get(f"/queries/{NAME}/federated.csv")
        assert table.mimetype == "text/csv"
        (row,) = csv.DictReader(table.text.splitlines())
        assert row == {column: dict(graz).get(column, "") for column in row}
        page = client.get(f"/queries/{NAME}/federated", headers=HTML)
        assert page.status_code == 200
        assert ">111<" in page.text.replace(" ", "").replace("\n", "")
        assert "no part of this graph" in page.text
        usual = client.get(f"/queries/{NAME}?place=city:at-graz", headers=HTML).text
        assert f"/queries/{NAME}/federated" in usual
    finally:
        closed(client)


def test_all_rows_go_in_few_requests_and_are_kept(house: House, wikidata: Loopback):
    client = client_of(house, wikidata.address)
    try:
        wikidata.requests.clear()
        rows = told(client, place="any")
        items = {row["item"] for row in rows}
        assert len(items) > 200
        assert len(wikidata.requests) == -(-len(items) // 100)
        assert sorted(row["theirs"] for row in rows if row["item"] == WD + "Q2090") == [
            "222",
            "333",
        ]
        assert "444" not in {row.get("theirs") for row in rows}
        assert sum("theirs" in row for row in rows) == 3
        told(client, place="any")
        assert len(wikidata.requests) == -(-len(items) // 100)
    finally:
        closed(client)


@pytest.mark.parametrize(
    ("failing", "said"),
    [
        (on_loopback.a_page, "it sent a web page instead of an answer"),
        (on_loopback.half, "breaks off"),
        (on_loopback.too_many, "asks us to wait (HTTP 429)"),
        (on_loopback.broken, "HTTP 500"),
        (on_loopback.hangs_up, "the connection broke"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_our_rows_stand_whatever_happens_there(
    failing, said: str, house: House, store: EmbeddedStore
):
    query = find(house, NAME)
    ours = store.answer(query.text).table()
    with serving(failing) as server:
        joined = Federation({"wikidata": server.address}, private=True).join(query, ours)
    assert said in joined.said
    assert "ours alone" in joined.said
    assert [
        {k: v for k, v in row.items() if k != "theirs"} for row in joined.table.rows
    ] == ours.rows
    assert [row["theirs"] for row in joined.table.rows] == [None] * len(ours)


def test_a_server_that_was_not_told_to_asks_nobody(house: House, wikidata: Loopback):
    client = client_of(house, "")
    try:
        wikidata.requests.clear()
        refused = client.get(f"/queries/{NAME}/federated.json")
        assert "does not ask the endpoint 'wikidata'" in problem(refused)["detail"]
        alone = client.get("/queries/practices-of-a-place/federated.json")
        assert "answered here alone" in problem(alone)["detail"]
        assert client.get(f"/queries/{NAME}.json").status_code == 200
        assert wikidata.requests == []
    finally:
        closed(client)


def test_a_visitors_text_never_leaves(house: House, wikidata: Loopback):
    """Even to an endpoint that is on the list."""
    client = client_of(house, wikidata.address)
    try:
        wikidata.requests.clear()
        query = f"SELECT * {{ SERVICE <{wikidata.address}> {{ ?s ?p ?o }} }}"
        for text in (query, query.replace("SERVICE", "SERVICE SILENT")):
            refused = client.post("/sparql", data={"query": text})
            assert refused.status_code == 400
            assert "SERVICE is not answered" in problem(refused)["detail"]
        hostile = {"place": "city:at-graz> } SERVICE <" + wikidata.address}
        assert (
            client.get(f"/queries/{NAME}/federated.json", query_string=hostile).status_code == 400
        )
        assert wikidata.requests == []
    finally:
        closed(client)


def test_an_address_on_this_machine_is_never_asked(
    house: House, store: EmbeddedStore, wikidata: Loopback
):
    """By its number or by a name: it is the connection that is looked at, and nothing is sent."""
    query = find(house, NAME)
    ours = store.answer(query.text).table()
    wikidata.requests.clear()
    for host in ("127.0.0.1", "localhost"):
        address = wikidata.address.replace("127.0.0.1", host)
        joined = Federation({"wikidata": address}).join(query, ours)
        assert "an address that is not public, which is never asked" in joined.said
        assert len(joined.table) == len(ours)
    assert wikidata.requests == []


def test_a_redirection_is_not_followed(
    house: House, store: EmbeddedStore, wikidata: Loopback, monkeypatch
):
    """A public endpoint that sends us to a private address: here the first address is taken for public."""
    monkeypatch.setattr("kg.enriching.guard.check", lambda host: None)
    wikidata.requests.clear()

    def elsewhere(handler, query: str) -> None:
        send(handler, b"", 302, "text/plain", Location=wikidata.address)

    query = find(house, NAME)
    with serving(elsewhere) as server:
        joined = Federation({"wikidata": server.address}).join(
            query, store.answer(query.text).table()
        )
    assert "HTTP 302" in joined.said
    assert wikidata.requests == []


@pytest.mark.parametrize(
    "host",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
        ),
        *(
            "::1",
            "fe80::1%eth0",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "224.0.0.1",
            "ff02::1",
        ),
    ],
)
def test_private_addresses_are_known(host: str):
    with pytest.raises(Private):
        check(host)


def test_public_addresses_are_not_taken_for_private():
    for host in ("8.8.8.8", "2001:4860:4860::8888"):
        check(host)


def test_a_head_that_cannot_be_used_is_said_to_be(tmp_path):
    onward_to = "{endpoint: wikidata, about: item, pattern: %r, columns: [x]}"
    head = f"#+ summary: What?\n#+ federated: {onward_to}\nSELECT ?item {{ ?item ?p ?o }}"
    for pattern in ("?item ?p ?y", "SERVICE <http://a/> { ?item ?p ?x }"):
        file = tmp_path / "bad.rq"
        file.write_text(head % pattern)
        with pytest.raises(BadQueryFile, match="its pattern names no SERVICE"):
            onward(load(file))


def test_every_question_that_goes_on_can(house: House):
    found = [query.name for query in every(house) if onward(query)]
    assert NAME in found
    with pytest.raises(Refused):
        Federation({}).join(find(house, NAME), None)  # type: ignore[arg-type]
