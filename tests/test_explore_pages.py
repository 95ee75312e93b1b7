"""The pages and data of Explore, as a browser without scripts and a program meet them."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qsl

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from markupsafe import escape

from kg.cli import main
from kg.explore import VIEWS, Row, Statement
from kg.house import House
from kg.namespaces import shorten
from kg.tables.columns import KINDS
from server import create_app
from server.explore import written
from server.explore.page import ALONE, SHOWN, looked_at
from tests.conftest import HTML, problem
from tests.test_accessibility import Read

ASKED = {
    "intersections": "with=group:women&with=group:migrants",
    "silos": "at=2018",
    "peers": "city=city:zz-harbourton&region=region:zz-global-south",
    "model": "place=city:zz-millbrook&instrument=instrument:cedaw&group=group:women&follow-up=practice-type:budget",
    "atlas": "at=2016",
    "gaps": "at=2020",
    "reviews": "place=state:zz-zedland",
    "compare": "act=act:zz-larkhaven-2012-equality&act=act:zz-harbourton-2014-womens-equality",
}


@pytest.fixture(scope="module")
def invented(world_house: House, _own_cache: None) -> Iterator[FlaskClient]:
    """A client of the server over the invented world."""
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


def shown(cell: dict[str, str]) -> str:
    """A cell of the JSON as a table for people has it."""
    if cell["type"] == "uri":
        return cell.get("label") or shorten(cell["value"])
    return cell["value"]


def address(name: str, suffix: str = "") -> str:
    return f"/explore/{name}{suffix}?{ASKED[name]}"


def test_every_view_is_listed_and_reached_from_every_page(client: FlaskClient):
    assert '<a href="/explore">' in client.get("/", headers=HTML).text
    listed = client.get("/explore", headers=HTML).text
    for view in VIEWS:
        assert f'href="/explore/{view.name}"' in listed
    assert [one["view"] for one in client.get("/explore.json").json] == [one.name for one in VIEWS]


@pytest.mark.parametrize("name", ASKED)
def test_a_page_shows_its_answer_its_measures_and_how_to_cite_it(invented: FlaskClient, name: str):
    shown = invented.get(address(name), headers=HTML)
    assert shown.status_code == 200
    view = next(one for one in VIEWS if one.name == name)
    for measure in view.measures:
        assert f"<h3>{measure.name}</h3>" in shown.text
    assert "To cite this answer" in shown.text
    assert address(name).replace("&", "&amp;") in shown.text
    data = invented.get(address(name, ".json")).json
    assert all(part["title"] in shown.text.replace("&#39;", "'") for part in data["parts"])


@pytest.mark.parametrize("name", ASKED)
def test_a_page_can_be_read_by_ear_and_keyboard(invented: FlaskClient, name: str):
    page = Read(invented.get(address(name), headers=HTML).text)
    assert page.headings[0] == 1
    assert all(
        after <= before + 1 for before, after in zip(page.headings, page.headings[1:], strict=False)
    )
    assert set(page.fields) <= page.labels
    assert len(page.ids) == len(set(page.ids))
    assert set(page.said_by) <= set(page.ids)


@pytest.mark.parametrize("name", ASKED)
def test_csv_and_json_say_the_same_with_the_evidence(invented: FlaskClient, name: str):
    data = invented.get(address(name, ".json")).json
    for part in data["parts"]:
        text = invented.get(address(name, ".csv") + f"&part={part['name']}").text
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(rows) == len(part["rows"])
        for row, said in zip(rows, part["rows"], strict=True):
            if part["name"] in ("followup", "act"):
                continue
            assert row["evidence"].split() == [one["evidence"] for one in said["evidence"]]
            for column, cell in said["cells"].items():
                if cell:
                    assert row[column].removeprefix("'") == shown(cell)


def test_what_cannot_be_asked_is_said_where_it_can_be_mended(invented: FlaskClient):
    asked = "/explore/intersections?with=group:martians"
    page = invented.get(asked, headers=HTML)
    assert page.status_code == 400
    assert "is not one of the values" in page.text
    assert "<form" in page.text
    said = invented.get(asked.replace("?", ".json?"))
    assert (said.status_code, "martians" in problem(said)["detail"]) == (400, True)
    assert invented.get("/explore/nonsense").status_code == 404
    assert invented.get("/explore/intersections.docx").status_code == 406
    assert invented.get("/explore/intersections.csv?part=nonsense").status_code == 404


def test_gaps_come_as_tables_to_fill_in(invented: FlaskClient):
    """With the columns of the tables that are read as contributions, and what is known in its place.

    Nothing followed Ember's ordinance; who passed Dunmouth's pledge is not on record.
    """
    lacking = {
        "followup": ("county:zz-ember", "act:zz-ember-2013-equality"),
        "act": ("city:yy-dunmouth", "act:yy-dunmouth-2015-homes"),
    }
    for kind, (city, act) in lacking.items():
        text = invented.get(f"/explore/gaps.csv?at=2020&part={kind}").text
        heads, *rows = csv.reader(io.StringIO(text, newline=""))
        assert heads == [column.name for column in KINDS[kind].columns]
        found = next(row for row in rows if row[heads.index("city")] == city)
        assert found[heads.index("act")] == act


def test_the_network_is_drawn_with_every_node_named(invented: FlaskClient):
    shown = invented.get(address("silos"), headers=HTML).text
    nodes = next(
        one
        for one in invented.get(address("silos", ".json")).json["parts"]
        if one["name"] == "brokers"
    )
    picture = shown[shown.index("<svg") : shown.index("</svg>")]
    for row in nodes["rows"]:
        assert f"<title>{escape(row['cells']['broker']['label'])}</title>" in picture


@pytest.mark.parametrize("name", ASKED)
def test_a_citation_leads_back_to_what_it_cites(invented: FlaskClient, name: str):
    """Its address answers in this version of the graph, with the checksum that it names, and in no other."""
    said = invented.get(f"/explore/{name}/citation.json?{ASKED[name]}")
    entry = said.get_json(force=True)
    entry = entry[0] if isinstance(entry, list) else entry
    path = entry["URL"].removeprefix("http://localhost")
    assert invented.get(path, headers=HTML).status_code == 200
    table = invented.get(path.replace("?", ".csv?", 1))
    assert sha256(table.data).hexdigest() in said.text
    version = path.rpartition("version=")[2].partition("&")[0]
    assert version in invented.get(f"/explore/{name}/citation.bib?{ASKED[name]}").text
    other = invented.get(path.replace(version, "0" * 16))
    assert other.status_code == 404


def test_a_table_alone_has_all_its_rows(invented: FlaskClient):
    """Of what has more rows than a page shows; and a pair leads on to its crossing."""
    part = next(
        one
        for one in invented.get("/explore/intersections.json").json["parts"]
        if one["name"] == "pairs"
    )
    assert len(part["rows"]) > SHOWN
    page = invented.get("/explore/intersections", headers=HTML).text
    assert page.count('<tr role="row">') == SHOWN + 1
    assert 'href="/explore/intersections?part=pairs"' in page
    alone = invented.get("/explore/intersections?part=pairs", headers=HTML).text
    assert alone.count('<tr role="row">') == min(len(part["rows"]), ALONE) + 1
    pair = [part["rows"][0]["cells"][name]["value"] for name in ("one", "other")]
    asked = "&amp;".join(f"with={shorten(one)}" for one in pair)
    assert f"{asked}&amp;count=act" in page
    assert invented.get("/explore/intersections?part=none", headers=HTML).status_code == 404


def test_years_are_chosen_by_a_slider_and_by_links(invented: FlaskClient):
    """What else was asked stays as it is."""
    page = invented.get("/explore/silos?at=2018&ties=member&ties=act", headers=HTML).text
    years = page[page.index('aria-label="Years"') :]
    assert re.search(
        r'type="range" id="year" name="at" min="\d{4}" max="\d{4}" value="2018"', years
    )
    for kind in ("member", "act"):
        assert f'<input type="hidden" name="ties" value="{kind}">' in years
    assert '"/explore/silos?at=2017&amp;ties=member&amp;ties=act" rel="prev"' in years


def told(world_house: House, *words: str) -> Result:
    return CliRunner().invoke(main, ["--house", str(world_house.root), "explore", *words])


@pytest.mark.parametrize("name", ASKED)
def test_the_command_says_what_the_page_says(world_house: House, invented: FlaskClient, name: str):
    """With the parameters of the address: the JSON but for the address itself, and the CSV of each table."""
    asked = [word for key, value in parse_qsl(ASKED[name]) for word in (f"--{key}", value)]
    page = invented.get(address(name, ".json")).json
    data = json.loads(told(world_house, name, *asked, "--format", "json").stdout)
    assert data == {key: value for key, value in page.items() if key != "address"}
    part = data["parts"][-1]["name"]
    text = told(world_house, name, *asked, "--format", "csv", "--part", part)
    assert text.stdout_bytes == invented.get(address(name, ".csv") + f"&part={part}").data
    assert data["sentence"] in told(world_house, name, *asked).stdout


def test_the_command_says_what_it_cannot_do(world_house: House):
    for words, said in (
        (["planets"], "No view is called 'planets'. The views are: intersections"),
        (["silos", "--at", "soon"], "'soon' is no day"),
        (["peers", "--part", "nothing"], "there is: peers, region"),
        (["atlas", "--format", "docx"], "Choose from: text, csv, json."),
    ):
        answer = told(world_house, *words)
        assert (answer.exit_code, said in answer.stderr) == (2, True), answer.output


def test_the_command_makes_a_document(world_house: House):
    """A value may be written by its name or its short address alone."""
    made = told(world_house, "model", "--group", "women", "--instrument", "cedaw", "--format", "md")
    assert made.stdout.startswith("# What could a resolution say")
    assert "> “recognising the situation of migrant women”" in made.stdout
    taken = told(world_house, "model", "--group", "women", "--format", "docx")
    assert zipfile.is_zipfile(io.BytesIO(taken.stdout_bytes))


def test_an_address_asks_the_same_for_ever(invented: FlaskClient):
    """Equal addresses, equal bytes: the second time from what was kept."""
    first, second = (invented.get(address("intersections", ".json")) for _ in range(2))
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]


def test_of_a_row_with_much_evidence_a_page_reads_no_more_than_it_needs():
    """The data have that of all; the page says that there is more."""
    many = tuple(Statement("thing", "hrc:names", str(at)) for at in range(40))
    row, cut = looked_at(Row({}, many))
    assert (row.basis, cut) == (many[:24], True)
    assert looked_at(Row({}, many[:24])) == (Row({}, many[:24]), False)


def test_values_too_many_for_a_list_are_looked_up(client: FlaskClient):
    """The published graph has more acts than a list may have; two are written in, one of them by its name."""
    page = client.get("/explore/compare", headers=HTML).text
    assert 'data-look="/explore/compare/values/act.json"' in page
    found = client.get("/explore/compare/values/act.json?q=toledo cedaw").json
    assert [one["value"] for one in found] == ["act:us-toledo-2022-cedaw"]
    listed = client.get("/explore/compare/values/act?q=toledo+cedaw", headers=HTML).text
    assert "<code>act:us-toledo-2022-cedaw</code>" in listed
    asked = {"act": [found[0]["value"], "San Francisco's CEDAW ordinance"]}
    assert client.get("/explore/compare", query_string=asked, headers=HTML).status_code == 200
    assert client.get("/explore/compare/values/nothing").status_code == 404
    assert client.get("/explore/silos/values/at").status_code == 404


def test_a_long_table_of_data_comes_in_parts_that_lead_on(
    invented: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    whole = invented.get("/explore/silos.csv?part=ties&at=2018").text.splitlines()
    every = invented.get("/explore/silos.json?part=ties&at=2018").json["parts"][0]
    assert len(every["rows"]) == len(whole) - 1
    assert "next" not in every
    monkeypatch.setattr(written, "_ALONE", 7)
    for name in ("csv", "json"):
        address, found, parts = f"/explore/silos.{name}?at=2018&part=ties", [], 0
        while address:
            sent = invented.get(address)
            if name == "csv":
                assert sent.headers["X-Total-Count"] == str(len(whole) - 1)
                head, *rows = sent.text.splitlines()
                assert head == whole[0]
                links = re.findall(r'<http://localhost([^>]*)>; rel="next"', str(sent.headers))
                address = links[0] if links else ""
            else:
                (table,) = sent.json["parts"]
                rows, address = table["rows"], table["next"]
                assert table["total"] == len(whole) - 1
            found, parts = [*found, *rows], parts + 1
        assert found == (whole[1:] if name == "csv" else every["rows"])
        assert parts > 3
    beyond = invented.get("/explore/silos.csv?at=2018&start=5000")
    assert (beyond.status_code, "There is no row 5000" in problem(beyond)["detail"]) == (404, True)
    assert invented.get("/explore/silos.json?start=no").status_code == 400
