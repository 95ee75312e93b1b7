"""Other people's dumps beside the curated graph: what is loaded, where it stands, that it changes no answer, and that
a load that is killed neither harms the store that serves nor begins again."""

from __future__ import annotations

import bz2
import gzip
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import zstandard
from click.testing import CliRunner

from kg import external
from kg.build import build, build_with, cache_folder
from kg.cli import main
from kg.errors import SourceUnavailable, SyntaxFault, UnknownFormat
from kg.export import export
from kg.external import Dump, Externals, Loaded
from kg.house import House
from kg.namespaces import BASE, EXTERNAL
from server import create_app

STATEMENT = '<https://example.org/{0}> <https://example.org/name> "thing {0}" .\n'


@pytest.fixture
def own_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house of few files, with a cache of its own."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "house"
    for name in ("ontology", "shapes", "data", "queries"):
        (root / name).mkdir(parents=True)
    (root / "ontology/core.ttl").write_text(f'<{BASE}ontology> <{BASE}ontology#note> "terms" .\n')
    (root / "data/town.ttl").write_text(f'<{BASE}city/zz-town> <{BASE}ontology#note> "ours" .\n')
    return House(root)


def triples(numbers: range) -> bytes:
    return "".join(STATEMENT.format(number) for number in numbers).encode()


def with_dumps(house: House, *files: Path, said: list[Loaded] | None = None):
    return build_with(house, list(files), (said if said is not None else []).append, None)


def standing(house: House, graph: str) -> set[str]:
    return {str(quad.triple) for quad in build(house).open().graph(graph)}


PACKERS = {"": bytes, ".gz": gzip.compress, ".bz2": bz2.compress}
PACKERS[".zst"] = zstandard.ZstdCompressor().compress


@pytest.mark.parametrize("packing", PACKERS)
def test_a_packed_dump_is_the_dump(packing: str, own_house: House, tmp_path: Path):
    file = tmp_path / f"places.nt{packing}"
    file.write_bytes(PACKERS[packing](triples(range(3))) + PACKERS[packing](triples(range(3, 5))))
    assert with_dumps(own_house, file).external == 5
    assert len(standing(own_house, EXTERNAL + "places")) == 5


def test_statements_stand_in_graphs_of_their_own(own_house: House, tmp_path: Path):
    nq, trig = tmp_path / "some places.nq", tmp_path / "more.trig"
    nq.write_text(
        f'<{BASE}city/zz-town> <{BASE}ontology#note> "theirs" .\n'
        f'<{BASE}city/zz-town> <{BASE}ontology#note> "passes for ours" <{BASE}data/town> .\n'
        '<https://example.org/a> <https://example.org/p> "far" <https://example.org/graph> .\n'
    )
    trig.write_text("<https://example.org/a> <https://example.org/p> [] , [] .")
    ours = build(own_house).open()
    built = with_dumps(own_house, nq, trig)
    store = built.open()
    assert (built.external, set(store.graphs()) - set(ours.graphs())) == (
        5,
        {
            EXTERNAL + "some-places",
            EXTERNAL + "some-places/data/town",
            "https://example.org/graph",
            EXTERNAL + "more",
        },
    )
    assert {str(q) for q in store.graph(BASE + "data/town")} == {
        str(q) for q in ours.graph(BASE + "data/town")
    }
    asked = f"SELECT ?note WHERE {{ <{BASE}city/zz-town> <{BASE}ontology#note> ?note }}"
    assert store.answer(asked).body == ours.answer(asked).body
    everywhere = f"SELECT ?note WHERE {{ GRAPH ?g {{ <{BASE}city/zz-town> ?p ?note }} }}"
    notes = {row["note"].value for row in store.answer(everywhere).table().rows}
    assert notes == {"ours", "theirs", "passes for ours"}


def test_an_edit_of_the_house_loads_no_dump_again(own_house: House, tmp_path: Path):
    file, said = tmp_path / "places.nt", []
    file.write_bytes(triples(range(10)))
    with_dumps(own_house, file, said=said)
    assert said[-1] == Loaded("places.nt", 10, file.stat().st_size, file.stat().st_size)
    file.unlink()
    (own_house.root / "data/town.ttl").write_text(f'<{BASE}city/zz-town> <{BASE}p> "new" .\n')
    built = build(own_house)
    assert (built.fresh, built.external) == (True, 10)
    assert len(standing(own_house, EXTERNAL + "places")) == 10
    assert with_dumps(own_house).external == 0
    assert list(cache_folder().glob("external-*")) == []


@pytest.mark.parametrize(
    ("name", "content", "error", "words"),
    [
        ("a.nt", triples(range(2)) + b"<x> oops .\n", SyntaxFault, "line 3"),
        ("a.nt.gz", gzip.compress(triples(range(999)))[:-40], SourceUnavailable, "a.nt.gz"),
        ("a.nt.gz", b"no gzip", SourceUnavailable, "a.nt.gz"),
        ("a.nt.zst", b"no zstd at all", SourceUnavailable, "a.nt.zst"),
        ("a.csv", b"", UnknownFormat, "a.csv"),
    ],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(
    name: str, content: bytes, error: type, words: str, own_house: House, tmp_path: Path
):
    build(own_house)
    before = build(own_house)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(error, match=words):
        with_dumps(own_house, tmp_path / name)
    assert build(own_house) == before


def test_a_missing_file_is_said(own_house: House, tmp_path: Path):
    with pytest.raises(SourceUnavailable, match="No such file"):
        with_dumps(own_house, tmp_path / "gone.nq")


def test_two_loads_of_one_dump_do_not_meet(own_house: House, tmp_path: Path):
    file = tmp_path / "places.nt"
    file.write_bytes(triples(range(3)))
    loading = Externals((Dump.of(file),), cache_folder())

    def second(_: Loaded) -> None:
        with pytest.raises(SourceUnavailable, match="another"):
            loading.load(lambda now: None)

    assert loading.load(second) == 3


@pytest.mark.parametrize("ending", ["nt", "ttl"])
def test_a_load_that_stopped_goes_on_where_it_was(
    ending: str, own_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Blank nodes keep their identity over the break: each statement's is told of once before it, once after."""
    monkeypatch.setattr(external, "STEP", 4)
    file = tmp_path / f"nodes.{ending}"
    lines = [f"_:n{number % 5} <https://example.org/p> {number} .\n" for number in range(10)]
    if ending == "nt":
        lines = [line.replace(f" {n} .", f' "{n}" .') for n, line in enumerate(lines)]
    file.write_text("".join(lines))
    dump = Dump.of(file)
    loading = Externals((dump,), cache_folder())
    noted: list[int] = []
    note = external._note

    def stop(where: Path, done: dict[str, int]) -> None:
        note(where, done)
        noted.append(done[dump.key])
        if len(noted) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(external, "_note", stop)
    with pytest.raises(KeyboardInterrupt):
        loading.load(lambda now: None)
    assert not loading.folder.exists()
    assert loading.load(lambda now: None) == 10
    assert noted == [4, 8, 10, 10]
    quads = list(ox.Store.read_only(str(loading.folder / "store")))
    assert (len(quads), len({quad.subject for quad in quads})) == (10, 5)


def test_killed_half_way_the_old_store_serves_and_the_load_goes_on(
    own_house: House, tmp_path: Path
):
    """`kill -9` of the real command, in the middle of a dump."""
    file = tmp_path / "large.nt"
    file.write_bytes(triples(range(100_000)))
    old = build(own_house)
    command = [
        sys.executable,
        "-c",
        "from kg import external; external.STEP = 25_000; from kg.cli import main; main()",
    ]
    command += ["--house", str(own_house.root), "build", "--with", str(file)]
    notes = "loading-*/progress.json"
    with subprocess.Popen(command, env={**os.environ}, stderr=subprocess.DEVNULL) as load:
        while not list(cache_folder().glob(notes)) and load.poll() is None:
            time.sleep(0.01)
        load.send_signal(signal.SIGKILL)
    assert load.returncode == -signal.SIGKILL
    [note] = cache_folder().glob(notes)
    [so_far] = json.loads(note.read_text()).values()
    assert 0 < so_far < 100_000
    served = build(own_house)
    assert (served.fresh, served.version, served.external) == (False, old.version, 0)
    assert old.open().answer("ASK { ?s ?p ?o }").table().rows[0]["answer"].value == "yes"
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "100,000 external" in done.stdout
    assert "large.nt: 100,000 statements, 100 % read" in done.stderr
    told = re.findall(r"large.nt: ([0-9,]+) statements", done.stderr)
    assert told[0] == f"{so_far:,}"  # where it was, not zero
    assert len(standing(own_house, EXTERNAL + "large")) == 100_000


def test_pages_answers_and_dumps_are_the_curated_ones(own_house: House, tmp_path: Path):
    file = tmp_path / "places.nt"
    file.write_text(f'<{BASE}city/zz-elsewhere> <{BASE}ontology#note> "theirs" .\n')
    before = {
        f.name: f.read_bytes() for f in export(own_house, build(own_house).open(), tmp_path / "a")
    }
    built = with_dumps(own_house, file)
    after = {f.name: f.read_bytes() for f in export(own_house, built.open(), tmp_path / "b")}
    assert len(before) > 3
    assert before.pop("manifest.json") != after.pop("manifest.json")
    assert before.pop("SHA256SUMS") != after.pop("SHA256SUMS")  # for the manifest is among them
    assert after == before
    app = create_app({"HOUSE": own_house.root})
    try:
        client = app.test_client()
        assert client.get("/data/town.ttl").status_code == 200
        assert client.get("/external/places.ttl").status_code == 404
        assert client.get("/city/zz-elsewhere.ttl").status_code == 404
        asked = {"query": "SELECT * { GRAPH ?g { ?s ?p 'theirs' } }"}
        assert b"external/places" in client.post("/sparql", data=asked).data
    finally:
        app.extensions["desk"].close()


def test_the_command_says_what_it_needs(own_house: House):
    asked = ["--house", str(own_house.root), "build"]
    alone = CliRunner().invoke(main, [*asked, "x.nq"])
    assert (alone.exit_code, "after --with" in alone.output) == (2, True)
    both = CliRunner().invoke(main, [*asked, "--without", "--with", "x.nq"])
    assert both.exit_code == 2
