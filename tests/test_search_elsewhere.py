"""Search over a graph on another server: its words are gathered, nobody waits for that, and it may fail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.build import Built
from kg.errors import IndexNotReady, SourceUnavailable
from kg.namespaces import shorten
from kg.search import GatheredFinder, Wish, gathered
from tests.elsewhere import oxigraph
from tests.server_process import free_port


@pytest.fixture(scope="module")
def elsewhere(world_built: Built) -> Iterator[str]:
    with oxigraph(world_built.folder / "store") as address:
        yield address


WISHES = [
    Wish("harbourton"),
    Wish("cold end"),
    Wish("clean water"),
    Wish("women", {"kind": ["Act"], "group": ["women"]}, language="es"),
    Wish("", {"country": ["zz-zedland"], "kind": ["Act"]}),
    Wish("harbourtown water"),
    Wish("", {"year": ["2014"], "status": ["passed"]}, size=3),
]


def test_the_words_of_another_servers_graph_are_gathered(
    elsewhere: str, world_built: Built, tmp_path: Path
):
    theirs = gathered(elsewhere, tmp_path)
    made = [file.stat().st_mtime_ns for file in tmp_path.iterdir()]
    finder = world_built.finder()
    answers = [finder.find(wish) for wish in WISHES]
    assert [bool(answer.hits) for answer in answers].count(True) > 4
    assert [theirs.find(wish) for wish in WISHES] == answers
    assert len(made) == 1
    gathered(elsewhere, tmp_path)  # an hour later it would be made anew
    assert [file.stat().st_mtime_ns for file in tmp_path.iterdir()] == made


def test_nobody_waits_until_they_are(elsewhere: str, world_built: Built, tmp_path: Path):
    """A process of its own gathers them; meanwhile the other server is asked, which knows no facets."""
    theirs = GatheredFinder(elsewhere, tmp_path)
    try:
        meanwhile = theirs.find(Wish("harbourton"))
        assert shorten(meanwhile.hits[0].iri) == "city:zz-harbourton"
        assert "Until its words are gathered" in meanwhile.note
        with pytest.raises(IndexNotReady):
            theirs.find(WISHES[3])
        assert theirs._making
        assert theirs._making.wait(60) == 0
        finder = world_built.finder()
        assert [theirs.find(wish) for wish in WISHES] == [finder.find(wish) for wish in WISHES]
    finally:
        theirs.close()


def test_a_server_that_cannot_be_gathered_is_asked_as_before(tmp_path: Path):
    address = f"http://127.0.0.1:{free_port()}/sparql"
    theirs = GatheredFinder(address, tmp_path)
    theirs.prepare()
    assert theirs._making
    assert theirs._making.wait(60) == 1
    theirs.prepare()
    assert theirs._making.returncode == 1  # not at once again
    with pytest.raises(SourceUnavailable, match="nothing answers"):
        theirs.find(Wish("harbourton"))
    theirs.close()
