"""What `kg build` keeps of the facts for Explore is what it would gather from the statements."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.build import Built
from kg.errors import SourceUnavailable
from kg.explore import Facts
from kg.explore.facts import READ
from kg.explore.kept import FILE, Kept, write
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
