"""The server as a program meets it: formats, statuses, names, and what it refuses."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.namespaces import BASE
from tests.conftest import HTML, ROOT, TURTLE, problem

QUESTION = "/queries/practices-at-an-intersection"
GRAPH = "/queries/actors-rights-groups-graph"


# Formats -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        (QUESTION, "text/html", "text/html; charset=utf-8"),
        (QUESTION, "*/*", "text/html; charset=utf-8"),
        (QUESTION, "application/json", "application/sparql-results+json"),
        (QUESTION, "application/sparql-results+xml", "application/sparql-results+xml"),
        (QUESTION, "text/csv", "text/csv; charset=utf-8"),
        (
            QUESTION,
            "text/tab-separated-values, text/html;q=0.5",
            "text/tab-separated-values; charset=utf-8",
        ),
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


@pytest.mark.parametrize(
    "path", [QUESTION, GRAPH, "/sparql?query=ASK{}", "/", "/city/us-pittsburgh"]
)
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
    page = client.get(QUESTION + "?size=1000", headers=HTML).text
    assert page.count('<tr role="row">') == len(rows) + 1


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
    assert (
        client.get("/queries/practices-of-a-place.json?place=").data
        == client.get("/queries/practices-of-a-place.json").data
    )


def test_an_empty_answer_says_why(client: FlaskClient):
    page = client.get("/queries/acts-of-a-place?place=ba-tuzla", headers=HTML).text
    assert "No act of this place has been read yet" in page


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
def test_a_wrong_address_gets_a_status_and_a_sentence(
    path: str, status: int, says: str | None, client: FlaskClient
):
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
    [
        (HTML["Accept"], ".html"),
        ("*/*", ".html"),
        (TURTLE, ".ttl"),
        ("application/ld+json", ".jsonld"),
    ],
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


def test_a_thing_offers_the_questions_that_can_be_asked_about_it(client: FlaskClient):
    page = client.get("/right/housing.html").text
    assert 'href="/queries/where-a-right-is-guaranteed?right=right:housing"' in page
    assert "/queries/practices-of-a-place" not in page
    assert "ICESCR, article 11" in page
    offered = re.findall(r'href="(/queries/[^"]+)"', page)
    assert all(client.get(address.replace("&amp;", "&")).status_code == 200 for address in offered)


def test_a_file_and_the_ontology_have_pages_and_data(client: FlaskClient):
    assert client.get("/data/cities/us-pittsburgh.html").status_code == 200
    there = set(
        ox.parse(client.get("/data/cities/us-pittsburgh.ttl").data, format=ox.RdfFormat.TURTLE)
    )
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


@pytest.mark.parametrize(
    "path", ["/", "/queries", QUESTION, "/sparql", "/validate", "/city/us-washington.html"]
)
def test_a_page_needs_no_script_and_nothing_from_elsewhere(path: str, client: FlaskClient):
    answer = client.get(path, headers=HTML)
    blocks = re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, re.DOTALL)
    scripts = [
        one for one in blocks if one[0] != ' type="application/ld+json"'
    ]  # data, which no browser runs
    assert all(
        re.fullmatch(r' src="/static/\w+\.js"( data-\w+="[^"]*")* defer', tag) for tag, _ in scripts
    )
    assert not any(inside for _, inside in scripts)
    assert "style=" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:<link rel="(?:stylesheet|icon)"[^>]*href|src)="([^"]+)"', answer.text)
    assert all(address.startswith("/static/") for address in loaded)
    assert re.search(r'<html lang="en">', answer.text)
    assert answer.text.count("<h1>") == 1
    for field in re.findall(
        r'<(?:input|select|textarea) (?![^>]*type="hidden")[^>]*id="([^"]+)"', answer.text
    ):
        assert f'for="{field}"' in answer.text


# What is kept -------------------------------------------------------------------------------------


def test_what_was_asked_for_longest_ago_makes_room(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    desk = client.application.extensions["desk"]
    texts = [f'SELECT ("{letter * 5_000}" AS ?it) {{}}' for letter in "abcd"]
    desk.ours(texts[0])
    each, before = len(desk.ours(texts[0]).answer.body), desk._kept_bytes
    assert before == sum(len(kept.answer.body) for kept in desk._kept.values())
    monkeypatch.setattr("server.desk._KEPT_BYTES", before + 2 * each)
    for text in texts[1:3]:
        desk.ours(text)
    first = desk.ours(texts[0])  # asked for again: others go before it
    desk.ours(texts[3])
    assert desk._kept_bytes == sum(len(kept.answer.body) for kept in desk._kept.values())
    assert each < desk._kept_bytes <= before + 2 * each
    assert desk.ours(texts[0]) is first
