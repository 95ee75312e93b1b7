"""The reconciliation service as its specification (0.2) has it, and as an OpenRefine asks it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from kg.linking.names import folded
from tests.conftest import problem


def ask(client: FlaskClient, queries: dict[str, Any], post: bool = True) -> dict[str, Any]:
    text = json.dumps(queries)
    answer = (
        client.post("/reconcile", data={"queries": text})
        if post
        else client.get("/reconcile", query_string={"queries": text})
    )
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return json.loads(answer.data)


def first(client: FlaskClient, query: dict[str, Any]) -> dict[str, Any]:
    return ask(client, {"q0": query})["q0"]["result"][0]


def test_the_manifest_says_what_there_is(client: FlaskClient):
    said = json.loads(client.get("/reconcile").data)
    assert said["versions"] == ["0.2"]
    for needed in ("name", "identifierSpace", "schemaSpace"):
        assert isinstance(said[needed], str)
    assert said["view"]["url"] == "http://localhost/{{id}}"
    assert "{{id}}" in said["preview"]["url"]
    assert set(said["suggest"]) == {"entity", "type", "property"}
    for service in (*said["suggest"].values(), said["extend"]["propose_properties"]):
        assert client.get(service["service_path"], query_string={"prefix": "a"}).status_code == 200


def test_a_batch_is_answered_by_get_and_by_post(client: FlaskClient):
    queries = {"q0": {"query": "Graz", "type": "city"}, "q1": {"query": "CEDAW", "limit": 2}}
    answer = ask(client, queries)
    assert ask(client, queries, post=False) == answer
    assert set(answer) == {"q0", "q1"}
    assert len(answer["q1"]["result"]) == 2
    for one in [*answer["q0"]["result"], *answer["q1"]["result"]]:
        assert set(one) == {"id", "name", "type", "score", "match", "features"}
        assert isinstance(one["score"], float)
        assert isinstance(one["match"], bool)
        assert all(set(kind) == {"id", "name"} for kind in one["type"])
        assert all(set(feature) == {"id", "value"} for feature in one["features"])
    scores = [one["score"] for one in answer["q0"]["result"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("query", "id_", "match"),
    [
        ({"query": "Graz", "type": "city"}, "city/at-graz", True),
        ({"query": "Stadt Nürnberg", "type": "city"}, "city/de-nuremberg", True),
        ({"query": "City of Pittsburgh", "type": ["city"]}, "city/us-pittsburgh", True),
        ({"query": "York", "type": "city"}, "city/gb-york", False),
        (
            {
                "query": "York",
                "type": "city",
                "properties": [{"pid": "country", "v": "Royaume-Uni"}],
            },
            "city/gb-york",
            True,
        ),
        (
            {
                "query": "Graz",
                "type": "city",
                "properties": [{"pid": "country", "v": {"id": "state/at"}}],
            },
            "city/at-graz",
            True,
        ),
        (
            {"query": "Graz", "type": "city", "properties": [{"pid": "country", "v": "Brazil"}]},
            "city/at-graz",
            False,
        ),
        ({"query": "right to housing", "type": "right"}, "right/housing", True),
        ({"query": "CEDAW", "type": "instrument"}, "instrument/cedaw", True),
        ({"query": "Pittsburg", "type": "city"}, "city/us-pittsburgh", False),
    ],
)
def test_only_what_is_beyond_doubt_is_a_match(
    query: dict[str, Any], id_: str, match: bool, client: FlaskClient
):
    found = [one for one in ask(client, {"q": query})["q"]["result"] if one["id"] == id_]
    assert [one["match"] for one in found] == [match]


def test_no_more_than_one_candidate_is_a_match(client: FlaskClient):
    for name in ("Washington", "New York", "Georgia", "Boston", "Human Rights Commission"):
        result = ask(client, {"q": {"query": name}})["q"]["result"]
        assert sum(one["match"] for one in result) <= 1


def test_columns_are_filled_from_the_graph(client: FlaskClient):
    wanted = {
        "ids": ["city/de-nuremberg", "city/nowhere"],
        "properties": [{"id": "country"}, {"id": "wikidata"}],
    }
    said = json.loads(client.post("/reconcile", data={"extend": json.dumps(wanted)}).data)
    assert [one["id"] for one in said["meta"]] == ["country", "wikidata"]
    assert said["rows"]["city/de-nuremberg"]["country"] == [{"id": "state/de", "name": "Germany"}]
    assert said["rows"]["city/de-nuremberg"]["wikidata"] == [
        {"str": "http://www.wikidata.org/entity/Q2090"}
    ]
    assert said["rows"]["city/nowhere"] == {"country": [], "wikidata": []}


def test_properties_are_proposed_for_a_type(client: FlaskClient):
    said = json.loads(client.get("/reconcile/properties?type=act").data)
    assert said["type"] == "act"
    assert {"place", "cites"} <= {one["id"] for one in said["properties"]}
    assert "latitude" not in {one["id"] for one in said["properties"]}


def test_suggestions_begin_as_asked(client: FlaskClient):
    found = json.loads(client.get("/reconcile/suggest/entity?prefix=nürem").data)["result"]
    assert "city/de-nuremberg" in [one["id"] for one in found]
    assert all("nurem" in folded(one["name"]) for one in found)
    assert [
        one["id"]
        for one in json.loads(client.get("/reconcile/suggest/type?prefix=act").data)["result"]
    ] == ["act", "actor"]
    assert (
        json.loads(client.get("/reconcile/suggest/property?prefix=wiki").data)["result"][0]["id"]
        == "wikidata"
    )


def test_a_preview_is_a_small_page(client: FlaskClient):
    page = client.get("/reconcile/preview?id=city/de-nuremberg")
    assert page.status_code == 200
    assert "Nuremberg" in page.text
    assert "Germany" in page.text
    assert len(page.data) < 5_000


@pytest.mark.parametrize(
    ("call", "status", "says"),
    [
        ({"queries": "{"}, 400, "line 1, column 2"),
        ({"queries": "[1]"}, 400, "JSON object"),
        ({"queries": '{"q0": {}}'}, 400, "text to look for"),
        ({"queries": '{"q0": 7}'}, 400, "text to look for"),
        (
            {"queries": json.dumps({f"q{n}": {"query": "x"} for n in range(101)})},
            400,
            "100 queries",
        ),
        (
            {"extend": '{"ids": ["city/at-graz"], "properties": [{"id": "nope"}]}'},
            400,
            "no property",
        ),
        ({"queries": "[" * 100_000}, 400, "nested"),
        ({"queries": '{"q0": {"query": "x"}}', "callback": "evil"}, 400, "CORS"),
    ],
)
def test_what_cannot_be_answered_says_why(
    call: dict[str, str], status: int, says: str, client: FlaskClient
):
    answer = client.post("/reconcile", data=call)
    assert answer.status_code == status
    assert says in problem(answer)["detail"]


@pytest.mark.parametrize("path", ["suggest/colour", "preview?id=city/nowhere", "preview"])
def test_what_is_not_there_is_404(path: str, client: FlaskClient):
    assert client.get(f"/reconcile/{path}").status_code == 404


@pytest.mark.parametrize(
    "id_", ["city/x> ?p ?o } #", "../../etc/passwd", "\x00", "<script>alert(1)</script>", 'a" <b>']
)
def test_an_id_is_never_part_of_a_query(id_: str, client: FlaskClient):
    wanted = json.dumps({"ids": [id_], "properties": [{"id": "country"}]})
    said = json.loads(client.post("/reconcile", data={"extend": wanted}).data)
    assert said["rows"][id_] == {"country": []}
    page = client.get("/reconcile/preview", query_string={"id": id_})
    assert page.status_code == 404
    assert "<script" not in page.text
