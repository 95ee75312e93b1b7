"""Rows counted over two columns at once."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

from flask.testing import FlaskClient

from kg.answers import Table, Term
from server.question.views import MATRIX, look, offered
from server.question.views.matrix import as_csv, crossed, matrix
from tests.conftest import HTML

RIGHT = "https://w3id.org/hrcities/right/"


def table(*pairs: tuple[str, str]) -> Table:
    rows = [
        {"what": Term("literal", what), "right": Term("uri", RIGHT + right, label=right)}
        for what, right in pairs
    ]
    return Table(["what", "right"], rows)


# Two resolutions and one charter on housing, one charter on water, one resolution on water.
FIVE = table(
    *[("resolution", "housing")] * 2,
    ("charter", "housing"),
    ("charter", "water"),
    ("resolution", "water"),
)


def test_each_cell_counts_the_rows_that_have_both():
    drawn = str(matrix("what", "right", FIVE))
    cells = [
        re.findall(r"<td[^>]*>(\d+)</td>", line) for line in re.findall("<tr><th.*?</tr>", drawn)
    ]
    # Most first: three resolutions before two charters, housing (three) before water (two).
    assert cells == [["2", "1"], ["1", "1"]]
    assert '<th scope="col"><a href="/right/housing">housing</a></th>' in drawn
    assert '<td class="shade-5">2</td>' in drawn
    assert '<td class="shade-3">1</td>' in drawn


def test_it_is_offered_where_neither_column_tells_the_other():
    assert crossed(FIVE) == ("what", "right")
    assert MATRIX in offered("table", FIVE, {})
    told = table(("resolution", "housing"), ("charter", "water"), *[("pledge", "food")] * 3)
    assert crossed(told) is None
    assert MATRIX not in offered("table", told, {})
    assert "5" not in str(look(MATRIX, "table", told, told, {}).picture)


def test_the_numbers_can_be_taken_away_as_csv(client: FlaskClient):
    assert as_csv("what", "right", FIVE).splitlines() == [
        "what × right,housing,water",
        "resolution,2,1",
        "charter,1,1",
    ]
    page = client.get("/queries/initiation-and-kind-of-act?view=matrix", headers=HTML).text
    path = unescape(re.findall(r'href="([^"]*/matrix\.csv[^"]*)"', page)[0])
    taken = client.get(path)
    assert taken.mimetype == "text/csv"
    assert "initiation-and-kind-of-act-matrix.csv" in taken.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(taken.text)))
    drawn = re.findall(r"<tr><th.*?</tr>", page)
    assert [line[1:] for line in lines[1:]] == [
        re.findall(r"<td[^>]*>(\d+)</td>", one) for one in drawn
    ]
    none = client.get("/queries/acts-of-a-place/matrix.csv?place=city:ba-tuzla")
    assert none.status_code == 404
    assert "against each other" in none.json["detail"]


def test_a_pair_that_no_row_has_is_a_nought():
    drawn = str(matrix("what", "right", table(*FIVE_PAIRS[:4], ("will", "housing"))))
    assert drawn.count('<td class="none">0</td>') == 2


FIVE_PAIRS = [(str(row["what"]), str(row["right"])) for row in FIVE.rows]
