"""The files of an export: read again by the packages that others read them with, and equal when the graph is."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset
from rdflib.compare import isomorphic

from kg.build import build
from kg.canonical import canonical, curated_quads, digest
from kg.export import export
from kg.house import House
from kg.namespaces import BASE, TERMS
from kg.store import EmbeddedStore


@pytest.fixture(scope="module")
def dump(
    world_house: House, world: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("dump")
    export(world_house, world, folder)
    return folder


def test_two_exports_of_the_same_files_are_equal_to_the_byte(
    world_house: House, dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Compiled anew, so that the engine calls its blank nodes by other names."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    export(world_house, build(world_house).open(), tmp_path / "again")
    for file in sorted(dump.rglob("*")):
        if file.is_file():
            there = tmp_path / "again" / file.relative_to(dump)
            assert there.read_bytes() == file.read_bytes(), file


def test_the_checksums_are_those_of_sha256sum(dump: Path):
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=dump, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    listed = {line[66:] for line in (dump / "SHA256SUMS").read_text().splitlines()}
    there = {file.relative_to(dump).as_posix() for file in dump.rglob("*") if file.is_file()}
    assert listed == there - {"SHA256SUMS"}


def test_each_syntax_says_the_same(dump: Path, world: EmbeddedStore):
    whole = set(curated_quads(world))
    assert len(whole) > 1000
    for ending in ("nq", "trig", "jsonld"):
        assert set(canonical(ox.parse(path=str(dump / f"hrcities.{ending}")))) == whole, ending
    merged = ox.parse(path=str(dump / "hrcities.ttl"))
    assert len(set(canonical(merged))) == len({quad.triple for quad in whole})


def test_rdflib_reads_the_same_statements(dump: Path):
    """One graph of the data, and one with blank nodes, in each syntax that has graphs."""
    read = {}
    for ending, form in (("nq", "nquads"), ("trig", "trig"), ("jsonld", "json-ld")):
        dataset = Dataset()
        dataset.parse(dump / f"hrcities.{ending}", format=form)
        read[ending] = dataset
    for name in ("data/world/actors", "shapes/Testimony"):
        graphs = [dataset.graph(BASE + name) for dataset in read.values()]
        assert len(graphs[0]) > 20
        assert all(isomorphic(graphs[0], graph) for graph in graphs[1:])


def test_the_hash_of_the_n_quads_is_that_of_rdfc(dump: Path, world: EmbeddedStore):
    sums = dict(line.split("  ")[::-1] for line in (dump / "SHA256SUMS").read_text().splitlines())
    assert sums["hrcities.nq"] == digest(curated_quads(world))


def test_csvw_reads_the_tables_without_a_warning(dump: Path):
    from csvw import TableGroup

    group = TableGroup.from_file(dump / "tables" / "csv-metadata.json")
    rows = {name: list(table.iterdicts()) for name, table in group.tabledict.items()}
    assert group.check_referential_integrity()
    wanted = f"{BASE}act/zz-harbourton-2014-womens-equality"
    (found,) = [row for row in rows["act.csv"] if row["label_en"].startswith("Harbourton's ord")]
    assert wanted in (str(found["iri"]), found["iri"].unsplit())
    assert found["label_en"] == "Harbourton's ordinance on women's equality"
    program = "from csvw.__main__ import csvwvalidate; csvwvalidate()"
    done = subprocess.run(
        [sys.executable, "-c", program, str(dump / "tables" / "csv-metadata.json")],
        capture_output=True,
        text=True,
    )
    assert "OK" in done.stdout, done.stdout + done.stderr


def test_frictionless_finds_the_package_valid(dump: Path):
    done = subprocess.run(
        [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"],
        cwd=dump,
        capture_output=True,
        text=True,
    )
    report = json.loads(done.stdout)
    assert report["valid"], report["errors"]
    assert report["stats"]["warnings"] == 0
    assert report["stats"]["tasks"] > 60


def test_sqlite_is_whole_and_its_keys_hold(dump: Path, world: EmbeddedStore):
    database = sqlite3.connect(f"file:{dump / 'hrcities.sqlite'}?mode=ro", uri=True)
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    (count,) = database.execute("SELECT COUNT(*) FROM quads").fetchone()
    assert count == len(curated_quads(world))
    (label,) = database.execute(
        "SELECT label_en FROM act WHERE iri = ?", [f"{BASE}act/zz-harbourton-2014-womens-equality"]
    ).fetchone()
    assert label == "Harbourton's ordinance on women's equality"
    asked = f"SELECT ?a ?p {{ ?a <{TERMS}actOf> ?p }}"
    rows = {(row["a"].value, row["p"].value) for row in world.answer(asked).table().rows}
    assert {*database.execute("SELECT act, place FROM acts_of_places")} == rows
    assert rows
    quoted = database.execute("SELECT quote FROM words WHERE property = ?", [TERMS + "actOf"])
    assert all(text for (text,) in quoted)
    database.close()


def test_every_thing_of_a_class_has_its_row(dump: Path, world: EmbeddedStore):
    for name, kind in (("act", "Act"), ("city", "City"), ("evidence", "Evidence")):
        with (dump / "tables" / f"{name}.csv").open(newline="") as text:
            there = {row["iri"] for row in csv.DictReader(text)}
        rows = world.answer(f"SELECT ?x {{ ?x a <{TERMS}{kind}> }}").table().rows
        assert there == {row["x"].value for row in rows}


def test_the_tables_stand_beside_what_others_put_there(
    dump: Path, world_house: House, world: EmbeddedStore, tmp_path: Path
):
    shutil.copytree(dump, tmp_path / "dump")
    (tmp_path / "dump" / "mine.txt").write_text("mine")
    export(world_house, world, tmp_path / "dump")
    assert (tmp_path / "dump" / "mine.txt").read_text() == "mine"
