"""The SPARQL editor: what it begins from, what it completes, what it says of a query that is wrong."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient

from kg.namespaces import PREFIXES
from tests.conftest import HTML, problem

WRONG = "SELECT ?city\nWHERE { ?city a }"


def area(page: str) -> str:
    return html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])


def test_words_are_those_of_this_graph(client: FlaskClient):
    found = client.get("/sparql/words.json").get_json()
    assert found["prefixes"] == PREFIXES
    terms = {term["name"]: term for term in found["terms"]}
    act = terms["hrc:Act"]
    assert act["kind"] == "class"
    assert "binds itself" in act["definition"]
    counting = f"SELECT (COUNT(*) AS ?n) {{ ?s a <{PREFIXES['hrc']}Act> }}"
    count = client.get("/sparql", query_string={"query": counting, "format": "csv"}).text.split()[1]
    assert act["uses"] == int(count)
    assert terms["rdfs:label"]["kind"] == "property"


def test_a_saved_question_is_taken_without_running_it(client: FlaskClient):
    page = client.get("/sparql?example=acts-of-a-place", headers=HTML).text
    assert "VALUES ?place { city:us-washington }" in area(page)
    assert "<h2>Answer</h2>" not in page
    assert client.get("/sparql?example=nope", headers=HTML).status_code == 404


def test_an_answer_has_a_link_to_share(client: FlaskClient):
    query = "SELECT ?s { ?s a ?c } LIMIT 3"
    page = client.post("/sparql", data={"query": query}, headers=HTML).text
    link = html.unescape(re.search(r'href="([^"]+)" id="share"', page)[1])
    again = client.get(link, headers=HTML)
    assert again.status_code == 200
    assert area(again.text) == query


def test_a_query_that_is_wrong_stays_with_its_line_marked(client: FlaskClient):
    answer = client.post("/sparql", data={"query": WRONG}, headers=HTML)
    assert answer.status_code == 400
    assert area(answer.text) == WRONG
    assert 'data-line="2"' in answer.text
    assert re.search(
        r'<span class="number">2</span> WHERE \{ \?city a <mark>\}</mark>', answer.text
    )
    assert 'role="alert"' in answer.text


def test_a_program_gets_its_error_as_before(client: FlaskClient):
    answer = client.post("/sparql", data={"query": WRONG})
    assert answer.status_code == 400
    assert problem(answer)["line"] == 2


def test_a_refused_query_stays_too(client: FlaskClient):
    query = "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"
    answer = client.post("/sparql", data={"query": query}, headers=HTML)
    assert answer.status_code == 400
    assert area(answer.text) == query
