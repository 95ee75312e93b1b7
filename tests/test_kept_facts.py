"""What `kg build` keeps, the facts for Explore and the counts of pages, is what the statements say."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build import Built, build
from kg.counts import Counts
from kg.errors import SourceUnavailable, SyntaxFault
from kg.explore import Facts
from kg.explore.facts import READ
from kg.explore.kept import FILE, Kept, write
from kg.house import House
from kg.store import EmbeddedStore


def test_the_kept_facts_are_the_gathered_ones(
    world_built: Built, world: EmbeddedStore, tmp_path: Path
):
    assert (world_built.folder / FILE).is_file()
    world.copy(tmp_path / "store")
    gathered = Facts.read(EmbeddedStore(tmp_path / "store", world.version))
    kept = Facts.read(world)
    for name in (*READ, "hrc:about"):
        assert list(kept.pairs(name)) == list(gathered.pairs(name))
    assert kept.version == gathered.version
    harbourton = "https://w3id.org/hrcities/city/zz-harbourton"
    acts = kept.things(harbourton, "hrc:actOf")
    assert acts == ["https://w3id.org/hrcities/act/zz-harbourton-2014-womens-equality"]
    assert acts == gathered.things(harbourton, "hrc:actOf")


def test_pairs_keep_their_order_and_their_letters(tmp_path: Path):
    pairs = {"rdfs:label": [("b", "Zürich"), ("a", "\u2028 “two\nlines”")], "hrc:names": []}
    write(pairs, tmp_path / FILE)
    kept = Kept(tmp_path / FILE)
    assert {name: list(kept.pairs(name)) for name in pairs} == pairs
    with pytest.raises(KeyError):
        kept.pairs("hrc:actOf")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path):
    (tmp_path / FILE).write_bytes(b"no archive")
    with pytest.raises(SourceUnavailable, match=FILE):
        Kept(tmp_path / FILE)


def test_the_kept_counts_are_the_counted_ones(
    world_built: Built, world: EmbeddedStore, world_house: House
):
    counted, kept = Counts.of(world_house, world), Counts.read(world_built.folder)
    assert kept == counted
    assert {one.label: one.count for one in counted.overview.kinds}["act"] > 3
    assert [str(row["count"]) for row in kept.report[0].table.rows] != []


def test_a_question_that_cannot_be_answered_keeps_nobody_from_building(tmp_path: Path):
    """What could not be counted is counted when a page asks, which then says what is wrong."""
    (tmp_path / "queries").mkdir()
    file = tmp_path / "queries" / "broken.rq"
    file.write_text("#+ summary: What?\n#+ competency: 1\nSELECT ?x WHERE { ?x ?p }\n")
    built = build(House(tmp_path), cache=tmp_path / "cache")
    assert Counts.read(built.folder) is None
    with pytest.raises(SyntaxFault):
        Counts.of(House(tmp_path), built.open())
