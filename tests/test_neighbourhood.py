"""Judging the neighbourhood of a contribution finds what judging everything finds, and nothing else.

Drawn are small bases (the invented world and a generated one, with faults of their own) and contributions: files with
statements deleted, changed, retargeted or moved to another thing, new files, files taken away. What must be found is
said here once more, from whole graphs alone.

Every run draws the same examples. `pytest tests/test_neighbourhood.py --hypothesis-profile=long` draws thousands of
new ones, with `--hypothesis-seed=7` those of that seed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from kg.house import House
from kg.namespaces import BASE, PREFIXES
from kg.rdf import node_text, parse_file
from kg.store import EmbeddedStore
from kg.validation import Company, Contribution, Finding, Judge, Verdict
from kg.validation.engines import Engine, PyShifty
from kg.validation.shapebook import ShapeBook
from tests.benchmarks.generate import pages
from tests.conftest import ROOT, TESTS
from tests.test_shapes import told

LEFT_OUT = ("sdg", "alignments")  # of the ontology: large, and no shape reads them
TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
DATES = [
    ox.Literal(day, datatype=ox.NamedNode(PREFIXES["xsd"] + kind))
    for day, kind in (("1989-01-01", "date"), ("2001", "gYear"), ("2031-05", "gYearMonth"))
]
ODD = [ox.Literal("plain"), ox.Literal("words " * 40, language="en"), ox.BlankNode("odd")]
KINDS = ("delete", "object", "subject", "property", "copy", "untype", "retype", "date", "forget")

Files = dict[str, list[ox.Triple]]
Edit = tuple[str, int, int]


class MemoryStore(EmbeddedStore):
    """A store of named graphs in memory."""

    def __init__(self, files: Files) -> None:
        self.version = "drawn"
        self._engine = ox.Store()
        self._engine.extend(
            ox.Quad(*triple, ox.NamedNode(name))
            for name, triples in files.items()
            for triple in triples
        )


@dataclass(frozen=True)
class Ground:
    """What all examples stand on: the ontology, files of data, and terms to put in wrong places."""

    oracle: PyShifty
    ontology: Files
    data: Files

    def terms(self) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        found = {triple.object for triples in self.data.values() for triple in triples}
        return [*sorted(found, key=str), *DATES, *ODD]

    def properties(self) -> list[ox.NamedNode]:
        found = {triple.predicate for triples in self.data.values() for triple in triples}
        return sorted(found, key=str)


@pytest.fixture(scope="module")
def ground() -> Ground:
    house = House(ROOT)
    ontology = {
        house.graph_name(file): [quad.triple for quad in parse_file(file)]
        for file in house.files("ontology")
        if file.stem not in LEFT_OUT
    }
    world = {
        f"{BASE}data/world/{file.stem}": [quad.triple for quad in parse_file(file)]
        for file in sorted((TESTS / "world").glob("*.ttl"))
    }
    invented = {
        f"{BASE}data/{page.name}": [
            quad.triple
            for quad in ox.parse("".join(page.lines()).encode(), format=ox.RdfFormat.N_QUADS)
        ]
        for page in pages(800)
    }
    return Ground(PyShifty(ShapeBook(house)), ontology, world | invented)


EDITS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 5000), st.integers(0, 5000)),
    max_size=6,
)


@dataclass(frozen=True)
class Drawn:
    """Which files there are, edits made to them already, and files that are brought: which, how, edited how."""

    files: frozenset[int]
    before: list[tuple[int, list[Edit]]]
    brought: list[tuple[int, str, list[Edit]]]


NUMBER = st.integers(0, 40)
HOW = st.sampled_from(("replaces", "replaces", "adds", "anew", "empties"))
DRAWINGS = st.builds(
    Drawn,
    st.frozensets(NUMBER, min_size=2, max_size=7),
    st.lists(st.tuples(NUMBER, EDITS), max_size=2),
    st.lists(st.tuples(NUMBER, HOW, EDITS), min_size=1, max_size=3),
)


def edited(triples: Iterable[ox.Triple], edits: list[Edit], ground: Ground) -> list[ox.Triple]:
    """A file with edits made to it, one after the other."""
    left = list(triples)
    terms, properties = ground.terms(), ground.properties()
    for kind, where, what in edits:
        if not left:
            break
        at = where % len(left)
        one, term = left[at], terms[what % len(terms)]
        if kind == "delete":
            del left[at]
        elif kind == "object":
            left[at] = ox.Triple(one.subject, one.predicate, term)
        elif kind == "subject" and not isinstance(term, ox.Literal):
            left[at] = ox.Triple(term, one.predicate, one.object)
        elif kind == "property":
            left[at] = ox.Triple(one.subject, properties[what % len(properties)], one.object)
        elif kind == "copy":
            other = left[what % len(left)].subject
            left.append(ox.Triple(other, one.predicate, one.object))
        elif kind == "untype":
            left = [t for t in left if (t.subject, t.predicate) != (one.subject, TYPE)]
        elif kind == "retype":
            classes = [t for t in left if t.predicate == TYPE]
            if classes:
                left.append(ox.Triple(one.subject, TYPE, classes[what % len(classes)].object))
        elif kind == "date":
            dated = [t for t in left if str(t.object).endswith(("#date>", "#gYear>"))]
            if dated:
                old = dated[where % len(dated)]
                left[left.index(old)] = ox.Triple(
                    old.subject, old.predicate, DATES[what % len(DATES)]
                )
        elif kind == "forget":
            left = [t for t in left if t.subject != one.subject]
    return left


def expected(engine: Engine, before: Files, company: Company) -> set[Finding]:
    """What whole graphs say: findings after, but for those about others that were there before."""
    described = {node_text(thing) for thing in company.described}
    then = set(engine.findings({triple for triples in before.values() for triple in triples}))
    now = set(engine.findings(quad.triple for quad in company.whole(company.after)))
    return {finding for finding in now if finding.thing in described or finding not in then}


def example(ground: Ground, drawn: Drawn) -> tuple[Files, list[Contribution]]:
    """The base and the contributions that were drawn."""
    every = sorted(ground.data)
    names = sorted({every[number % len(every)] for number in drawn.files})
    base = {name: ground.data[name] for name in names}
    for number, edits in drawn.before:
        name = names[number % len(names)]
        base[name] = edited(base[name], edits, ground)
    brought = {}
    for number, how, edits in drawn.brought:
        name = (every if how == "anew" else names)[number % len(every if how == "anew" else names)]
        triples = [] if how == "empties" else edited(ground.data[name], edits, ground)
        if how == "adds":
            triples = [triple for triple in triples if triple not in base[name]]
        quads = tuple(ox.Quad(*triple) for triple in triples)
        replaces = name if how in ("replaces", "empties") else None
        brought[name, replaces] = Contribution(name, quads, replaces)
    return base, list(brought.values())


def judged(ground: Ground, judge: Judge, drawn: Drawn) -> tuple[Verdict, set[Finding]]:
    """The verdict on what was drawn, and what it must be."""
    base, brought = example(ground, drawn)
    files = ground.ontology | base
    store = MemoryStore(files)
    company = Company(store, brought)
    return judge.over(store).verdict(company), expected(ground.oracle, files, company)


@pytest.fixture(scope="module")
def fast() -> Judge:
    return Judge(House(ROOT), MemoryStore({}), by="pyshifty")


@pytest.fixture(scope="module")
def slow() -> Judge:
    return Judge(House(ROOT), MemoryStore({}), by="pyshacl")


@given(drawn=DRAWINGS)
def test_the_neighbourhood_finds_what_the_whole_finds(ground: Ground, fast: Judge, drawn: Drawn):
    verdict, wanted = judged(ground, fast, drawn)
    note(verdict.scope)
    for finding in sorted(wanted ^ set(verdict.findings)):
        note(f"{'missed' if finding in wanted else 'too much'}: {finding}")
    assert set(verdict.findings) == wanted


@settings(max_examples=12)
@given(drawn=DRAWINGS)
def test_pyshacl_finds_the_same_there(ground: Ground, slow: Judge, drawn: Drawn):
    verdict, wanted = judged(ground, slow, drawn)
    assert told(verdict.findings) == told(wanted)
