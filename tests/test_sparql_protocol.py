"""The SPARQL endpoint: what the protocol asks, what it refuses, and what nobody can do to it."""

from __future__ import annotations

import json
import re
import time

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.namespaces import BASE
from tests.conftest import HTML, TURTLE, problem

QUESTION = "/queries/practices-at-an-intersection"
GRAPH = "/queries/actors-rights-groups-graph"


ASK = "ASK { ?s ?p ?o }"
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


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


# Limits ---------------------------------------------------------------------------------------------------


def test_a_client_may_ask_to_be_stopped_sooner(client: FlaskClient):
    began = time.monotonic()
    answer = client.get("/sparql", query_string={"query": PRODUCT, "timeout": "0.5"})
    assert time.monotonic() - began < 2.0
    assert answer.status_code == 504
    assert "Not finished after 0.5 s" in problem(answer)["detail"]
    assert int(answer.headers["Retry-After"]) > 0
    for wrong in ("0", "-1", "soon", "nan", "inf"):
        answer = client.post("/sparql", data={"query": ASK, "timeout": wrong})
        assert (answer.status_code, "timeout" in problem(answer)["detail"]) == (400, True)
    # More than the server gives is not given, and not an error: other servers' clients send what they are used to.
    assert client.get("/sparql", query_string={"query": ASK, "timeout": "3600"}).status_code == 200


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_too_many_rows_are_refused_and_none_of_them_is_sent(form: str, client: FlaskClient):
    """8,001 rows where 8,000 may be: counted exactly, in every format, whatever stands in the texts."""
    tens = " ".join(str(n) for n in range(10))
    digits = " ".join(f"VALUES ?{name} {{ {tens} }}" for name in "abcde")
    odd = """BIND('"},{"<result>\\n' AS ?text)"""
    query = "SELECT ?a ?text ?none { %s %s } LIMIT %d"
    whole = client.post("/sparql", data={"query": query % (digits, odd, 8_000), "format": form})
    assert whole.status_code == 200
    over = client.post("/sparql", data={"query": query % (digits, odd, 8_001), "format": form})
    assert over.status_code == 413
    assert "more than 8,000 rows" in problem(over)["detail"]


def test_too_many_statements_are_refused(client: FlaskClient):
    query = "CONSTRUCT { ?s a ?c } { ?s a ?c } LIMIT %d"
    whole = client.post("/sparql", data={"query": query % 100, "format": "ntriples"})
    assert (whole.status_code, whole.data.count(b"\n")) == (200, 100)
    over = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 8001"
    answer = client.post("/sparql", data={"query": over, "format": "ntriples"})
    assert answer.status_code == 413
    assert "more than 8,000 statements" in problem(answer)["detail"]


def test_a_page_says_that_it_shows_the_beginning(client: FlaskClient):
    every = "SELECT ?s { ?s ?p ?o } LIMIT 7654"
    page = client.get("/sparql", query_string={"query": every}, headers=HTML).text
    assert "The first 1,000 of 7,654 rows are shown." in page
    assert page.count("<tr>") == 1001
    short = client.get("/sparql", query_string={"query": ASK}, headers=HTML).text
    assert "are shown" not in short
    graph = client.get(
        "/sparql",
        query_string={"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 7000"},
        headers=HTML,
    )
    assert re.search(r"The first 1,000 of [\d,]+ lines are shown\.", graph.text)


def test_the_page_names_each_limit(client: FlaskClient):
    page = client.get("/sparql", headers=HTML).text
    for limit in (
        "3 s",
        "8,000 rows",
        "2,000,000 bytes",
        "1 GiB",
        "1,000,000 bytes",
        "100,000 bytes",
    ):
        assert limit in page
    assert "64 queries of one address" in page
    assert "Retry-After" in page


# Hostile queries -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ASK " + "{" * 5000 + "}" * 5000, 400),
        ("ASK { FILTER(" + "!" * 9500 + "true) }", 413),
        (PRODUCT, 504),
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
