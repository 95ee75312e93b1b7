"""The front page answers a question at once and says what is in the graph, and every count on it can be checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from kg.errors import Busy
from kg.house import House
from kg.overview import overview
from kg.store import EmbeddedStore
from server import create_app, home
from server.desk import Desk
from tests.conftest import HTML


@pytest.fixture(scope="module")
def client(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


@pytest.fixture(scope="module")
def page(client: FlaskClient) -> str:
    return client.get("/", headers=HTML).text


def test_it_answers_a_question_with_its_sentence_and_picture(page: str, client: FlaskClient):
    rows = client.get(f"/queries/{home.FIRST}.csv").text.splitlines()[1:]
    practices = {row.split(",")[0] for row in rows}
    assert f"{len(practices)} practices meet two or more groups or rights" in page
    picture = page[page.index("<figure") : page.index("</figure>")]
    assert ">Night shelter<" in picture or ">Commission for equality<" in picture
    assert "practice:" not in picture
    assert (
        f'<a href="/queries/{home.FIRST}">Which practices meet two or more groups or rights?</a>'
        in page
    )


def test_a_count_is_that_of_the_search_it_leads_to(page: str, client: FlaskClient):
    counted = re.findall(r'<li><a href="(/search[^"]+)">[^<]+</a> <small>([\d,]+)</small>', page)
    counted += re.findall(r'<dt><a href="(/search[^"]+)">[^<]+</a></dt><dd>([\d,]+)</dd>', page)
    assert len(counted) > 20
    for address, count in counted:
        path, _, query = address.replace("&amp;", "&").partition("?")
        total = client.get(f"{path}.json?{query}").json["total"]
        assert total == int(count.replace(",", "")), address


def test_kinds_are_counted_with_what_is_below_them(world: EmbeddedStore):
    counts = {one.label: one.count for one in overview(world).kinds}
    rows = world.answer(
        "PREFIX hrc: <https://w3id.org/hrcities/ontology#> SELECT DISTINCT ?x { ?x a ?kind FILTER(?kind IN "
        "(hrc:City, hrc:County, hrc:Village, hrc:Settlement, hrc:Region, hrc:State)) }"
    )
    assert counts["place"] == len(rows.table())
    assert counts["actor"] > counts["event"] > 0


def test_without_a_worker_the_rest_of_the_page_is_there(client: FlaskClient, monkeypatch):
    def busy(*_: object) -> None:
        raise Busy

    monkeypatch.setattr(Desk, "saved", busy)
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 200
    assert "What is in the graph" in answer.text
    assert "joined to" not in answer.text
