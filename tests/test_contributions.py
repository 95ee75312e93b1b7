"""Contributions over HTTP: pasted, uploaded or sent; judged as on the command line; never kept."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from kg.namespaces import BASE
from tests.conftest import HTML, ROOT, TESTS, TURTLE, problem

QUESTION = "/queries/practices-at-an-intersection"
GRAPH = "/queries/actors-rights-groups-graph"


WRONG = (TESTS / "shapes" / "Thing" / "class-is-defined.ttl").read_text()


def test_a_contribution_is_pasted_uploaded_or_sent(client: FlaskClient):
    import io

    pasted = client.post("/validate", data={"text": WRONG, "syntax": "turtle"}, headers=HTML)
    uploaded = client.post(
        "/validate", data={"file": (io.BytesIO(WRONG.encode()), "mine.ttl")}, headers=HTML
    )
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
    from kg.validation import Checker, read_file

    file = TESTS / "shapes" / "Thing" / "class-is-defined.ttl"
    review = Checker(house, store).check([read_file(file, house)])
    here = [(one.shape, one.thing, one.message) for one in review.findings]
    sent = json.loads(client.post("/validate", data=WRONG, content_type=TURTLE).data)
    assert [(one["shape"], one["thing"], one["message"]) for one in sent["findings"]] == here


def test_a_published_file_sent_as_its_own_new_version_is_fine(client: FlaskClient):
    text = (ROOT / "data" / "cities" / "us-pittsburgh.ttl").read_bytes()
    answer = client.post(
        "/validate?replaces=data/cities/us-pittsburgh", data=text, content_type=TURTLE
    )
    said = json.loads(answer.data)
    assert said["conforms"] is True
    assert said["findings"] == [] == said["adds"]["added"] == said["adds"]["removed"]


@pytest.mark.parametrize(
    ("call", "status", "says"),
    [
        ({"data": "city:a", "content_type": TURTLE}, 400, "line 1"),
        ({"data": b"", "content_type": TURTLE}, 400, "nothing to check"),
        ({"data": "x", "content_type": "text/plain"}, 415, "a table as one of"),
        (
            {"data": WRONG, "content_type": TURTLE, "headers": {"Accept": "image/png"}},
            406,
            "Findings are",
        ),
        ({"data": b"#" * 1_500_000, "content_type": TURTLE}, 413, None),
        (
            {"data": WRONG, "content_type": TURTLE, "query_string": {"replaces": "data/x"}},
            400,
            "No published file",
        ),
        (
            {"data": {"text": "x", "syntax": "n3"}, "headers": {"Accept": "application/json"}},
            415,
            "one of: turtle",
        ),
        (
            {
                "data": '{"@context": "http://127.0.0.1:9/c", "@id": "a:a", "p": 1}',
                "content_type": "application/ld+json",
            },
            400,
            None,
        ),
    ],
)
def test_an_upload_that_cannot_be_judged_says_why(
    call: dict, status: int, says: str | None, client: FlaskClient
):
    answer = client.post("/validate", **call)
    assert answer.status_code == status
    said = problem(answer)
    assert says is None or says in said["detail"]


def test_a_syntax_error_keeps_what_was_pasted(client: FlaskClient):
    answer = client.post("/validate", data={"text": "<a:a> <b> ,"}, headers=HTML)
    assert answer.status_code == 400
    assert '<a href="#L1">Line 1, column' in answer.text
    assert '<mark id="L1">' in answer.text
    assert "&lt;a:a&gt; &lt;b&gt; ,</textarea>" in answer.text


def test_what_a_visitor_writes_is_shown_and_never_run(client: FlaskClient):
    evil = "<script>alert(1)</script>"
    for answer in (
        client.get(f"/{evil}", headers=HTML),
        client.get("/queries/practices-of-a-place", query_string={"place": evil}, headers=HTML),
        client.post("/sparql", data={"query": f'SELECT ("{evil}" AS ?x) {{}}'}, headers=HTML),
        client.post(
            "/validate",
            data={"text": f'<a:a> a <{BASE}ontology#City> ; <a:b> "{evil}" .'},
            headers=HTML,
        ),
    ):
        scripts = re.findall(r"<script[^>]*>[^<]*", answer.text, re.I)
        ours = r'<script src="/static/[a-z]+\.js"(?: data-[a-z]+="[^"<>]*")* defer>'
        assert all(re.fullmatch(ours, one) for one in scripts)
    page = client.post(
        "/sparql", data={"query": "SELECT (<javascript:alert(1)> AS ?x) {}"}, headers=HTML
    )
    assert 'href="javascript' not in page.text
