"""Contributions as tables: what rows become, how a workbook is refused, and the same report at every door."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from csvw import CSVW
from flask.testing import FlaskClient
from openpyxl import Workbook

from kg.errors import SyntaxFault, TooLarge
from kg.handover import hand_over
from kg.house import House
from kg.rdf import parse
from kg.store import EmbeddedStore
from kg.tables import MEDIA_TYPES
from kg.tables.columns import KINDS
from kg.tables.template import as_csv
from kg.turtle import write
from kg.validation import Brought, Checker
from tests.conftest import HTML, TESTS

GAZETTE = "https://gazette.example/30"
CITY_WITH_ACTS = [
    ["act", "title", "city", "type", "passed", "rights", "city name", "country", "source", "source title",
     "source grade", "quote", "seen"],
    ["zz-newbridge-2020-housing", "Newbridge's ordinance on housing", "zz-newbridge", "ordinance", "2020-03-02",
     "right:housing", "Newbridge", "Zedland", GAZETTE, "Gazette, issue 30", "official record",
     "Newbridge in Zedland passed an ordinance on housing on 2 March 2020", "2026-11-22"],
    ["zz-newbridge-2021-health", "Newbridge's resolution on health", "zz-newbridge", "resolution", "2021",
     "right:health", "", "", GAZETTE, "", "", "and in 2021 a resolution on health", "2026-11-22"],
    ["zz-newbridge-2021-health", "", "", "", "", "right:education", "", "", GAZETTE, "", "",
     "which speaks of schools as well", "2026-11-23"],
]  # fmt: skip


def as_text(rows: list[list[str]], mark: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows(rows)
    return out.getvalue().encode()


def as_workbook(rows: list[list[str]], **sheets: list[list[str]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def checker(world_house: House, world: EmbeddedStore) -> Checker:
    return Checker(world_house, world)


def test_one_table_carries_a_city_with_its_acts(checker: Checker, world_house: House):
    brought = Brought("mine.csv", as_text(CITY_WITH_ACTS), "csv")
    review = checker.check([brought], weigh=False)
    assert review.findings == ()
    expected = parse((TESTS / "tables" / "newbridge.ttl").read_bytes(), "newbridge.ttl")
    assert write(q.triple for q in checker.read([brought])) == write(q.triple for q in expected)
    ready = hand_over(checker.read([brought]), "", world_house)
    assert ready.path == "data/cities/zz-newbridge.ttl"
    assert ready.text == (TESTS / "tables" / "newbridge.ttl").read_text()


def test_a_workbook_may_have_a_sheet_for_each_kind(checker: Checker):
    city, act = (CITY_WITH_ACTS[0].copy(), CITY_WITH_ACTS[1].copy())
    cities = [
        ["city", "city name", "country", *CITY_WITH_ACTS[0][8:]],
        ["zz-newbridge", "Newbridge", "Zedland", *act[8:]],
    ]
    acts = [city[:6] + city[8:], act[:6] + act[8:]]
    both = Brought("mine.xlsx", as_workbook(cities, acts=acts), "xlsx")
    assert checker.check([both], weigh=False).findings == ()
    acts[1][3] = "ordinances"
    wrong = Brought("mine.xlsx", as_workbook(cities, acts=acts), "xlsx")
    (finding,) = checker.check([wrong], weigh=False).findings
    assert str(finding.spot) == 'row 2, column "type" (acts!D2)'


@pytest.mark.parametrize("kind", list(KINDS))
def test_an_empty_template_says_nothing_and_is_no_fault(checker: Checker, kind: str):
    brought = Brought("mine.csv", as_csv(KINDS[kind]).encode(), "csv")
    assert checker.read([brought]) == []
    assert checker.check([brought], weigh=False).findings == ()


@pytest.mark.parametrize("kind", list(KINDS))
def test_another_reader_of_csvw_takes_the_metadata(kind: str, tmp_path: Path):
    template = KINDS[kind]
    file = tmp_path / f"{kind}.csv"
    examples = [one.example for one in template.columns]
    file.write_bytes(as_text([[one.title for one in template.columns], examples]))
    (tmp_path / f"{kind}.csv-metadata.json").write_text(template.metadata)
    read = CSVW(str(file))  # what it warns of is an error here
    assert read.is_valid
    (row,) = read.tables[0]
    assert list(row) == [one.name for one in (*template.columns, *template.virtual)]
    assert row["quote"] == template.by_name["quote"].example
    assert str(row["seen"]).startswith("2026-11-22")


def test_a_row_of_examples_is_read_but_for_what_is_not_published(checker: Checker):
    """Each template's own examples: nothing is wrong with them but that this world has no such things."""
    for template in KINDS.values():
        rows = [[one.title for one in template.columns], [one.example for one in template.columns]]
        review = checker.check([Brought("mine.csv", as_text(rows), "csv")], weigh=False)
        blocking = [one.shape for one in review.findings if one.blocks]
        assert all(one.endswith(("-known", "unknown-name")) for one in blocking), blocking


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def with_part(book: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one part in another's place."""
    with zipfile.ZipFile(io.BytesIO(book)) as old:
        parts = {one: old.read(one) for one in old.namelist()} | {name: content}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one, text in parts.items():
            new.writestr(one, text)
    return out.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">
<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>"""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not a zip at all", "does not unpack"),
        (b"PK\x03\x04 and then nothing", "does not unpack"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "old form (.xls)"),
        (packed(readme=b"no workbook"), "no workbook that can be read"),
        (packed(bomb=bytes(61_000_000)), "unpacks to more than 60,000,000 bytes"),
        (packed(**{f"part{n}": b"" for n in range(1_001)}), "1,000 parts"),
        (with_part(as_workbook(CITY_WITH_ACTS), "xl/worksheets/sheet1.xml", LAUGHS), "entities"),
        (as_workbook([["one", "two"], ["3", "4"]]), "“one”, “two”"),
        (as_workbook([]), "It is empty"),
    ],
    ids=["text", "cut", "xls", "zip", "bomb", "parts", "entities", "other", "empty"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused_in_a_sentence(
    checker: Checker, content: bytes, sentence: str
):
    with pytest.raises((SyntaxFault, TooLarge)) as caught:
        checker.check([Brought("mine.xlsx", content, "xlsx")], weigh=False)
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"name,colour\nGraz,red\n", "“name”, “colour”"),
        (b"", "It is empty"),
        (b"act,title,city\nx,y\x00z,w\n", "NUL"),
        (b'act,title,city\nx,"' + b"y" * 30_000 + b"\n", "quotation mark"),
        (b"act,title,city\n" + b"x,y,z\n" * 20_001, "more than 20,000 rows"),
    ],
    ids=["other", "empty", "nul", "unclosed", "long"],
)
def test_what_is_no_table_is_refused_in_a_sentence(checker: Checker, text: bytes, sentence: str):
    with pytest.raises((SyntaxFault, TooLarge)) as caught:
        checker.check([Brought("mine.csv", text, "csv")], weigh=False)
    assert sentence in str(caught.value)


def test_the_web_judges_tables_with_row_and_column(client: FlaskClient):
    rows = [row.copy() for row in CITY_WITH_ACTS]
    rows[0][12], rows[1][7], rows[1][4] = "date seen", "United States", "23/02/2020"
    for row in rows[1:]:
        row[0], row[2] = row[0].replace("zz-", "us-"), row[2].replace("zz-", "us-")
    page = client.post(
        "/validate", data={"file": (io.BytesIO(as_text(rows, ";")), "mine.csv")}, headers=HTML
    )
    assert page.status_code == 200
    assert "row 2, column &#34;passed&#34; (E2)" in page.text
    assert "Write 2020-02-23" in page.text
    content = as_workbook(rows)
    sent = client.post("/validate?format=sarif", data=content, content_type=MEDIA_TYPES["xlsx"])
    (result,) = json.loads(sent.data)["runs"][0]["results"]
    (where,) = result["locations"]
    region = {"startLine": 2, "startColumn": 5, "endLine": 2, "endColumn": 6}
    assert where["physicalLocation"]["region"] == region
    assert where["message"]["text"] == 'row 2, column "passed" (E2)'
    rows[1][4] = "2020-02-23"
    page = client.post(
        "/validate", data={"file": (io.BytesIO(as_workbook(rows)), "mine.xlsx")}, headers=HTML
    )
    assert "Download the file" in page.text
    assert "data/cities/us-newbridge.ttl" in page.text
    handed = client.post(
        "/contribute/file", data={"file": (io.BytesIO(as_workbook(rows)), "mine.xlsx")}
    )
    assert "us-newbridge.ttl" in handed.headers["Content-Disposition"]
    text = handed.text.replace("state:us", "state:zz-zedland").replace(
        "us-newbridge", "zz-newbridge"
    )
    text = text.replace('"2020-02-23"^^', '"2020-03-02"^^')
    assert text == (TESTS / "tables" / "newbridge.ttl").read_text()


def test_json_tells_the_cell(client: FlaskClient):
    sent = client.post(
        "/validate", data=b"claim,about,words,source,quote\n", content_type=MEDIA_TYPES["csv"]
    )
    said = json.loads(sent.data)
    assert said["conforms"] is False
    (found,) = said["findings"]
    assert found["spot"] | {"end_line": 0, "end_column": 0} == {
        "line": 1, "column": 5, "end_line": 0, "end_column": 0, "header": "seen", "cell": "E1",
    }  # fmt: skip


def test_the_page_hands_out_templates(client: FlaskClient):
    page = client.get("/contribute").text
    for kind in KINDS:
        for form in ("csv", "xlsx", "json"):
            address = f"/contribute/template/{kind}.{form}"
            assert form == "json" or f'href="{address}"' in page
            answer = client.get(address)
            assert answer.status_code == 200
            assert "attachment" in answer.headers["Content-Disposition"]
    assert client.get("/contribute/template/moon.csv").status_code == 404
