"""What can be taken away from an answer: every form of it is run or read here as a stranger would."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import shutil
import subprocess
import sys

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kg.answers import TABLES, Answer, Table, Term
from kg.citing import fingerprint
from kg.spreadsheet import spreadsheet
from tests.conftest import HTML, problem

ACTS = "/queries/acts-of-a-place?place=city:at-graz&place=city:at-vienna"
GRAPH = "/queries/actors-rights-groups-graph"


def programs(client: FlaskClient, path: str, root: str) -> dict[str, str]:
    """The programs on a page, by their language, as somebody copies them."""
    page = client.get(path, headers=HTML, base_url=root).text
    found = re.findall(r"<h3>(\w+).*?</h3>\s*<pre[^>]*data-copy>(.*?)</pre>", page, re.DOTALL)
    return {language: html.unescape(text) for language, text in found}


def run(command: list[str], text: str | None = None) -> str:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def count(client: FlaskClient, path: str, suffix: str) -> int:
    name, _, search = path.partition("?")
    return int(client.get(f"{name}.{suffix}?{search}").headers["X-Total-Count"])


@pytest.mark.parametrize("path", [ACTS, GRAPH])
def test_curl_fetches_the_answer(path: str, client: FlaskClient, site: str):
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    shown = run(["sh", "-c", programs(client, path, site)["curl"]])
    name, _, search = path.partition("?")
    suffix = "csv" if path == ACTS else "ttl"
    assert shown.encode() == client.get(f"{name}.{suffix}?{search}").data.replace(b"\r\n", b"\n")


def test_pandas_reads_the_answer(client: FlaskClient, site: str):
    text = programs(client, ACTS, site)["Python"] + "print(rows.shape, list(rows.columns))\n"
    shown = run([sys.executable, "-c", text])
    assert f"({count(client, ACTS, 'csv')}, 5) ['act', 'actLabel', 'type', 'step', 'date']" in shown


def test_rdflib_reads_the_graph(client: FlaskClient, site: str):
    shown = run([sys.executable, "-c", programs(client, GRAPH, site)["Python"]])
    assert shown.strip() == f"{count(client, GRAPH, 'nt')} statements"


@pytest.mark.parametrize(
    ("path", "suffix", "what"), [(ACTS, "json", "rows"), (GRAPH, "nt", "statements")]
)
def test_node_reads_the_answer(path: str, suffix: str, what: str, client: FlaskClient, site: str):
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    shown = run(["node", "-"], programs(client, path, site)["JavaScript"])
    assert f"{count(client, path, suffix)} {what}" in shown


@pytest.mark.parametrize("path", [ACTS, GRAPH])
def test_r_reads_the_answer(path: str, client: FlaskClient, site: str):
    if not shutil.which("Rscript"):
        pytest.skip("R is not installed")
    assert run(["Rscript", "-e", programs(client, path, site)["R"]])


# Citing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "suffix"), [(ACTS, "tsv"), (GRAPH, "nt")])
def test_the_fingerprint_is_what_a_shell_computes(path: str, suffix: str, client: FlaskClient):
    name, _, search = path.partition("?")
    said = client.get(f"{name}/citation.json?{search}").get_json(force=True)[0]["note"]
    lines = client.get(f"{name}.{suffix}?{search}").data.splitlines(keepends=True)
    rows = sorted(lines[1:] if suffix == "tsv" else lines)
    assert said.endswith(hashlib.sha256(b"".join(rows)).hexdigest())


def test_the_fingerprint_changes_with_a_value_and_not_with_the_order():
    def of(*rows: str) -> str:
        bindings = [{"x": {"type": "literal", "value": row}} for row in rows]
        body = json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": bindings}})
        return fingerprint(Answer("table", TABLES["json"], body.encode()))

    assert of("a", "b") == of("b", "a")
    assert of("a", "b") != of("a", "c")
    assert of("a", "a") != of("a")
    assert of() == hashlib.sha256(b"").hexdigest()
    assert of("two\nlines") == hashlib.sha256(b'"two\\nlines"\n').hexdigest()


def test_a_citation_has_version_rows_fingerprint_and_what_was_asked(client: FlaskClient):
    name, _, search = ACTS.partition("?")
    (item,) = client.get(f"{name}/citation.json?{search}").get_json(force=True)
    version = client.get("/health").get_json()["version"]
    assert item["version"] == version
    assert item["type"] == "dataset"
    assert "place: Graz, Vienna" in item["title"]
    assert item["URL"].endswith(f"{ACTS}&version={version}")
    assert f"{count(client, ACTS, 'csv')} rows" in item["note"]
    bib = client.get(f"{name}/citation.bib?{search}")
    assert bib.content_type.startswith("application/x-bibtex")
    assert bib.text.startswith(f"@misc{{acts-of-a-place-{version},")
    assert bib.text.count("{") == bib.text.count("}")
    page = html.unescape(client.get(ACTS, headers=HTML).text)
    sentence = client.get(f"{name}/citation.txt?{search}").text.strip()
    assert sentence in page
    assert version in sentence


def test_the_permanent_link_to_a_version_that_is_not_kept_says_so(client: FlaskClient):
    version = client.get("/health").get_json()["version"]
    same = client.get(f"{ACTS}&version={version}", headers=HTML)
    assert same.status_code == 200
    assert "This is the answer of version" not in same.text
    for path in ("", ".csv", "/citation.txt", "/embed"):
        other = client.get(f"/queries/acts-of-a-place{path}?version=0123456789abcdef")
        assert other.status_code == 404
        assert "No version of the graph is called '0123456789abcdef'" in problem(other)["detail"]


# Spreadsheets and frames -------------------------------------------------------------------------


def test_a_spreadsheet_has_the_rows_and_says_what_they_are(client: FlaskClient):
    name, _, search = ACTS.partition("?")
    answer = client.get(f"{name}.xlsx?{search}")
    assert answer.content_type.endswith("spreadsheetml.sheet")
    book = load_workbook(io.BytesIO(answer.data))
    rows = list(book["Answer"].iter_rows(values_only=True))
    assert rows[0] == ("act", "actLabel", "type", "step", "date")
    assert len(rows) - 1 == count(client, ACTS, "csv")
    facts = dict(book["About"].iter_rows(values_only=True))
    assert facts["Asked about"] == "place: Graz, Vienna"
    assert facts["Column step"] == "What happened to the act at this step."
    assert len(facts["SHA-256 of the rows"]) == 64


def test_no_cell_is_a_formula_and_a_number_is_a_number():
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    row = {
        "a": Term("literal", "=1+1"),
        "b": Term("literal", "3", datatype=integer),
        "c": Term("literal", "x\x00y"),
    }
    book = load_workbook(io.BytesIO(spreadsheet(Table(["a", "b", "c"], [row]), [("=A1", "=B1")])))
    cells = book["Answer"][2]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1", "s"),
        (3, "n"),
        ("x�y", "s"),
    ]
    assert book["About"]["A1"].data_type == "s"


def test_a_frame_may_be_shown_by_others_and_a_page_may_not(client: FlaskClient):
    name, _, search = ACTS.partition("?")
    frame = client.get(f"{name}/embed?{search}&view=timeline", headers=HTML)
    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "<svg" in frame.text
    assert "<nav" not in frame.text
    page = client.get(f"{ACTS}&view=timeline", headers=HTML)
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    shown = html.unescape(html.unescape(page.text))
    assert f'<iframe src="http://localhost{name}/embed?{search}&view=timeline"' in shown
