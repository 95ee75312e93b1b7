"""The page of one saved question: its fields, its parts, its address."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient

from kg.house import House
from kg.queries import every
from server.question.asked import RESERVED
from tests.conftest import HTML, page, problem

ACTS = "/queries/acts-of-a-place"
FOLLOW = "/queries/follow-up-of-acts"
GRAPH = "/queries/actors-rights-groups-graph"
WEAK = "/queries/facts-on-one-weak-source"


def links(answer) -> dict[str, str]:
    """The `Link` headers of an answer, by relation."""
    said = ", ".join(answer.headers.getlist("Link"))
    return {relation: where for where, relation in re.findall(r'<([^>]+)>; rel="(\w+)"', said)}


def test_no_parameter_is_called_as_something_else_in_the_address(house: House):
    for query in every(house):
        assert not {parameter.name for parameter in query.parameters} & set(RESERVED), query.name


# Parts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["json", "csv", "tsv", "xml"])
def test_the_parts_of_a_table_put_together_are_the_whole(suffix: str, client: FlaskClient):
    rows = {
        "json": lambda text: [json.dumps(row) for row in json.loads(text)["results"]["bindings"]],
        "csv": lambda text: text.splitlines()[1:],
        "tsv": lambda text: text.splitlines()[1:],
        "xml": lambda text: re.findall(r"<result>.*?</result>", text, re.DOTALL),
    }[suffix]
    whole = client.get(f"{FOLLOW}.{suffix}")
    address, found, walked = f"{FOLLOW}.{suffix}?size=150", [], []
    while address:
        part = client.get(address)
        assert part.headers["X-Total-Count"] == whole.headers["X-Total-Count"]
        found += rows(part.text)
        walked.append(address)
        address = links(part).get("next")
    assert found == rows(whole.text)
    assert len(found) == int(whole.headers["X-Total-Count"])
    assert len(walked) == -(-len(found) // 150) > 1


def test_the_parts_of_a_graph_put_together_are_the_whole(client: FlaskClient):
    whole = set(client.get(f"{GRAPH}.nt").text.splitlines())
    address, found = f"{GRAPH}.nt?size=100", []
    while address:
        part = client.get(address)
        assert int(part.headers["X-Total-Count"]) == len(whole)
        found += part.text.splitlines()
        address = links(part).get("next")
    assert len(found) == len(whole)
    assert set(found) == whole


def test_the_head_says_where_the_other_parts_are(client: FlaskClient):
    first = client.get(f"{FOLLOW}.csv?size=100")
    assert set(links(first)) == {"first", "next", "last"}
    middle = client.get(f"{FOLLOW}.csv?size=100&page=2")
    assert set(links(middle)) == {"first", "prev", "next", "last"}
    last = client.get(links(first)["last"])
    assert set(links(last)) == {"first", "prev", "last"}
    for where in links(middle).values():
        assert where.startswith(f"http://localhost{FOLLOW}.csv")
        assert client.get(where).status_code == 200


def test_a_page_of_an_answer_has_totals_and_leads_on(client: FlaskClient):
    answer = client.get(FOLLOW, headers=HTML)
    total = int(answer.headers["X-Total-Count"])
    assert f"Rows 1 to 25 of {total}" in answer.text
    assert f'<a rel="next" href="{FOLLOW}?page=2">Next</a>' in answer.text
    assert links(answer)["next"] == f"http://localhost{FOLLOW}?page=2"
    second = page(client, f"{FOLLOW}?page=2")
    assert f"Rows 26 to 50 of {total}" in second
    assert f'<a rel="prev" href="{FOLLOW}">Previous</a>' in second


def test_the_whole_of_a_short_answer_has_no_next(client: FlaskClient):
    answer = client.get(f"{ACTS}?place=at-graz", headers=HTML)
    assert {"first", "last"} <= set(links(answer))
    assert "next" not in links(answer)
    assert ">Next<" not in answer.text


@pytest.mark.parametrize(
    ("search", "status", "says"),
    [
        ("page=99", 404, "There is no page 99; the last is"),
        ("page=0", 400, "page is a whole number from 1"),
        ("page=-1", 400, "page is a whole number from 1"),
        ("page=two", 400, "page is a whole number from 1"),
        ("size=1001", 400, "size is a whole number from 1 to 1,000"),
        ("size=%C2%B2", 400, "size is a whole number"),
    ],
)
def test_a_part_that_there_is_not(search: str, status: int, says: str, client: FlaskClient):
    answer = client.get(f"{FOLLOW}.csv?{search}")
    assert answer.status_code == status
    assert says in problem(answer)["detail"]


# Fields ----------------------------------------------------------------------------------------


def test_two_values_of_one_parameter_are_asked_about_together(client: FlaskClient):
    def count(search: str) -> int:
        return int(client.get(f"{ACTS}.csv?{search}").headers["X-Total-Count"])

    graz, vienna = count("place=at-graz"), count("place=at-vienna")
    assert graz
    assert vienna
    assert count("place=at-graz&place=at-vienna") == graz + vienna
    both = page(client, f"{ACTS}?place=at-graz&place=at-vienna")
    assert both.count(" selected>") == 2
    assert "acts of Graz, Vienna" in both


def test_a_value_may_be_written_as_its_name(client: FlaskClient):
    by_name = client.get(f"{ACTS}.csv?place=Graz")
    assert by_name.data == client.get(f"{ACTS}.csv?place=city:at-graz").data


def test_a_field_says_what_it_is_for_and_what_it_is_when_left_empty(client: FlaskClient):
    text = " ".join(page(client, ACTS).split())
    assert "The place that the acts bind." in text
    assert "Left empty: Washington" in text
    assert re.search(
        r'<select id="p-place" name="place" multiple .*aria-describedby="h-place"', text
    )


def test_a_day_has_a_field_for_days(client: FlaskClient):
    text = page(client, "/queries/places-in-networks-at-a-date")
    assert re.search(r'<input id="p-day" name="day" value="2018-07-27" type="date"', text)


def test_a_list_too_long_for_a_page_is_looked_up(client: FlaskClient):
    text = page(client, WEAK)
    assert len(text) < 100_000
    assert 'value="act:us-traverse-city-2015-indigenous-peoples-day"' in text
    assert f"{WEAK}/values/thing" in text
    found = client.get(f"{WEAK}/values/thing.json?q=traverse peoples").get_json()
    assert {"act:us-traverse-city-2015-indigenous-peoples-day"} <= {one["value"] for one in found}
    assert all("traverse" in (one["value"] + one["label"]).lower() for one in found)
    listed = page(client, f"{WEAK}/values/thing?q=traverse")
    assert f'href="{WEAK}?thing=act%3Aus-traverse-city-2015-indigenous-peoples-day"' in listed
    assert client.get(f"{WEAK}/values/nothing").status_code == 404


def test_words_are_found_without_their_accents(client: FlaskClient):
    found = client.get(f"{ACTS}/values/place.json?q=medellin").get_json()
    assert [one["label"] for one in found] == ["Medellín"]


def test_what_cannot_be_asked_is_said_above_the_fields(client: FlaskClient):
    answer = client.get(f"{ACTS}?place=at-gras", headers=HTML)
    assert answer.status_code == 400
    text = " ".join(answer.text.split())
    assert re.search(r'role="alert">The parameter .*no Place here is called .*at-graz', text)
    assert '<select id="p-place"' in text


def test_every_question_stays_small(client: FlaskClient, house: House):
    for query in every(house):
        answer = client.get(f"/queries/{query.name}", headers=HTML)
        assert answer.status_code == 200, query.name
        without = re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.DOTALL)
        assert len(without.encode()) < 100_000, query.name
