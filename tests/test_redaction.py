"""What is taken out is out: of files, releases, dumps, search index and caches; 410 is all that stays."""

from __future__ import annotations

import hashlib
import shutil
import tarfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.build import build
from kg.canonical import curated_quads
from kg.errors import BadRelease
from kg.export import export
from kg.house import House
from kg.namespaces import BASE
from kg.redaction import full_name, plan, removed
from kg.releases import Shelf
from server import create_app
from server.languages import when
from tests.conftest import HTML, problem
from tests.test_cli import kg

NAME = "testimony/zz-last-bus"
IRI = BASE + NAME


@pytest.fixture
def place(world_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house of one's own, with a cache and a shelf of its own."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("KG_RELEASES", str(tmp_path / "kept"))
    shutil.copytree(world_house.root, tmp_path / "house")
    return House(tmp_path / "house")


def _holding(folder: Path, text: str) -> list[Path]:
    return [
        file for file in folder.rglob("*") if file.is_file() and text.encode() in file.read_bytes()
    ]


def test_a_dry_run_tells_and_changes_nothing(place: House):
    before = place.digest()
    told = kg("redact", NAME, house=place)
    assert told.exit_code == 0, told.output
    assert "data/world/testimonies.ttl" in told.output
    assert "Nothing was changed." in told.output
    assert place.digest() == before
    assert removed(place) == {}


def test_what_is_removed_is_nowhere_any_more(place: House, tmp_path: Path):
    kept = Shelf.usual().keep(place, "2026.11")
    dump = tmp_path / "dump"
    export(place, build(place).open(), dump)
    assert _holding(dump, NAME)
    (tmp_path / "cache" / "enrich" / "wikidata-0").mkdir(parents=True)
    (tmp_path / "cache" / "enrich" / "wikidata-0" / "x.json").write_text(NAME)
    quotes = {
        row["quote"].value
        for row in build(place)
        .open()
        .answer(
            f"SELECT ?quote {{ ?e <{BASE}ontology#about> <{IRI}> ; <{BASE}ontology#quote> ?quote }}"
        )
        .table()
        .rows
        if row["quote"]
    }
    assert quotes

    did = kg("redact", NAME, "--request", "person", "--do", "--dump", str(dump), house=place)
    assert did.exit_code == 0, did.output
    assert "release 2026.11" in did.output
    for folder in (place.root / "data", dump, tmp_path / "kept", tmp_path / "cache"):
        assert _holding(folder, NAME) == [], folder
        for quote in quotes:
            assert _holding(folder, quote) == [], folder

    shelf = Shelf.usual()
    (now,) = shelf.releases()
    assert (now.name, now.version) == ("2026.11", kept.version)  # what was cited still leads there
    assert len(now.redacted) == 1
    assert now.sha256 != kept.sha256
    archive = tmp_path / "kept" / "2026.11.tar.xz"
    with tarfile.open(archive) as files:
        files.extractall(tmp_path / "unpacked", filter="data")
    assert _holding(tmp_path / "unpacked" / "data", NAME) == []
    store = build(place).open()
    assert not [quad for quad in curated_quads(store) if IRI in str(quad)]
    assert list(store.match(None, None, None))
    found = kg("search", "stories of the last bus", house=place)
    assert "Stories of the last bus" not in found.output


def test_the_record_says_when_and_for_whom_and_not_what(place: House):
    kg("redact", NAME, "--request", "person", "--do", house=place)
    (line,) = removed(place).values()
    assert (line.digest, line.request) == (hashlib.sha256(IRI.encode()).hexdigest(), "person")
    assert "bus" not in (place.root / "data" / "redactions.csv").read_text()
    app = create_app({"HOUSE": place.root})
    client = app.test_client()
    try:
        for suffix in ("", ".ttl", ".html"):
            gone = client.get(f"/{NAME}{suffix}")
            assert gone.status_code == 410
            assert "at the request of a person whom it concerned" in problem(gone)["detail"]
        assert client.get("/testimony/zz-other").status_code == 404
        page = client.get("/about/personal-data", headers=HTML).text
        assert f"Something, on {when(str(line.on))}, at the request of: a person" in page
        assert "bus" not in page
    finally:
        app.extensions["desk"].close()


def test_one_piece_of_evidence_can_go_alone(place: House):
    evidence = f"{BASE}evidence/zz-last-bus-1"
    found = plan(place, evidence, Shelf.usual())
    assert found.things == {evidence}
    assert found.statements > 3
    assert kg("redact", "evidence:zz-last-bus-1", "--do", house=place).exit_code == 0
    assert not _holding(place.root / "data", "evidence:zz-last-bus-1")
    assert _holding(place.root / "data", "testimony:zz-last-bus")


@pytest.mark.parametrize("name", ["https://example.org/x", "ontology#Act"])
def test_only_things_of_ours_are_taken_out(name: str):
    with pytest.raises(BadRelease, match="no thing of this graph"):
        full_name(name)


def test_a_name_that_nothing_has_is_told(place: House):
    told = kg("redact", "testimony/nobody", "--do", house=place)
    assert told.exit_code == 2
    assert "Nothing in data/" in told.output
    assert removed(place) == {}


# The pages -------------------------------------------------------------------------------


def test_the_page_on_persons_tells_the_rules_and_their_shapes(client: FlaskClient):
    page = client.get("/about/personal-data", headers=HTML)
    assert page.status_code == 200
    for shape in ("Thing-holds-no-personal-data", "Testimony-has-consent"):
        assert f'href="/shape/{shape}"' in page.text
        assert client.get(f"/shape/{shape}.html").status_code == 200
    assert "Today the graph holds 0 testimonies and 0 recorded consents." in page.text


def test_the_data_sheet_counts_from_the_graph(client: FlaskClient, store):
    page = " ".join(client.get("/about/datasheet", headers=HTML).text.split())
    acts = store.answer(f"SELECT ?a {{ ?a a <{BASE}ontology#Act> }}").table()
    assert f'{len(acts):,} of the kind “<a href="/ontology#Act">act</a>”' in page
    quotes = store.answer(f"SELECT ?e ?q {{ ?e <{BASE}ontology#quote> ?q }}").table()
    english = sum(1 for row in quotes.rows if row["q"] and row["q"].language == "en")
    assert f"{english:,} of {len(quotes):,} quotes are in English" in page
    assert "Public Domain Dedication and License" in page
    for heading in ("Known biases", "Whom it may harm", "To object or correct", "Licences"):
        assert f"<h2>{heading}</h2>" in page
