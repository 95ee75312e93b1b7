"""What differs between two versions of the graph, by meaning: things that came or went, values that were corrected."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.build import named_quads
from kg.canonical import canonical
from kg.errors import KgError, SourceUnavailable, UnknownVersion
from kg.export.tables import Facts, Phrase, facts_of, label_of
from kg.house import FOLDERS, House, find_house
from kg.namespaces import PREFIXES, TERMS, shorten
from kg.rdf import ENDINGS, node_text, parse_file
from kg.releases.shelf import Shelf

_TYPE = PREFIXES["rdf"] + "type"
_DATES = {"date", "gYear", "gYearMonth"}
_ALSO = {  # what a version holds besides things of the ontology's classes
    PREFIXES["owl"] + "Class": "class",
    PREFIXES["owl"] + "ObjectProperty": "property",
    PREFIXES["owl"] + "DatatypeProperty": "property",
    PREFIXES["sh"] + "NodeShape": "shape",
    PREFIXES["sh"] + "PropertyShape": "shape",
    PREFIXES["sh"] + "SPARQLExecutable": "question",
    PREFIXES["skos"] + "Concept": "concept",
}


@dataclass(frozen=True)
class Change:
    """One thing or value that differs: `did` is "added", "withdrawn" or "corrected"; `kind` what it is, in one word."""

    did: str
    kind: str
    sentence: str


@dataclass(frozen=True)
class Difference:
    """Two versions, statement by statement; both are canonical."""

    before: list[ox.Quad]
    after: list[ox.Quad]
    names: tuple[str, str] = field(default=("", ""))

    @cached_property
    def added(self) -> list[ox.Quad]:
        old = set(self.before)
        return [quad for quad in self.after if quad not in old]

    @cached_property
    def removed(self) -> list[ox.Quad]:
        new = set(self.after)
        return [quad for quad in self.before if quad not in new]

    @cached_property
    def changes(self) -> list[Change]:
        """What differs by meaning, in the order of its kinds; a statement that moved to another file is no change."""
        old, new = facts_of(self.before), facts_of(self.after)
        kinds = _kinds(old) | _kinds(new)
        return sorted(_changes(old, new, kinds), key=lambda one: (one.kind, one.did, one.sentence))

    def summary(self) -> list[str]:
        """A phrase for each kind of change, as "12 acts added"; those of things before those of values."""
        counts = Counter((one.kind, one.did) for one in self.changes)
        return [
            f"{n:,} {kind if n == 1 else plural(kind)} {did}" for (kind, did), n in counts.items()
        ]

    def text(self) -> Iterator[str]:
        """The summary as a sentence, then each change in a line."""
        old, new = self.names
        said = self.summary()
        yield f"From {old} to {new}: {'; '.join(said) if said else 'nothing differs'}."
        if said:
            yield ""
        yield from (one.sentence for one in self.changes)

    def patch(self) -> Iterator[str]:
        """The statements as RDF Patch: D is taken away, A added, each with its graph."""
        yield "TX ."
        yield from (f"D {quad} ." for quad in self.removed)
        yield from (f"A {quad} ." for quad in self.added)
        yield "TC ."


def compared(old: str, new: str, here: House | None = None) -> Difference:
    """Two versions, each a release, a revision of the git repository that the house lies in, a folder with a house,
    an RDF file, or "" for nothing at all. Raises UnknownVersion, SourceUnavailable, SyntaxFault.
    """
    one, other = (canonical(_quads(name, here)) for name in (old, new))
    return Difference(one, other, (old or "nothing", new))


def plural(kind: str) -> str:
    """More than one of what this names."""
    if kind == "evidence":
        return "pieces of evidence"
    first, of, rest = kind.partition(" of ")
    if first.endswith(("s", "x", "ch", "sh")):
        first += "es"
    elif first.endswith("y") and first[-2:-1] not in "aeiou":
        first = first[:-1] + "ies"
    else:
        first += "s"
    return first + of + rest


def _quads(name: str, here: House | None) -> Iterable[ox.Quad]:
    if not name:
        return ()
    path = Path(name)
    if path.is_file() and path.suffix in ENDINGS:
        return parse_file(path)
    if path.is_dir():
        return named_quads(find_house(path))
    shelf = Shelf.usual()
    try:
        return named_quads(shelf.house(shelf.find(name)))
    except UnknownVersion as unknown:
        return _revision(name, (here or find_house()).root, unknown)


def _revision(name: str, root: Path, unknown: KgError) -> list[ox.Quad]:
    """The statements of a git revision of a house. Raises `unknown` where there is none of that name."""
    if name.startswith("-"):
        raise unknown
    command = ["git", "-C", str(root), "archive", "--format=tar", name, "--", *FOLDERS]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise SourceUnavailable("git", str(error)) from error
    if done.returncode:
        raise unknown
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(folder, filter="data")
        return list(named_quads(find_house(folder)))


def _kinds(facts: Facts) -> dict[str, str]:
    """By the IRI of a class, what one of it is called."""
    own = {iri: label_of(said) for iri, said in facts.items() if iri.startswith(TERMS)}
    return _ALSO | {iri: label for iri, label in own.items() if label}


def _kind(said: Phrase, kinds: Mapping[str, str]) -> str:
    found = [kinds[one.value] for one in said.get(_TYPE, ()) if one.value in kinds]
    return found[-1] if found else ""


def _changes(old: Facts, new: Facts, kinds: Mapping[str, str]) -> Iterator[Change]:
    for thing in sorted({*old, *new}):
        before, after = old.get(thing), new.get(thing)
        if before == after:
            continue
        if before is None or after is None:
            said = after or before or {}
            kind, did = _kind(said, kinds), "withdrawn" if after is None else "added"
            if kind:
                yield Change(did, kind, f"{did.capitalize()}: {kind} {_called(thing, said)}")
            continue
        if _kind(after, kinds):
            yield from _corrections(thing, before, after, new)


def _corrections(
    thing: str,
    before: Phrase,
    after: Phrase,
    new: Facts,
) -> Iterator[Change]:
    for predicate in sorted({*before, *after}):
        was, now = before.get(predicate, []), after.get(predicate, [])
        gone = [one for one in was if one not in now]
        come = [one for one in now if one not in was]
        if not gone and not come:
            continue
        name = label_of(new.get(predicate, {})) or shorten(predicate)
        of = f"{name} of {_called(thing, after)}"
        did = "corrected" if gone and come else "added" if come else "withdrawn"
        values = [_shown(one, new) for one in come or gone]
        told = f"{did.capitalize()}: {of}: {', '.join(values)}"
        if gone and come:
            told += f"; it was {', '.join(_shown(one, new) for one in gone)}"
        yield Change(did, _value_kind([*come, *gone], name), told)


def _value_kind(values: Iterable[ox.Literal | ox.NamedNode], name: str) -> str:
    types = {
        one.datatype.value.rsplit("#", 1)[-1] if isinstance(one, ox.Literal) else ""
        for one in values
    }
    return "date" if types <= _DATES else f"statement of “{name}”"


def _called(thing: str, said: Phrase) -> str:
    label = label_of(said)
    return f"“{label}” ({shorten(thing)})" if label else shorten(thing)


def _shown(node: ox.Literal | ox.NamedNode, facts: Facts) -> str:
    if isinstance(node, ox.NamedNode):
        return label_of(facts.get(node.value, {})) or shorten(node.value)
    text = node_text(node)
    short = text if len(text) <= 120 else text[:117] + "…"
    return short if node.datatype.value.rsplit("#", 1)[-1] in _DATES else f"“{short}”"
