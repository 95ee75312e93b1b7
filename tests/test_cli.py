"""The command line as a person meets it: answers, exit codes, and one sentence for each mistake."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.house import House
from kg.namespaces import BASE
from tests.conftest import TESTS


def kg(*words: str, house: House | None = None, stdin: str | None = None) -> Result:
    given = ["--house", str(house.root)] if house else []
    return CliRunner().invoke(main, [*given, *words], input=stdin, prog_name="kg")


COMMANDS = sorted(main.list_commands(click.Context(main)))


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_with_an_example(command: str):
    shown = kg(command, "--help")
    assert shown.exit_code == 0
    assert re.search(rf"Examples?: +kg {command}", shown.output)


def test_building_twice_does_nothing_the_second_time(
    world_house: House, tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    assert kg("build", house=world_house).output.startswith("Built version")
    stores = [file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()]
    assert kg("build", house=world_house).output.startswith("Up to date")
    assert [file.stat().st_mtime_ns for file in tmp_path.rglob("*") if file.is_file()] == stores


def test_a_changed_file_is_built_again(world_house: House, tmp_path: Path, monkeypatch):
    import shutil

    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    shutil.copytree(world_house.root, tmp_path / "house")
    copy = House(tmp_path / "house")
    first = kg("build", house=copy).output
    file = copy.files("data")[0]
    file.write_text(file.read_text() + "\n")
    second = kg("build", house=copy).output
    assert second.startswith("Built version")
    assert first.split()[2] != second.split()[2]


def test_asking_shows_the_question_the_answer_and_a_table(world_house: House):
    shown = kg("ask", "practices-of-a-place", "--place", "zz-millbrook", house=world_house)
    assert shown.exit_code == 0
    assert shown.output.splitlines()[:2] == [
        "What is done in this place, for which rights and groups?",
        "1 practice in zz-millbrook",
    ]
    assert "Tenants' Union" in shown.output
    assert "practiceLabel" not in shown.output


@pytest.mark.parametrize("form", ["json", "csv", "tsv", "xml"])
def test_an_answer_is_written_in_each_format(form: str, world_house: House):
    shown = kg("ask", "claims-that-disagree", "--format", form, house=world_house)
    assert shown.exit_code == 0
    assert "third city in the country" in shown.output
    if form == "json":
        assert len(json.loads(shown.output)["results"]["bindings"]) == 2
    if form == "csv":
        assert len(list(csv.DictReader(io.StringIO(shown.output)))) == 2


def test_a_graph_is_written_as_turtle(world_house: House):
    shown = kg("ask", "actors-rights-groups-graph", "--format", "turtle", house=world_house)
    assert len(list(ox.parse(shown.output, format=ox.RdfFormat.TURTLE))) > 20


def test_the_list_names_every_question_and_parameter(world_house: House):
    shown = kg("ask", "--list", house=world_house).output
    assert "practices-of-a-place\n  What is done in this place" in shown
    assert "--place Place" in shown


def test_a_query_may_come_from_a_word_a_file_or_standard_input(world_house: House, tmp_path: Path):
    query = "SELECT ?city WHERE { ?city a hrc:City } ORDER BY ?city"
    file = tmp_path / "q.rq"
    file.write_text(query)
    for shown in (
        kg("sparql", query, house=world_house),
        kg("sparql", str(file), house=world_house),
        kg("sparql", "-", house=world_house, stdin=query),
    ):
        assert shown.exit_code == 0, shown.output
        assert "city:zz-harbourton" in shown.output


def test_export_writes_dumps_answers_and_what_they_weigh(world_house: House, tmp_path: Path):
    assert kg("export", str(tmp_path / "out"), house=world_house).exit_code == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {"hrcities.nq", "hrcities.trig", "hrcities.ttl"} <= {
        one["path"] for one in manifest["files"]
    }
    assert (tmp_path / "out" / "answers" / "claims-that-disagree.csv").is_file()
    quads = set(ox.parse(path=str(tmp_path / "out" / "hrcities.nq")))
    again = {ox.Quad(*q.triple) for q in quads if not _blank(q)}
    merged = {q for q in ox.parse(path=str(tmp_path / "out" / "hrcities.ttl")) if not _blank(q)}
    assert again == merged
    assert {q.graph_name.value for q in quads} >= {
        f"{BASE}ontology/core",
        f"{BASE}data/world/actors",
    }


def _blank(quad: ox.Quad) -> bool:
    return any(isinstance(node, ox.BlankNode) for node in (quad.subject, quad.object))


# Mistakes ----------------------------------------------------------------------------

BROKEN = "PREFIX city: <https://w3id.org/hrcities/city/>\ncity:a city:b\n  city:c city:d .\n"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["ask", "nope"], 2, "No query is called 'nope'"),
        (
            ["ask", "practices-of-a-place", "--place", "atlantis"],
            2,
            "no Place here is called 'atlantis'",
        ),
        (["ask", "practices-of-a-place", "--city", "x"], 2, "has no such parameter"),
        (["ask", "practices-of-a-place", "x"], 2, "stands alone"),
        (["ask", "practices-of-a-place", "--place"], 2, "needs a value"),
        (["ask", "practices-of-a-place", "--format", "turtle"], 2, "answered with a table"),
        (["sparql", "SELECT * {"], 2, "line 1, column 11"),
        (["sparql", "SELECT * { SERVICE <http://x/> {} }"], 2, "SERVICE is not answered"),
        (["sparql", "DROP ALL {}"], 2, "read only"),
        (["sparql", "nowhere.rq"], 2, "nowhere.rq cannot be read"),
        (["sparql", "ASK " + "{" * 90 + "1+" * 2900 + "}" * 90], 2, "line 1"),
        (["validate", "nowhere.ttl"], 2, "nowhere.ttl cannot be read"),
        (["validate", "{tmp}/broken.ttl"], 2, "broken.ttl, line 3"),
        (["validate", "{tmp}/notes.txt"], 2, "No format is called '.txt'"),
        (["validate", "{tmp}/empty"], 2, "no RDF file"),
        (["format", "{tmp}/broken.ttl"], 2, "broken.ttl, line 3"),
        (["format", "{tmp}/commented.ttl"], 2, "the comment in line 3 would be lost"),
        (["format", "{tmp}/blank.ttl"], 2, "blank node"),
        (["export", "{tmp}/broken.ttl"], 2, "cannot be read"),
    ],
)
def test_a_mistake_gets_one_sentence(
    words: list[str], code: int, says: str, world_house: House, tmp_path: Path
):
    (tmp_path / "broken.ttl").write_text(BROKEN)
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "commented.ttl").write_text("<a:a> <a:b> 1 .\n\n# why\n<a:c> <a:d> 2 .\n")
    (tmp_path / "blank.ttl").write_text("[] <a:b> 1 .\n")
    shown = kg(*(word.replace("{tmp}", str(tmp_path)) for word in words), house=world_house)
    assert shown.exit_code == code
    assert says in shown.output
    assert "Traceback" not in shown.output
    assert isinstance(shown.exception, SystemExit)


def test_a_folder_that_is_no_house_is_told_what_it_lacks(tmp_path: Path):
    shown = kg("build", house=House(tmp_path))
    assert shown.exit_code == 2
    assert "lacks ontology/, shapes/, data/, queries/" in shown.output


def test_a_house_with_a_broken_file_says_where(world_house: House, tmp_path: Path):
    import shutil

    shutil.copytree(world_house.root, tmp_path / "house")
    (tmp_path / "house" / "data" / "broken.ttl").write_text(BROKEN)
    shown = kg("build", house=House(tmp_path / "house"))
    assert shown.exit_code == 2
    assert "data/broken.ttl, line 3" in shown.output


# Checking and formatting -----------------------------------------------------------------


def test_validation_leaves_with_the_code_of_its_verdict(world_house: House):
    shapes = TESTS / "shapes"
    fine = kg("validate", str(shapes / "Act" / "ok.ttl"), house=world_house)
    assert (fine.exit_code, fine.output.endswith("nothing to mend.\n")) == (0, True)
    wrong = kg("validate", str(shapes / "Act" / "belongs-to-one-place.ttl"), house=world_house)
    assert wrong.exit_code == 1
    assert "shape:Act-belongs-to-one-place" in wrong.output
    assert "Joint resolution on homes" in wrong.output


def test_findings_are_written_for_programs_too(world_house: House):
    file = str(TESTS / "shapes" / "Act" / "belongs-to-one-place.ttl")
    found = json.loads(kg("validate", file, "--format", "json", house=world_house).output)
    assert found["conforms"] is False
    assert [one["shape"].rsplit("/")[-1] for one in found["findings"]] == [
        "Act-belongs-to-one-place"
    ]
    report = kg("validate", file, "--format", "turtle", house=world_house)
    assert report.exit_code == 1
    said = {
        quad.predicate.value.rsplit("#")[-1]
        for quad in ox.parse(report.output, format=ox.RdfFormat.TURTLE)
    }
    assert {"conforms", "result", "resultMessage", "sourceShape", "focusNode"} <= said


def test_a_correction_is_judged_as_if_the_old_version_were_gone(world_house: House, tmp_path: Path):
    """Taking Saltmarsh's file away leaves its membership pointing at nothing: found, though it lies elsewhere."""
    import shutil

    shutil.copytree(world_house.root, tmp_path / "house")
    copy = House(tmp_path / "house")
    kg("build", house=copy)
    saltmarsh = next(file for file in copy.files("data") if file.stem == "yy-saltmarsh")
    unchanged = kg("validate", str(saltmarsh), house=copy)
    assert unchanged.exit_code == 0, unchanged.output
    text = saltmarsh.read_text().replace("city:yy-saltmarsh\n", "city:yy-saltmarsch\n")
    elsewhere = tmp_path / "yy-saltmarsh.ttl"
    elsewhere.write_text(text)
    from kg.build import build
    from kg.validation import Contribution, Judge, read

    brought = read(elsewhere, copy)
    corrected = Contribution(brought.what, brought.statements, copy.graph_name(saltmarsh))
    things = {
        one.thing.removeprefix(BASE)
        for one in Judge(copy, build(copy).open()).findings([corrected])
    }
    assert "membership/yy-saltmarsh-network" in things


def test_formatting_twice_changes_nothing_the_second_time(tmp_path: Path):
    file = tmp_path / "loose.ttl"
    file.write_text(
        "# Kept.\n@prefix c: <https://w3id.org/hrcities/city/> . @prefix h: <https://w3id.org/hrcities/ontology#> .\n"
        'c:b h:began "2018"^^<http://www.w3.org/2001/XMLSchema#gYear> ; a h:City . c:a a h:City ; h:ordinal 3 .\n'
    )
    before = set(ox.parse(path=str(file)))
    assert kg("format", "--check", str(file)).exit_code == 1
    assert kg("format", str(file)).exit_code == 0
    assert kg("format", "--check", str(file)).exit_code == 0
    assert set(ox.parse(path=str(file))) == before
    assert file.read_text().startswith("# Kept.\n\nPREFIX city:")
    assert "city:a\n    a hrc:City ;\n    hrc:ordinal 3 ;\n.\n" in file.read_text()


# The server, started as a person starts it ---------------------------------------------------


def test_serve_says_where_it_is_and_stops_when_asked(world_house: House):
    command = [sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')"]
    process = subprocess.Popen(
        [*command, "--house", str(world_house.root), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(11)]
    told = "".join(lines)
    address = re.search(r"http://127\.0\.0\.1:\d+", told)
    assert address, told
    for hint in ("a page", "curl http", "kg validate", "Stop with Ctrl+C"):
        assert hint in told
    for tried in re.findall(r"http://\S+", told):
        with urllib.request.urlopen(tried, timeout=20) as answer:
            assert answer.status == 200
    process.send_signal(signal.SIGINT)
    rest = process.communicate(timeout=20)[0]
    assert "Traceback" not in rest
    assert "Stopped." in rest
    assert process.returncode == 0


def test_a_taken_port_gets_one_sentence(world_house: House):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        shown = kg("serve", "--port", str(taken.getsockname()[1]), house=world_house)
    assert shown.exit_code == 2
    assert "Choose another with --port" in shown.output


def test_questions_go_to_another_endpoint_when_told_to(world_house: House, monkeypatch):
    """KG_ENDPOINT: the same answer from any SPARQL 1.1 server, here our own."""
    from waitress.server import create_server

    from server import create_app

    app = create_app({"HOUSE": world_house.root})
    server = create_server(app, host="127.0.0.1", port=0)
    import threading

    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        here = kg("ask", "practices-at-an-intersection", "--format", "csv", house=world_house)
        graph = kg("ask", "actors-rights-groups-graph", "--format", "ntriples", house=world_house)
        monkeypatch.setenv("KG_ENDPOINT", f"http://127.0.0.1:{server.effective_port}/sparql")
        there = kg("ask", "practices-at-an-intersection", "--format", "csv", house=world_house)
        assert there.output == here.output
        assert there.exit_code == 0
        far = kg("ask", "actors-rights-groups-graph", "--format", "ntriples", house=world_house)
        assert sorted(far.output.splitlines()) == sorted(graph.output.splitlines())
        monkeypatch.setenv("KG_ENDPOINT", "http://127.0.0.1:9/sparql")
        gone = kg("ask", "claims-that-disagree", house=world_house)
        assert gone.exit_code == 2
        assert "cannot be read" in gone.output
    finally:
        time.sleep(0.1)
        server.close()
        app.extensions["desk"].close()
