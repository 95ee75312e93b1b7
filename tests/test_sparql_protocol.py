"""The SPARQL endpoint: what the protocol asks, what it refuses, and what nobody can do to it."""

from __future__ import annotations

import json
import time

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.namespaces import BASE
from tests.conftest import HTML, TURTLE, problem

QUESTION = "/queries/practices-at-an-intersection"
GRAPH = "/queries/actors-rights-groups-graph"


ASK = "ASK { ?s ?p ?o }"


def test_a_query_comes_by_get_and_by_both_posts(client: FlaskClient):
    answers = [
        client.get("/sparql", query_string={"query": ASK}),
        client.post("/sparql", data={"query": ASK}),
        client.post("/sparql", data=ASK, content_type="application/sparql-query"),
        client.post(
            "/sparql", data=ASK.encode(), content_type="application/sparql-query; charset=utf-8"
        ),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.content_type == "application/sparql-results+json"
        assert json.loads(answer.data)["boolean"] is True


def test_the_protocols_graphs_take_the_place_of_from(client: FlaskClient):
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    city, core = f"{BASE}data/cities/us-pittsburgh", f"{BASE}ontology/core"

    def counted(**asked: object) -> int:
        answer = client.get("/sparql", query_string={"query": count, **asked})
        return int(json.loads(answer.data)["results"]["bindings"][0]["n"]["value"])

    one, other = counted(**{"default-graph-uri": city}), counted(**{"default-graph-uri": core})
    assert counted(**{"default-graph-uri": [city, core]}) == one + other
    assert counted() > one + other
    named = {"query": "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "named-graph-uri": city}
    rows = json.loads(client.get("/sparql", query_string=named).data)["results"]["bindings"]
    assert [row["g"]["value"] for row in rows] == [city]


@pytest.mark.parametrize(
    ("call", "status"),
    [
        ({"query_string": {"query": [ASK, ASK]}}, 400),
        ({"query_string": {"query": "SELECT * {"}}, 400),
        ({"query_string": {"query": ASK, "default-graph-uri": "http://127.0.0.1/x"}}, 400),
        ({"query_string": {"query": ASK, "named-graph-uri": "file:///etc/passwd"}}, 400),
        ({"query_string": {"update": "DROP ALL"}}, 403),
        ({"method": "POST", "data": {"update": "DROP ALL"}}, 403),
        ({"method": "POST", "data": "DROP ALL", "content_type": "application/sparql-update"}, 403),
        ({"method": "POST", "data": {"query": "DROP ALL"}}, 400),
        ({"method": "POST", "data": {"format": "json"}}, 400),
        ({"method": "POST", "data": ASK}, 415),
        ({"method": "POST", "data": ASK, "content_type": "text/plain"}, 415),
        (
            {
                "method": "POST",
                "data": b"ASK { ?s ?p '\xff' }",
                "content_type": "application/sparql-query",
            },
            400,
        ),
        (
            {
                "method": "POST",
                "data": b"ASK {}" + b" " * 2_000_000,
                "content_type": "application/sparql-query",
            },
            413,
        ),
        (
            {
                "method": "POST",
                "data": b"ASK {}" + b" " * 200_000,
                "content_type": "application/sparql-query",
            },
            413,
        ),
        ({"method": "PUT", "data": ASK}, 405),
        ({"method": "DELETE"}, 405),
        ({"method": "TRACE"}, 405),
    ],
)
def test_a_request_outside_the_protocol_gets_its_status(
    call: dict, status: int, client: FlaskClient
):
    answer = client.open("/sparql", **call)
    assert answer.status_code == status
    problem(answer)


def test_a_syntax_error_has_its_line_and_column(client: FlaskClient):
    said = problem(
        client.get("/sparql", query_string={"query": "SELECT ?x\nWHERE {\n  ?x a a a }"})
    )
    assert said["line"] == 3
    assert said["column"] > 1


def test_without_a_query_the_endpoint_describes_itself(client: FlaskClient):
    answer = client.get("/sparql", headers={"Accept": TURTLE})
    said = list(ox.parse(answer.data, format=ox.RdfFormat.TURTLE))
    endpoint = [quad.object.value for quad in said if quad.predicate.value.endswith("#endpoint")]
    assert endpoint == ["http://localhost/sparql"]
    assert any(quad.object == ox.NamedNode(f"{BASE}ontology/core") for quad in said)
    assert "<textarea" in client.get("/sparql", headers=HTML).text


def test_any_page_may_read_the_data_and_no_cookie_is_set(client: FlaskClient):
    answer = client.options("/sparql", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in client.get("/", headers=HTML).headers


def test_what_did_not_change_is_not_sent_again(client: FlaskClient):
    first = client.get(QUESTION + ".json")
    again = client.get(QUESTION + ".json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(QUESTION + ".csv", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


# Hostile queries -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ASK " + "{" * 5000 + "}" * 5000, 400),
        ("ASK { FILTER(" + "!" * 9500 + "true) }", 413),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", 504),
        ("SELECT * { SERVICE <http://127.0.0.1:9/sparql> { ?s ?p ?o } }", 400),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 400),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 413),
        ("SELECT * { ?s (((!<a:a>)*)*)* ?o . ?o (!<a:a>)* ?x . ?x (!<a:a>)* ?y }", 504),
    ],
    ids=["nesting", "negations", "product", "service", "file", "rows", "paths"],
)
def test_a_hostile_query_is_refused_in_time_and_the_server_stays_well(
    query: str, status: int, client: FlaskClient
):
    began = time.monotonic()
    answer = client.post("/sparql", data={"query": query})
    assert time.monotonic() - began < 3.0 + 2.0  # the limit, and a little for a slow machine
    said = problem(answer)
    assert answer.status_code == status, said
    assert ("Retry-After" in answer.headers) == (answer.status_code in (503, 504))
    began = time.monotonic()
    assert client.get("/health").get_json()["status"] == "ok"
    assert time.monotonic() - began < 1.0
    assert client.get("/sparql", query_string={"query": ASK}).status_code == 200
