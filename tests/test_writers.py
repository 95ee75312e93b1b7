"""A report in each of its six forms, by the command line and by the server: the same findings, for other readers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from rdflib import Graph
from rdflib.namespace import RDF, SH
from werkzeug.test import TestResponse

from kg.cli import main
from kg.house import House
from kg.namespaces import BASE, PREFIXES
from server import create_app
from tests.conftest import HTML, TESTS

SHAPES = TESTS / "shapes"
TEXTS = {
    "clean": (SHAPES / "Act" / "ok.ttl").read_text(),
    "warned": (SHAPES / "Thing" / "term-is-current.ttl").read_text(),
    "wrong": (SHAPES / "Act" / "place-is-known.ttl").read_text(),
    "slipped": (SHAPES / "Act" / "ok.ttl")
    .read_text()
    .replace("http://www.w3.org/2000/01/rdf-schema#", "https://www.w3.org/2000/01/rdf-schema#"),
    "unread": "PREFIX hrc: <https://w3id.org/hrcities/ontology#>\ncity:a a hrc:City .\n",
}
# How the command line leaves, and how the server answers.
OUTCOMES = {
    "clean": (0, 200),
    "warned": (0, 200),
    "wrong": (1, 200),
    "slipped": (1, 200),
    "unread": (2, 400),
}
FORMS = ["text", "json", "turtle", "sarif", "junit"]
VALIDATOR = Draft202012Validator(
    json.loads(CliRunner().invoke(main, ["validate", "--format", "schema"]).output)
)


@pytest.fixture(scope="module")
def door(world_house: House, _own_cache: None) -> Iterator[FlaskClient]:
    """A client of the server over the invented world."""
    app = create_app({"HOUSE": world_house.root})
    yield app.test_client()
    app.extensions["desk"].close()


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, in which the texts lie as files."""
    monkeypatch.chdir(tmp_path)
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.ttl").write_text(text)
    return tmp_path


def by_hand(name: str, form: str, house: House) -> Result:
    command = ["--house", str(house.root), "validate", f"{name}.ttl", "--format", form]
    return CliRunner().invoke(main, command)


def by_web(name: str, form: str, door: FlaskClient) -> TestResponse:
    return door.post(f"/validate?format={form}", data=TEXTS[name], content_type="text/turtle")


def placeless(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings without the name of the text, which a browser does not tell."""
    return [{**one, "file": ""} for one in findings]


@pytest.mark.parametrize("name", [name for name in TEXTS if name != "unread"])
def test_the_command_line_and_the_server_report_the_same(
    name: str, brought: Path, world_house: House, door: FlaskClient
):
    here = json.loads(by_hand(name, "json", world_house).output)
    there = json.loads(by_web(name, "json", door).data)
    assert placeless(here["findings"]) == placeless(there["findings"])
    for part in ("conforms", "statements", "adds", "answers"):
        assert here[part] == there[part], part


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TEXTS)
def test_a_form_changes_nothing_about_the_outcome(
    name: str, form: str, brought: Path, world_house: House, door: FlaskClient
):
    left, answered = OUTCOMES[name]
    assert by_hand(name, form, world_house).exit_code == left
    assert by_web(name, form, door).status_code == answered


@pytest.mark.parametrize("name", TEXTS)
def test_the_page_is_a_form_too(name: str, door: FlaskClient):
    page = door.post("/validate", data={"text": TEXTS[name]}, headers=HTML)
    assert page.status_code == OUTCOMES[name][1]
    if name == "unread":
        assert "This cannot be read yet" in page.text
        return
    found = json.loads(by_web(name, "json", door).data)["findings"]
    assert page.text.count('<li class="violation" id="F') == sum(
        one["severity"] == "violation" for one in found
    )
    for one in found:
        assert f'href="/{one["shape"].removeprefix(BASE)}"' in page.text
        if one["spot"]:
            line = one["spot"]["line"]
            assert (
                f'<a href="#L{line}">line {line}, column {one["spot"]["column"]}</a>' in page.text
            )
            assert f'<mark id="L{line}">' in page.text


# JSON ---------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_json_is_as_its_schema_says(name: str, brought: Path, world_house: House):
    VALIDATOR.validate(json.loads(by_hand(name, "json", world_house).output))


def test_the_schema_is_a_schema_and_describes_each_part(door: FlaskClient):
    Draft202012Validator.check_schema(VALIDATOR.schema)
    assert json.loads(door.get("/contribute/schema.json").data) == VALIDATOR.schema
    nothing: dict[str, Any] = {"conforms": True, "findings": []}
    assert not VALIDATOR.is_valid(nothing)


def test_the_schema_refuses_what_is_not_a_report(brought: Path, world_house: House):
    report = json.loads(by_hand("wrong", "json", world_house).output)
    report["findings"][0]["severity"] = "terrible"
    assert not VALIDATOR.is_valid(report)


# SHACL --------------------------------------------------------------------


def test_the_shacl_report_has_a_result_for_each_finding(brought: Path, world_house: House):
    found = json.loads(by_hand("wrong", "json", world_house).output)["findings"]
    report = Graph().parse(data=by_hand("wrong", "turtle", world_house).output, format="turtle")
    (node,) = report.subjects(RDF.type, SH.ValidationReport)
    assert report.value(node, SH.conforms).toPython() is False
    results = list(report.objects(node, SH.result))
    assert sorted(str(report.value(one, SH.sourceShape)) for one in results) == sorted(
        one["shape"] for one in found
    )
    for one in results:
        assert report.value(one, SH.resultSeverity) in (SH.Violation, SH.Warning, SH.Info)
        assert report.value(one, SH.focusNode) is not None


# SARIF --------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_sarif_has_what_the_standard_requires(
    name: str, brought: Path, world_house: House, door: FlaskClient
):
    """SARIF 2.1.0: version and runs; a tool with a driver and a name; each result with a message, its rule, a place."""
    for text in (by_hand(name, "sarif", world_house).output, by_web(name, "sarif", door).text):
        log = json.loads(text)
        assert log["version"] == "2.1.0"
        assert log["$schema"].endswith("sarif-2.1.0.json")
        (run,) = log["runs"]
        driver = run["tool"]["driver"]
        assert driver["name"] == "kg validate"
        rules = [rule["id"] for rule in driver["rules"]]
        assert len(rules) == len(set(rules))
        assert (len(run["results"]) > 0) == (name != "clean")
        for result in run["results"]:
            assert result["level"] in ("none", "note", "warning", "error")
            assert result["message"]["text"]
            assert result["ruleId"] in rules
            for location in result["locations"]:
                region = location["physicalLocation"]["region"]
                assert min(region["startLine"], region["startColumn"]) >= 1
                start = (region["startLine"], region["startColumn"])
                assert (region.get("endLine", start[0]), region.get("endColumn", start[1])) >= start


def test_a_rules_help_is_a_page_of_the_server(brought: Path, world_house: House, door: FlaskClient):
    for name in ("wrong", "slipped", "unread"):
        log = json.loads(by_hand(name, "sarif", world_house).output)
        rules = log["runs"][0]["tool"]["driver"]["rules"]
        assert rules
        for rule in rules:
            path = "/" + rule["helpUri"].removeprefix(BASE)
            page = door.get(path, headers=HTML, follow_redirects=True)
            assert page.status_code == 200, rule
            assert "How to mend it" in page.text, rule


def test_sarif_points_at_the_line_of_the_file(brought: Path, world_house: House):
    log = json.loads(by_hand("wrong", "sarif", world_house).output)
    (result,) = log["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "wrong.ttl"
    line = TEXTS["wrong"].splitlines()[place["region"]["startLine"] - 1]
    assert line[place["region"]["startColumn"] - 1 :].startswith("actor:zz-millbrook-council")


# JUnit --------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_junit_counts_what_it_holds(
    name: str, brought: Path, world_house: House, door: FlaskClient
):
    for text in (by_hand(name, "junit", world_house).output, by_web(name, "junit", door).text):
        suite = ElementTree.fromstring(text)
        assert suite.tag == "testsuite"
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "0")) == len(cases) >= 1
        assert int(suite.get("failures", "0")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("errors", "0")) == len(suite.findall("testcase/error"))
        broken = suite.findall("testcase/failure") + suite.findall("testcase/error")
        assert (len(broken) > 0) == (OUTCOMES[name][0] != 0)
        for case in cases:
            assert case.get("name")
            assert case.get("classname")


# Text ---------------------------------------------------------------------


def test_text_says_where_what_and_how(brought: Path, world_house: House):
    said = by_hand("wrong", "text", world_house).output
    assert said.startswith("wrong.ttl:")
    for words in ("violation: act:zz-millbrook-2021-homes", "fix       ", "shape     shape:Act-"):
        assert words in said
    assert said.rstrip().endswith("1 to look at, 1 of which must be mended before publishing.")
    assert "\x1b[" not in said


def test_every_finding_of_the_tests_is_a_page_of_the_server(door: FlaskClient):
    assert PREFIXES["shape"] == f"{BASE}shape/"
    for name in ("warned", "slipped"):
        for one in json.loads(by_web(name, "json", door).data)["findings"]:
            path = "/" + one["shape"].removeprefix(BASE)
            assert door.get(path, headers=HTML, follow_redirects=True).status_code == 200
