"""The server as a program meets it: formats, statuses, names, and what it refuses."""

from __future__ import annotations

import json
import re
import time
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.namespaces import BASE
from tests.conftest import ROOT

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
QUESTION = "/queries/practices-at-an-intersection"
GRAPH = "/queries/actors-rights-groups-graph"
TURTLE = "text/turtle"


def problem(answer: TestResponse) -> dict:
    assert answer.content_type == "application/problem+json", answer.text[:200]
    said = json.loads(answer.data)
    assert said["status"] == answer.status_code
    assert said["detail"].endswith((".", "?", "]", "'")), said
    return said


# Formats -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        (QUESTION, "text/html", "text/html; charset=utf-8"),
        (QUESTION, "*/*", "text/html; charset=utf-8"),
        (QUESTION, "application/json", "application/sparql-results+json"),
        (QUESTION, "application/sparql-results+xml", "application/sparql-results+xml"),
        (QUESTION, "text/csv", "text/csv; charset=utf-8"),
        (QUESTION, "text/tab-separated-values, text/html;q=0.5", "text/tab-separated-values; charset=utf-8"),
        (QUESTION + ".csv", "text/html", "text/csv; charset=utf-8"),
        (QUESTION + ".json", "*/*", "application/sparql-results+json"),
        (QUESTION + ".tsv", "*/*", "text/tab-separated-values; charset=utf-8"),
        (QUESTION + ".xml", "*/*", "application/sparql-results+xml"),
        (GRAPH, TURTLE, "text/turtle; charset=utf-8"),
        (GRAPH, "text/html", "text/html; charset=utf-8"),
        (GRAPH + ".ttl", "*/*", "text/turtle; charset=utf-8"),
        (GRAPH + ".nt", "*/*", "application/n-triples"),
        (GRAPH + ".jsonld", "*/*", "application/ld+json"),
        (GRAPH + ".rdf", "*/*", "application/rdf+xml"),
        ("/", "text/html", "text/html; charset=utf-8"),
        ("/", TURTLE, "text/turtle; charset=utf-8"),
        ("/index.ttl", "*/*", "text/turtle; charset=utf-8"),
        ("/queries", "text/html", "text/html; charset=utf-8"),
        ("/queries", "application/json", "application/json"),
        ("/queries", TURTLE, "text/turtle; charset=utf-8"),
        ("/queries.json", "text/html", "application/json"),
        ("/queries.ttl", "text/html", "text/turtle; charset=utf-8"),
        ("/city/us-pittsburgh.ttl", "text/html", "text/turtle; charset=utf-8"),
        ("/city/us-pittsburgh.jsonld", "text/html", "application/ld+json"),
        ("/city/us-pittsburgh.html", TURTLE, "text/html; charset=utf-8"),
        ("/health", "*/*", "application/json"),
    ],
)
def test_each_answer_comes_in_the_form_that_was_asked_for(
    path: str, accept: str, content_type: str, client: FlaskClient
):
    answer = client.get(path, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text[:300]
    assert answer.content_type == content_type
    assert "Accept" in answer.headers["Vary"]
    assert len(answer.data) > 20
    head = client.head(path, headers={"Accept": accept})
    assert (head.status_code, head.content_type, head.data) == (200, content_type, b"")


@pytest.mark.parametrize("path", [QUESTION, GRAPH, "/sparql?query=ASK{}", "/", "/city/us-pittsburgh"])
def test_a_form_that_there_is_not_gets_406_with_those_there_are(path: str, client: FlaskClient):
    answer = client.get(path, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "ask for one of: text/html" in problem(answer)["detail"]


def test_a_table_is_not_written_as_turtle(client: FlaskClient):
    assert client.get(QUESTION + ".ttl").status_code == 406


def test_the_saved_answers_agree_in_all_formats(client: FlaskClient):
    rows = json.loads(client.get(QUESTION + ".json").data)["results"]["bindings"]
    assert len(rows) > 5
    assert len(client.get(QUESTION + ".csv").text.strip().splitlines()) == len(rows) + 1
    assert len(client.get(QUESTION + ".tsv").text.strip().splitlines()) == len(rows) + 1
    assert client.get(QUESTION + ".xml").text.count("<result>") == len(rows)
    page = client.get(QUESTION).text
    assert page.count("<tr>") == len(rows) + 1


# Saved questions ---------------------------------------------------------------------------


def test_a_form_field_changes_what_is_asked(client: FlaskClient):
    washington = client.get("/queries/practices-of-a-place.json?place=city:us-washington")
    hawaii = client.get("/queries/practices-of-a-place.json?place=region:us-hawaii")
    assert washington.data != hawaii.data
    page = client.get("/queries/practices-of-a-place?place=region:us-hawaii", headers=HTML).text
    assert re.search(r'<option value="region:us-hawaii" selected>Hawaii</option>', page)
    assert "practices in Hawaii" in page
    assert "/queries/practices-of-a-place.csv?place=region:us-hawaii" in page


def test_an_empty_field_is_no_value(client: FlaskClient):
    assert client.get("/queries/practices-of-a-place.json?place=").data == client.get(
        "/queries/practices-of-a-place.json"
    ).data


def test_an_empty_answer_says_why(client: FlaskClient):
    page = client.get("/queries/acts-of-a-place", headers=HTML).text
    assert "names no act of a city" in page


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/queries/nope", 404, "No query is called"),
        ("/queries/nope.csv", 404, "No query is called"),
        ("/queries/practices-of-a-place.csv?place=atlantis", 400, "no Place here is called"),
        ("/queries/practices-of-a-place.csv?city=x", 400, "no such parameter"),
        ("/queries/practices-of-a-place.csv?place=%3E%20%7D", 400, "no Place here is called"),
        ("/city/atlantis", 404, "Nothing here is called"),
        ("/city/a%3Eb", 404, "Nothing here"),
        ("/../../etc/passwd", 404, "Nothing here"),
        ("/static/../desk.py", 404, None),
        ("/queries/..%2f..%2fpyproject", 404, None),
    ],
)
def test_a_wrong_address_gets_a_status_and_a_sentence(path: str, status: int, says: str | None, client: FlaskClient):
    answer = client.get(path)
    assert answer.status_code == status
    said = problem(answer)
    assert says is None or says in said["detail"]
    page = client.get(path, headers=HTML)
    assert (page.status_code, page.content_type) == (status, "text/html; charset=utf-8")
    assert "Traceback" not in page.text


# Things -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "ending"),
    [(HTML["Accept"], ".html"), ("*/*", ".html"), (TURTLE, ".ttl"), ("application/ld+json", ".jsonld")],
)
def test_a_name_leads_to_its_page_or_its_data(accept: str, ending: str, client: FlaskClient):
    answer = client.get("/city/us-pittsburgh", headers={"Accept": accept})
    assert (answer.status_code, answer.location) == (303, "/city/us-pittsburgh" + ending)
    followed = client.get(answer.location)
    assert followed.status_code == 200
    assert 'rel="alternate"; type="text/turtle"' in ", ".join(followed.headers.getlist("Link"))


def test_the_data_of_a_thing_brings_its_evidence(client: FlaskClient):
    quads = list(ox.parse(client.get("/city/us-pittsburgh.ttl").data, format=ox.RdfFormat.TURTLE))
    subjects = {quad.subject.value for quad in quads}
    assert f"{BASE}city/us-pittsburgh" in subjects
    assert any(subject.startswith(f"{BASE}evidence/us-pittsburgh") for subject in subjects)


def test_every_thing_has_a_page_on_which_its_quotes_stand(client: FlaskClient):
    page = client.get("/practice/us-washington-cedaw-city-effort.html").text
    assert "based on testimonies and stories from discriminated girls and women" in page
    assert 'href="#e1"' in page
    assert 'id="e1"' in page


def test_a_file_and_the_ontology_have_pages_and_data(client: FlaskClient):
    assert client.get("/data/cities/us-pittsburgh.html").status_code == 200
    there = set(ox.parse(client.get("/data/cities/us-pittsburgh.ttl").data, format=ox.RdfFormat.TURTLE))
    here = set(ox.parse(path=str(ROOT / "data" / "cities" / "us-pittsburgh.ttl")))
    assert there == here
    assert 'id="IntersectionalPosition"' in client.get("/ontology.html").text
    assert len(list(ox.parse(client.get("/ontology.ttl").data, format=ox.RdfFormat.TURTLE))) > 400


def test_every_link_on_the_pages_leads_somewhere(client: FlaskClient):
    """From the front page, three steps deep through our own links, every page answers and is well formed."""
    seen, rim = {"/"}, ["/"]
    for _ in range(3):
        found: list[str] = []
        for path in rim:
            page = client.get(path, headers=HTML, follow_redirects=True, buffered=True)
            assert page.status_code == 200, path
            if page.content_type.startswith("text/html"):
                found += Links.of(page.text)
        rim = sorted({path.split("#")[0] for path in found} - seen)[:250]
        seen |= set(rim)
    assert len(seen) > 200


class Links(HTMLParser):
    """The local links of a page; also checks that its elements nest."""

    VOID = {"meta", "link", "input", "br", "img"}

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        href = dict(attrs).get("href") or dict(attrs).get("src") or ""
        if href.startswith("/"):
            self.found.append(href)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @classmethod
    def of(cls, page: str) -> list[str]:
        parser = cls()
        parser.feed(page)
        assert parser.open == []
        return parser.found


@pytest.mark.parametrize("path", ["/", "/queries", QUESTION, "/sparql", "/validate", "/city/us-washington.html"])
def test_a_page_needs_no_script_and_nothing_from_elsewhere(path: str, client: FlaskClient):
    answer = client.get(path, headers=HTML)
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:<link rel="(?:stylesheet|icon)"[^>]*href|src)="([^"]+)"', answer.text)
    assert all(address.startswith("/static/") for address in loaded)
    assert re.search(r'<html lang="en">', answer.text)
    assert answer.text.count("<h1>") == 1
    for field in re.findall(r'<(?:input|select|textarea) (?![^>]*type="hidden")[^>]*id="([^"]+)"', answer.text):
        assert f'for="{field}"' in answer.text


# The SPARQL protocol ---------------------------------------------------------------------------------

ASK = "ASK { ?s ?p ?o }"


def test_a_query_comes_by_get_and_by_both_posts(client: FlaskClient):
    answers = [
        client.get("/sparql", query_string={"query": ASK}),
        client.post("/sparql", data={"query": ASK}),
        client.post("/sparql", data=ASK, content_type="application/sparql-query"),
        client.post("/sparql", data=ASK.encode(), content_type="application/sparql-query; charset=utf-8"),
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
        ({"method": "POST", "data": b"ASK { ?s ?p '\xff' }", "content_type": "application/sparql-query"}, 400),
        ({"method": "POST", "data": b"ASK {}" + b" " * 2_000_000, "content_type": "application/sparql-query"}, 413),
        ({"method": "POST", "data": b"ASK {}" + b" " * 200_000, "content_type": "application/sparql-query"}, 413),
        ({"method": "PUT", "data": ASK}, 405),
        ({"method": "DELETE"}, 405),
        ({"method": "TRACE"}, 405),
    ],
)
def test_a_request_outside_the_protocol_gets_its_status(call: dict, status: int, client: FlaskClient):
    answer = client.open("/sparql", **call)
    assert answer.status_code == status
    problem(answer)


def test_a_syntax_error_has_its_line_and_column(client: FlaskClient):
    said = problem(client.get("/sparql", query_string={"query": "SELECT ?x\nWHERE {\n  ?x a a a }"}))
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


# Contributions --------------------------------------------------------------------------------------------------

WRONG = (ROOT / "tests" / "shapes" / "Thing" / "class-is-defined.ttl").read_text()


def test_a_contribution_is_pasted_uploaded_or_sent(client: FlaskClient):
    import io

    pasted = client.post("/validate", data={"text": WRONG, "syntax": "turtle"}, headers=HTML)
    uploaded = client.post("/validate", data={"file": (io.BytesIO(WRONG.encode()), "mine.ttl")}, headers=HTML)
    sent = client.post("/validate", data=WRONG, content_type=TURTLE)
    for page in (pasted, uploaded):
        assert page.status_code == 200
        assert "The ontology has no such class" in page.text
        assert 'href="/shape/Thing-class-is-defined"' in page.text
    assert "mine.ttl" in uploaded.text
    found = json.loads(sent.data)
    assert found["conforms"] is False
    assert "Thing-class-is-defined" in {one["shape"].rsplit("/")[-1] for one in found["findings"]}
    report = client.post("/validate", data=WRONG, content_type=TURTLE, headers={"Accept": TURTLE})
    assert b"ValidationReport" in report.data


def test_the_door_and_the_command_line_find_the_same(client: FlaskClient, house, store):
    from kg.validation import Judge, read

    file = ROOT / "tests" / "shapes" / "Thing" / "class-is-defined.ttl"
    here = [(one.shape, one.thing, one.message) for one in Judge(house, store).findings([read(file, house)])]
    sent = json.loads(client.post("/validate", data=WRONG, content_type=TURTLE).data)
    assert [(one["shape"], one["thing"], one["message"]) for one in sent["findings"]] == here


def test_a_published_file_sent_as_its_own_new_version_is_fine(client: FlaskClient):
    text = (ROOT / "data" / "cities" / "us-pittsburgh.ttl").read_bytes()
    answer = client.post(
        "/validate?replaces=data/cities/us-pittsburgh", data=text, content_type=TURTLE
    )
    assert json.loads(answer.data) == {"conforms": True, "findings": []}


@pytest.mark.parametrize(
    ("call", "status", "says"),
    [
        ({"data": "city:a", "content_type": TURTLE}, 400, "line 1"),
        ({"data": b"", "content_type": TURTLE}, 400, "nothing to check"),
        ({"data": "x", "content_type": "text/plain"}, 415, "RDF as one of"),
        ({"data": WRONG, "content_type": TURTLE, "headers": {"Accept": "image/png"}}, 406, "Findings are"),
        ({"data": b"#" * 1_500_000, "content_type": TURTLE}, 413, None),
        ({"data": WRONG, "content_type": TURTLE, "query_string": {"replaces": "data/x"}}, 400, "No published file"),
        ({"data": {"text": "x", "syntax": "n3"}, "headers": {"Accept": "application/json"}}, 415, "one of: turtle"),
        (
            {"data": '{"@context": "http://127.0.0.1:9/c", "@id": "a:a", "p": 1}', "content_type": "application/ld+json"},
            400,
            None,
        ),
    ],
)
def test_an_upload_that_cannot_be_judged_says_why(call: dict, status: int, says: str | None, client: FlaskClient):
    answer = client.post("/validate", **call)
    assert answer.status_code == status
    said = problem(answer)
    assert says is None or says in said["detail"]


def test_a_syntax_error_keeps_what_was_pasted(client: FlaskClient):
    answer = client.post("/validate", data={"text": "<a:a> <b> ,"}, headers=HTML)
    assert answer.status_code == 400
    assert "line 1, column" in answer.text
    assert "&lt;a:a&gt; &lt;b&gt; ," in answer.text


def test_what_a_visitor_writes_is_shown_and_never_run(client: FlaskClient):
    evil = '<script>alert(1)</script>'
    for answer in (
        client.get(f"/{evil}", headers=HTML),
        client.get("/queries/practices-of-a-place", query_string={"place": evil}, headers=HTML),
        client.post("/sparql", data={"query": f'SELECT ("{evil}" AS ?x) {{}}'}, headers=HTML),
        client.post("/validate", data={"text": f'<a:a> a <{BASE}ontology#City> ; <a:b> "{evil}" .'}, headers=HTML),
    ):
        assert "<script" not in answer.text
    page = client.post("/sparql", data={"query": "SELECT (<javascript:alert(1)> AS ?x) {}"}, headers=HTML)
    assert 'href="javascript' not in page.text
