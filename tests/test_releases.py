"""Two releases made of two folders: the same citation is answered from both, and what differs can be read."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.answers import GRAPHS, Answer
from kg.citing import fingerprint
from kg.errors import BadRelease, SourceUnavailable, UnknownVersion
from kg.house import House
from kg.releases import Difference, Release, Shelf, compared
from kg.releases.differences import plural
from server import create_app
from tests.conftest import problem
from tests.test_cli import kg

ASKED = "/queries/acts-of-a-place"
PLACE = "place=city:zz-harbourton"


@pytest.fixture(scope="module")
def later(world_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The invented world a month later: a date corrected, an act added, a source withdrawn."""
    root = tmp_path_factory.mktemp("later") / "house"
    shutil.copytree(world_house.root, root)
    home = root / "data" / "world" / "zz-harbourton.ttl"
    home.write_text(
        home.read_text().replace(
            '"2014-03-02"^^xsd:date ;\n    hrc:stageType',
            '"2014-03-05"^^xsd:date ;\n    hrc:stageType',
        )
        + "\nact:zz-harbourton-2016-homes\n    a hrc:Act ;\n"
        '    rdfs:label "Harbourton\'s resolution on homes"@en ;\n'
        "    hrc:actOf city:zz-harbourton ;\n.\n"
    )
    gone = root / "data" / "world" / "sources-more.ttl"
    text = gone.read_text()
    block = re.search(r"^source:zz-zedland-register\n.*?^\.\n", text, re.DOTALL | re.MULTILINE)
    assert block
    gone.write_text(text.replace(block[0], ""))
    return House(root)


@pytest.fixture(scope="module")
def releases(world_house: House, later: House) -> Iterator[tuple[Release, Release]]:
    shelf = Shelf.usual()
    yield shelf.keep(world_house, "2026.10"), shelf.keep(later, "2026.11")
    shutil.rmtree(shelf.folder)


@pytest.fixture(scope="module")
def today(later: House, releases: tuple[Release, Release]) -> Iterator[FlaskClient]:
    """A server over the later files."""
    app = create_app({"HOUSE": later.root})
    yield app.test_client()
    app.extensions["desk"].close()


def test_a_citation_of_last_month_is_answered_from_last_month(today: FlaskClient):
    (old,) = today.get(f"{ASKED}/citation.json?{PLACE}&version=2026.10").get_json(force=True)
    (new,) = today.get(f"{ASKED}/citation.json?{PLACE}").get_json(force=True)
    assert (old["version"], new["version"]) == ("2026.10", "2026.11")
    before = today.get(f"{ASKED}.csv?{PLACE}&version=2026.10")
    after = today.get(f"{ASKED}.csv?{PLACE}")
    assert "2014-03-02" in before.text
    assert "homes" not in before.text
    assert "2014-03-05" in after.text
    assert "resolution on homes" in after.text
    assert old["note"] != new["note"]
    for item in (old, new):  # the address in the citation gives the rows of the citation
        there = "/" + item["URL"].split("/", 3)[3]
        again = today.get(there.replace("?", "/citation.json?")).get_json(force=True)
        assert again[0]["note"] == item["note"]
        assert again[0]["URL"] == item["URL"]


def test_the_fingerprint_is_that_of_the_rows_of_its_version(today: FlaskClient):
    for version in ("2026.10", "2026.11"):
        (item,) = today.get(f"{ASKED}/citation.json?{PLACE}&version={version}").get_json(force=True)
        rows = today.get(f"{ASKED}.tsv?{PLACE}&version={version}").data.splitlines(keepends=True)
        assert item["note"].endswith(hashlib.sha256(b"".join(sorted(rows[1:]))).hexdigest())


def test_the_digest_that_was_cited_before_the_release_leads_there_too(
    today: FlaskClient, releases: tuple[Release, Release]
):
    by_digest = today.get(f"{ASKED}.csv?{PLACE}&version={releases[0].version}")
    assert by_digest.data == today.get(f"{ASKED}.csv?{PLACE}&version=2026.10").data


def test_the_page_of_an_old_version_says_so_and_keeps_to_it(today: FlaskClient):
    page = today.get(f"{ASKED}?{PLACE}&version=2026.10", headers={"Accept": "text/html"}).text
    assert "This is the answer of version 2026.10" in page
    assert f'href="{ASKED}.csv?{PLACE}&amp;version=2026.10"' in page
    assert '<input type="hidden" name="version" value="2026.10">' in page
    now = today.get(f"{ASKED}?{PLACE}", headers={"Accept": "text/html"}).text
    assert "This is the answer of version" not in now
    assert f"{PLACE}&amp;version=2026.11" in now  # the permanent link


ATLAS = "/explore/atlas"


def since(answer: TestResponse) -> str:
    """Since when Harbourton has an act in force, in the JSON of the atlas."""
    rows = next(part for part in answer.json["parts"] if part["name"] == "places")["rows"]
    cells = next(row["cells"] for row in rows if row["cells"]["place"]["label"] == "Harbourton")
    return cells["since"]["value"]


def test_a_view_is_answered_from_the_version_that_was_cited(today: FlaskClient, later: House):
    """Its data, its table, its checksum, and the command."""
    found = {}
    for version, day in (("2026.10", "2014-03-02"), ("2026.11", "2014-03-05")):
        said = today.get(f"{ATLAS}.json?at=2016&version={version}")
        assert (said.json["version"], since(said)) == (version, day)
        assert said.json["address"].endswith(f"at=2016&version={version}")
        (item,) = today.get(f"{ATLAS}/citation.json?at=2016&version={version}").get_json(force=True)
        there = "/" + item["URL"].split("/", 3)[3]
        table = today.get(there.replace("?", ".csv?"))
        assert day in table.text
        assert item["note"].endswith(hashlib.sha256(table.data).hexdigest())
        words = ("explore", "atlas", "--at", "2016", "--format", "json", "--version", version)
        told = json.loads(kg(*words, house=later).output)
        assert told == {key: value for key, value in said.json.items() if key != "address"}
        found[version] = item["note"]
    assert found["2026.10"] != found["2026.11"]
    assert since(today.get(f"{ATLAS}.json?at=2016")) == "2014-03-05"


def test_the_page_of_an_old_view_says_so_and_keeps_to_it(today: FlaskClient):
    for path in (f"{ATLAS}?at=2016", "/explore/intersections?count=act"):
        page = today.get(f"{path}&version=2026.10", headers={"Accept": "text/html"}).text
        assert "This is the answer of version 2026.10" in page
        assert f'<a href="{path}">The answer of today</a>' in page
        assert '<input type="hidden" name="version" value="2026.10">' in page
        inner = re.findall(r'(?:href|action)="(/explore/[^"]*[?][^"]*)"', page)
        assert len(inner) > 5
        assert [one for one in inner if "version=2026.10" not in one] == [path]
        now = today.get(path, headers={"Accept": "text/html"}).text
        assert "This is the answer of version" not in now
        assert f"{path}&amp;version=2026.11" in now  # the permanent link
    unknown = today.get(f"{ATLAS}.json?version=2026.09")
    assert unknown.status_code == 404
    assert "These are kept: 2026.10, 2026.11." in problem(unknown)["detail"]


def test_a_version_that_is_not_kept_is_told_which_are(today: FlaskClient):
    for version in ("2026.09", "../../etc", "2026.10.json"):
        answer = today.get(f"{ASKED}.csv", query_string={"version": version})
        assert answer.status_code == 404
        assert "These are kept: 2026.10, 2026.11." in problem(answer)["detail"]


def test_a_release_is_asked_on_the_command_line(releases: tuple[Release, Release], later: House):
    words = ("ask", "acts-of-a-place", "--place", "zz-harbourton", "--format", "csv")
    assert "2014-03-02" in kg(*words, "--version", "2026.10", house=later).output
    assert "2014-03-05" in kg(*words, house=later).output
    unknown = kg(*words, "--version", "2020.01", house=later)
    assert unknown.exit_code == 2
    assert "These are kept: 2026.10, 2026.11." in unknown.output
    listed = kg("release", "--list", house=later).output
    assert re.search(r"2026\.10 .* statements +[0-9,]+ bytes", listed)


def test_a_release_is_compiled_once_and_few_stay_open(
    today: FlaskClient, releases: tuple[Release, Release]
):
    versions = today.application.extensions["versions"]
    first = versions.desk("2026.10")
    assert versions.desk("2026.10") is first
    assert first is not versions.desk("")
    assert versions.desk("2026.11") is versions.desk("")  # the present one, opened once
    assert Shelf.usual().is_ready(releases[0])


def test_a_release_never_changes_and_is_refused_when_it_did(
    releases: tuple[Release, Release], world_house: House, tmp_path: Path
):
    shelf = Shelf.usual()
    with pytest.raises(BadRelease, match="kept already"):
        shelf.keep(world_house, "2026.10")
    for name in ("2026.13", "latest", "2026.1", "../x"):
        with pytest.raises(BadRelease, match="is called as"):
            shelf.keep(world_house, name)
    shutil.copytree(shelf.folder, tmp_path / "shelf")
    copy = Shelf(tmp_path / "shelf")
    archive = tmp_path / "shelf" / "2026.10.tar.xz"
    assert copy._content(releases[0]) == archive.read_bytes()
    archive.write_bytes(archive.read_bytes()[:-1] + b"x")
    with pytest.raises(SourceUnavailable, match="not what was kept"):
        copy._content(releases[0])


def test_what_differs_is_told_by_meaning(releases: tuple[Release, Release]):
    found = compared("2026.10", "2026.11")
    assert found.summary() == ["1 act added", "1 date corrected", "1 source withdrawn"]
    told = list(found.text())
    assert told[0] == "From 2026.10 to 2026.11: 1 act added; 1 date corrected; 1 source withdrawn."
    assert (
        "Corrected: happened on of stage:zz-harbourton-2014-passed: 2014-03-05; it was 2014-03-02"
        in told
    )
    added = "Added: act “Harbourton's resolution on homes” (act:zz-harbourton-2016-homes)"
    assert added in told
    assert len(told) == 5
    back = compared("2026.11", "2026.10").summary()
    assert back == ["1 act withdrawn", "1 date corrected", "1 source added"]


def test_what_differs_is_told_as_statements_that_lead_from_one_to_the_other(
    releases: tuple[Release, Release],
):
    found = compared("2026.10", "2026.11")
    assert (set(found.before) - set(found.removed)) | set(found.added) == set(found.after)
    lines = list(found.patch())
    assert lines[0], lines[-1] == ("TX .", "TC .")
    taken = [line[2:] for line in lines if line.startswith("D ")]
    text = "\n".join(taken).encode()
    assert set(ox.parse(text, format=ox.RdfFormat.N_QUADS)) == set(found.removed)
    shown = kg("diff", "2026.10", "2026.11", "--format", "added")
    assert set(ox.parse(shown.output, format=ox.RdfFormat.N_QUADS)) == set(found.added)


def test_folders_files_and_git_revisions_are_compared_too(
    world_house: House, later: House, tmp_path: Path, releases: tuple[Release, Release]
):
    assert compared(str(world_house.root), str(later.root)).summary()[0] == "1 act added"
    repository = tmp_path / "repository"
    shutil.copytree(world_house.root, repository)
    git = ["git", "-C", str(repository), "-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "first"]):
        subprocess.run([*git, *words], check=True)
    shutil.copytree(later.root / "data", repository / "data", dirs_exist_ok=True)
    found = compared("HEAD", str(repository), House(repository))
    assert found.summary() == compared("2026.10", "2026.11").summary()
    for name in ("no-such-thing", "--output=/tmp/x"):
        with pytest.raises(UnknownVersion):
            compared(name, str(repository), House(repository))


def test_moving_a_statement_or_renaming_a_blank_node_is_no_change(tmp_path: Path):
    (tmp_path / "a.nq").write_text("<a:x> <a:p> _:one <a:g> .\n_:one <a:q> <a:y> <a:g> .\n")
    (tmp_path / "b.nq").write_text("<a:x> <a:p> _:two <a:g> .\n_:two <a:q> <a:y> <a:g> .\n")
    same = compared(str(tmp_path / "a.nq"), str(tmp_path / "b.nq"))
    assert (same.added, same.removed) == ([], [])
    assert next(iter(same.text())).endswith("nothing differs.")
    quad = next(iter(ox.parse(b"<a:x> <a:p> <a:y> <a:g> .", format=ox.RdfFormat.N_QUADS)))
    moved = ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode("a:h"))
    assert Difference([quad], [moved]).changes == []


def test_the_changelog_is_written_by_the_release(world_house: House, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("KG_RELEASES", str(tmp_path / "kept"))
    log = tmp_path / "changelog.md"
    made = kg("release", "2026.12", "--changelog", str(log), house=world_house)
    assert made.exit_code == 0, made.output
    text = log.read_text()
    assert re.search(r"^## 2026\.12, \d{4}-\d\d-\d\d\n\nSince nothing:\n", text, re.MULTILINE)
    assert re.search(r"^- \d+ acts added$", text, re.MULTILINE)
    facts = json.loads((tmp_path / "kept" / "2026.12.json").read_text())
    archive = (tmp_path / "kept" / "2026.12.tar.xz").read_bytes()
    assert len(archive) == facts["bytes"]


def test_a_graph_has_one_fingerprint_whatever_its_blank_nodes_are_called():
    def of(text: str) -> str:
        return fingerprint(Answer("graph", GRAPHS["ntriples"], text.encode()))

    assert of("<a:x> <a:p> _:one .\n") == of("<a:x> <a:p> _:two .\n")
    assert of("<a:x> <a:p> _:one .\n") != of("<a:x> <a:p> <a:y> .\n")


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("act", "acts"),
        ("city", "cities"),
        ("status", "statuses"),
        ("search", "searches"),
        ("evidence", "pieces of evidence"),
        ("ground of discrimination", "grounds of discrimination"),
    ],
)
def test_more_than_one_is_said_in_english(one: str, many: str):
    assert plural(one) == many
