"""The views of an answer: each offered only where its columns allow it, each drawn true to the rows."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kg.answers import Table, Term
from kg.namespaces import BASE
from kg.places import Spot, spots
from kg.store import EmbeddedStore
from server.question import views
from server.question.views.charts import bars
from server.question.views.maps import world
from server.question.views.timeline import dated, timeline
from tests.conftest import HTML

XSD = "http://www.w3.org/2001/XMLSchema#"
GRAZ = Term("uri", BASE + "city/at-graz", label="Graz")
YORK = Term("uri", BASE + "city/gb-york", label="York")
PLACES = {GRAZ.value: Spot(47.0, 15.0, "Graz"), YORK.value: Spot(54.0, -1.0, "York")}


def table(**columns: list[Term | str | None]) -> Table:
    cells = {
        name: [Term("literal", one) if isinstance(one, str) else one for one in column]
        for name, column in columns.items()
    }
    count = len(next(iter(cells.values())))
    return Table(list(cells), [{name: cells[name][at] for name in cells} for at in range(count)])


def number(value: int) -> Term:
    return Term("literal", str(value), datatype=XSD + "integer")


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (table(says=["a", "b"]), ["table"]),
        (table(says=[]), ["table"]),
        (table(place=[GRAZ, YORK]), ["table", "map"]),
        (table(place=[GRAZ, YORK], other=[YORK, GRAZ]), ["table", "map", "graph"]),
        (table(says=["a", "b"], date=["2001", None]), ["table", "timeline"]),
        (table(says=["a", "b"], date=["2001-02-08", "May 2001"]), ["table"]),
        (table(says=["a", "b"], count=[number(2001), number(3)]), ["table", "chart"]),
        (table(kind=["a", "a", "b", "b"]), ["table", "chart"]),
    ],
)
def test_a_view_is_offered_where_the_columns_allow_it(rows: Table, names: list[str]):
    assert views.offered("table", rows, PLACES) == names


def test_a_number_is_no_year():
    assert dated(table(count=[number(2001), number(1999)])) is None


def test_a_map_has_a_dot_for_each_place_where_it_lies():
    drawn = world(table(place=[GRAZ, YORK, GRAZ]), ["place"], PLACES)
    found = {
        name: (float(x), float(y), rows)
        for x, y, name, rows in re.findall(
            r'<circle cx="([\d.]+)" cy="([\d.]+)" r="[\d.]+"><title>(\w+): (\d+) row', drawn
        )
    }
    assert found["Graz"][2] == "2"
    assert found["York"][2] == "1"
    # 16 degrees of longitude and 7 of latitude at 960 points for 360 degrees
    assert found["Graz"][0] - found["York"][0] == pytest.approx(16 * 960 / 360, abs=0.2)
    assert found["Graz"][1] - found["York"][1] == pytest.approx(7 * 960 / 360, abs=0.2)
    assert 'href="/city/at-graz"' in drawn


def test_a_timeline_has_a_dot_for_each_dated_row_at_its_year():
    rows = table(act=[GRAZ, YORK, GRAZ, YORK], date=["2000", "2010-05", "2010-06-01", None])
    drawn = timeline(rows, "date")
    dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="\d+"><title>([^<]+)', drawn)
    assert [title for *_, title in dots] == ["2000: Graz", "2010-05: York", "2010-06-01: Graz"]
    (early, _, _), (late, one, _), (same, other, _) = dots
    assert float(early) < float(late) == float(same)
    assert one != other


def test_a_chart_has_a_bar_as_long_as_its_number():
    drawn = bars(table(force=["binding", "soft"], acts=[number(10), number(5)]))
    widths = [float(width) for width in re.findall(r'class="bar b0"[^>]* width="([\d.]+)"', drawn)]
    assert len(widths) == 2
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.2)


def test_a_chart_without_numbers_counts_rows():
    drawn = bars(table(kind=["a", "b", "a", "b", "a"]))
    assert re.findall(r"<title>rows for each kind: (\d)</title>", drawn) == ["3", "2"]


def test_places_have_coordinates(store: EmbeddedStore):
    found = spots(store)
    assert len(found) > 150
    graz = found[BASE + "city/at-graz"]
    assert (graz.latitude, graz.longitude, graz.name) == (47.07776, 15.41, "Graz")


def test_views_are_links_that_keep_what_is_asked(client: FlaskClient):
    address = "/queries/acts-of-a-place?place=city:at-graz&place=city:at-vienna"
    page = client.get(address, headers=HTML).text.replace("&amp;", "&")
    assert '<nav aria-label="Views">' in page
    assert f'href="{address}&view=timeline"' in page
    assert "view=map" not in page
    seen = client.get(f"{address}&view=timeline", headers=HTML).text.replace("&amp;", "&")
    assert f'href="{address}"' in seen
    assert 'aria-current="page">Timeline' in seen
    assert 'name="view" value="timeline"' in seen
    assert seen.count("<circle") == seen.count('<td role="cell" data-of="date">20')
    assert "<table" in seen


def test_a_view_that_an_answer_does_not_allow_shows_the_table(client: FlaskClient):
    page = client.get("/queries/acts-of-a-place?view=map", headers=HTML).text
    assert 'aria-current="page">Table' in page
    assert client.get("/queries/acts-of-a-place?view=sculpture", headers=HTML).status_code == 200


def test_a_graph_too_large_to_read_shows_the_rows_of_the_page(client: FlaskClient):
    page = client.get("/queries/follow-up-of-acts", headers=HTML).text
    assert 'aria-current="page">Graph' in page
    assert "in the rows of this page" in page
    assert "<svg" in page
