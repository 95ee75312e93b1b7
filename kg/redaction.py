"""Taking something out for good: from the data files, the releases that are kept, dumps and caches.

What stays is a line in `data/redactions.csv`: the day, on whose request, and the SHA-256 of the name, so that whoever
has the name hears that something was removed (410) and nobody else learns what. Dry run first: `plan` changes nothing.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.build import cache_folder
from kg.errors import BadRelease
from kg.house import House
from kg.namespaces import BASE, TERMS, expand
from kg.rdf import node_text, parse_file
from kg.releases import Release, Shelf
from kg.turtle import without

RECORD = "data/redactions.csv"
REQUESTS = ("person", "source", "court", "editors")
_OF = (TERMS + "about", TERMS + "supportsValue")  # what ties a piece of evidence to a thing


@dataclass(frozen=True)
class Redaction:
    """What would go: the things (the one that was named, and evidence for it), statements by file of the house, the
    releases that hold any; `left` are things that nothing names any more, `said` files whose words still name it.
    """

    things: frozenset[str]
    files: dict[Path, int]
    releases: tuple[Release, ...]
    left: tuple[str, ...]
    said: tuple[Path, ...]

    @property
    def statements(self) -> int:
        return sum(self.files.values())


@dataclass(frozen=True)
class Removed:
    """A line of the record."""

    digest: str
    on: str
    request: str


def full_name(name: str) -> str:
    """The IRI that is meant by an IRI, a prefixed name or a path. Raises BadRelease for a name that is not ours."""
    iri = name.strip("<>") if name.startswith(("<", "http")) else expand(name) or BASE + name
    if not iri.startswith(BASE) or iri.startswith(TERMS):
        raise BadRelease(f"{name} is no thing of this graph; its things are called {BASE}….")
    return iri


def plan(house: House, iri: str, shelf: Shelf) -> Redaction:
    """What taking out a thing, or one piece of evidence, would remove. Changes nothing."""
    quads = {file: parse_file(file) for file in house.files("data")}
    every = [quad for found in quads.values() for quad in found]
    things = _things(iri, every)
    files = {
        file: count
        for file, found in quads.items()
        if (count := sum(1 for quad in found if _goes(quad, things)))
    }
    kept = [quad for quad in every if not _goes(quad, things)]
    named = {node_text(quad.object) for quad in kept if isinstance(quad.object, ox.NamedNode)}
    subjects = {node_text(quad.subject) for quad in kept}
    lost = {node_text(q.object) for q in every if _goes(q, things)} & subjects - named
    slug = iri.rsplit("/", 1)[-1]
    said = tuple(file for file in quads if slug in _words(file, quads[file], things))
    releases = tuple(one for one in shelf.releases() if _holds(shelf.house(one), iri))
    return Redaction(frozenset(things), files, releases, tuple(sorted(lost)), said)


def redact(house: House, iri: str, request: str, shelf: Shelf) -> Redaction:
    """Take a thing out of the files and of every release, record that, and forget all that was compiled."""
    found = plan(house, iri, shelf)
    if not found.files and not found.releases:
        raise BadRelease(f"Nothing in data/ or in a release names {iri}.")
    _take_out(house, set(found.things))
    for release in found.releases:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "house"
            shutil.copytree(shelf.house(release).root, copy)
            old = House(copy)
            _take_out(old, _things(iri, _data(old)))
            shelf.write(old, release.name, release.version, release)
    _record(house, iri, request)
    forget()
    return found


def removed(house: House) -> dict[str, Removed]:
    """What was ever taken out of a house, by the SHA-256 of its name."""
    file = house.root / RECORD
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as text:
        lines = [Removed(row["sha256"], row["on"], row["request"]) for row in csv.DictReader(text)]
    return {line.digest: line for line in lines}


def digest_of(iri: str) -> str:
    """What the record calls a thing."""
    return hashlib.sha256(iri.encode()).hexdigest()


def forget() -> None:
    """Delete compiled stores, search indexes, unpacked releases and what endpoints said, from the cache."""
    home = cache_folder()
    for folder in {*home.glob("*/built.json"), *home.glob("building-*/store")}:
        shutil.rmtree(folder.parent, ignore_errors=True)
    for name in ("releases", "enrich"):
        shutil.rmtree(home / name, ignore_errors=True)


def _data(house: House) -> Iterable[ox.Quad]:
    return (quad for file in house.files("data") for quad in parse_file(file))


def _things(iri: str, quads: Iterable[ox.Quad]) -> set[str]:
    """A thing, and the evidence that is about it or supports it as a value."""
    tied = {
        node_text(quad.subject)
        for quad in quads
        if quad.predicate.value in _OF and node_text(quad.object) == iri
    }
    return {iri} | {one for one in tied if one.startswith(f"{BASE}evidence/")}


def _goes(quad: ox.Quad, things: set[str]) -> bool:
    return node_text(quad.subject) in things or (
        isinstance(quad.object, ox.NamedNode) and quad.object.value in things
    )


def _take_out(house: House, things: set[str]) -> None:
    for file in house.files("data"):
        if not any(_goes(quad, things) for quad in parse_file(file)):
            continue
        text = without(file.read_text(encoding="utf-8"), str(file), lambda q: _goes(q, things))
        if text:
            file.write_text(text, encoding="utf-8")
        else:
            file.unlink()


def _holds(house: House, iri: str) -> bool:
    return any(iri in (node_text(q.subject), node_text(q.object)) for q in _data(house))


def _words(file: Path, quads: list[ox.Quad], things: set[str]) -> str:
    """The words of a file that would stay: its literals, and the comment at its head."""
    lines = file.read_text(encoding="utf-8").splitlines()
    head = [line for line in lines if line.startswith("#")]
    stay = (q for q in quads if not _goes(q, things) and isinstance(q.object, ox.Literal))
    return "\n".join([*head, *(node_text(quad.object) for quad in stay)])


def _record(house: House, iri: str, request: str) -> None:
    file = house.root / RECORD
    fresh = not file.is_file()
    with file.open("a", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        if fresh:
            rows.writerow(("sha256", "on", "request"))
        rows.writerow((digest_of(iri), datetime.date.today().isoformat(), request))
