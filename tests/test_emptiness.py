"""Why an answer is empty, and how a question works: what the page says of both holds."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient

from kg.emptiness import Reason, reasons
from kg.house import House
from kg.queries import find, options
from kg.store import EmbeddedStore
from tests.conftest import HTML


def why(house: House, store: EmbeddedStore, name: str, **given: list[str]) -> dict[str, Reason]:
    found = reasons(
        find(house, name),
        given,
        store,
        lambda parameter: options(parameter, store),
        lambda text: store.answer(text).table(),
    )
    return {reason.parameter.name: reason for reason in found}


def rows(house: House, store: EmbeddedStore, name: str, **given: list[str]) -> int:
    return len(store.answer(find(house, name).bind(given, store)).table())


def test_each_near_value_gives_the_rows_that_are_promised(house: House, store: EmbeddedStore):
    found = why(house, store, "acts-of-a-place", place=["ba-tuzla"])
    assert set(found) == {"place"}
    assert found["place"].rows == rows(house, store, "acts-of-a-place", place=["any"])
    assert len(found["place"].near) == 5
    for value in found["place"].near:
        assert value.rows == rows(house, store, "acts-of-a-place", place=[value.text]) > 0


def test_values_of_the_same_country_are_nearer(house: House, store: EmbeddedStore):
    near = why(house, store, "acts-of-a-place", place=["region:us-hawaii"])
    assert all(value.text.split(":")[1].startswith("us-") for value in near["place"].near)


def test_of_two_conditions_only_the_one_that_empties_is_named(house: House, store: EmbeddedStore):
    """Every right that is worked on with some group leaves rows when the group is open, and the other way round."""
    name = "actors-by-right-and-group"
    everything = store.answer(find(house, name).bind({}, store)).table()
    rights = {row["right"].value for row in everything.rows}
    groups = {row["group"].value for row in everything.rows}
    met = {(row["right"].value, row["group"].value) for row in everything.rows}
    right, group = next(
        (right, group)
        for right in sorted(rights)
        for group in sorted(groups)
        if (right, group) not in met
    )
    found = why(house, store, name, right=[right], group=[group])
    assert set(found) == {"right", "group"}
    assert found["right"].rows == rows(house, store, name, right=["any"], group=[group])
    assert found["group"].rows == rows(house, store, name, right=[right], group=["any"])
    unused = next(
        one.value
        for one in options(find(house, name).parameters[0], store)
        if one.value not in rights
    )
    assert set(why(house, store, name, right=[unused], group=[group])) == {"right"}


def test_a_day_without_rows_has_days_beside_it(house: House, store: EmbeddedStore):
    name = "places-in-networks-at-a-date"
    assert rows(house, store, name, day=["1900-01-01"]) == 0
    near = why(house, store, name, day=["1900-01-01"])["day"].near
    assert near
    for value in near:
        assert value.rows == rows(house, store, name, day=[value.text]) > 0


def test_the_page_of_an_empty_answer_leads_to_answers(client: FlaskClient):
    page = client.get("/queries/acts-of-a-place?place=ba-tuzla", headers=HTML).text
    assert "No act of this place has been read yet" in page
    assert "<strong>place</strong>" in page
    near = re.search(r'<ul class="near".*?</ul>', page, re.DOTALL)[0]
    found = re.findall(r'<li><a href="([^"]+)">([^<]+)</a>: ([\d,]+) row', near)
    assert found
    for href, label, count in found:
        answer = client.get(html.unescape(href), headers=HTML)
        assert int(answer.headers["X-Total-Count"]) == int(count.replace(",", ""))
        said = html.unescape(answer.text)
        assert re.search(rf"\d acts? of {re.escape(html.unescape(label))}</p>", said)
    assert 'href="/contribute"' in page


def test_an_answer_with_rows_is_not_explained_away(client: FlaskClient):
    assert "leaves nothing" not in client.get("/queries/acts-of-a-place", headers=HTML).text


# How it works ------------------------------------------------------------------------------------


def test_the_query_opens_in_the_editor_with_what_was_asked(client: FlaskClient):
    page = client.get("/queries/acts-of-a-place?place=at-graz", headers=HTML).text
    link = re.search(r'href="(/sparql\?query=[^"]+)">Open it in the SPARQL editor', page)[1]
    assert "city%2Fat-graz" in link
    editor = client.get(html.unescape(link), headers=HTML)
    assert editor.status_code == 200
    assert "https://w3id.org/hrcities/city/at-graz" in html.unescape(editor.text)
    data = client.get(html.unescape(link), headers={"Accept": "text/csv"})
    assert data.data == client.get("/queries/acts-of-a-place.csv?place=at-graz").data


@pytest.mark.parametrize("name", ["acts-of-a-place", "actors-rights-groups-graph"])
def test_the_page_says_when_it_was_answered_and_explains_its_terms(name: str, client: FlaskClient):
    answer = client.get(f"/queries/{name}", headers=HTML)
    version = client.get("/health").get_json()["version"]
    text = " ".join(answer.text.split())
    what = "rows" if name == "acts-of-a-place" else "statements"
    total = answer.headers["X-Total-Count"]
    assert re.search(rf"at version <code>{version}</code> with {total} {what} in \d+ ms", text)
    assert re.search(r'<a href="/ontology#Act">|<a href="/ontology#concerns">', text)


def test_a_question_says_what_the_graph_lacks_for_it(client: FlaskClient):
    page = client.get("/queries/cedaw-acts-that-name-more", headers=HTML).text
    assert "The texts of most CEDAW ordinances were read in part only" in page
