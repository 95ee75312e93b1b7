"""Every named shape is broken once, by a file that breaks it and nothing else; the file's name is the expectation.

The files are judged as contributions to the invented world, so they may name its things.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import Graph
from rdflib.namespace import SH

from kg.house import House
from kg.namespaces import PREFIXES
from kg.validation import Company, Contribution, Finding, Judge, read
from kg.validation.engines import PySHACL, PyShifty
from tests.conftest import TESTS

FILES = sorted((TESTS / "shapes").rglob("*.ttl"))
BREAKERS = [file for file in FILES if file.stem != "ok"]
SHAPE = PREFIXES["shape"]


def shape_of(file: Path) -> str:
    return f"{SHAPE}{file.parent.name}-{file.stem}"


def broken_by(file: Path, judge: Judge) -> set[str]:
    """The shapes that a file breaks when it is contributed to the invented world."""
    return {finding.shape for finding in judge.findings([read(file, House(file.parent))])}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_a_file_breaks_is_its_name(file: Path, judge: Judge):
    assert broken_by(file, judge) == (set() if file.stem == "ok" else {shape_of(file)})


def test_every_shape_with_a_message_is_broken_once(judge: Judge):
    named = {
        str(shape)
        for shape in judge.book.graph.subjects(SH.message)
        if str(shape).startswith(SHAPE)
    }
    owners = {str(node) for node in judge.book.graph.subjects(SH.sparql)}
    assert named | owners == {shape_of(file) for file in BREAKERS}


def test_every_class_has_a_right_example(house: House):
    shown = {file.parent.name for file in FILES if file.stem == "ok"}
    assert shown == {file.stem for file in house.files("shapes")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_test_file_says_what_the_modeller_was_thinking(file: Path):
    assert file.read_text().startswith("# ")


def test_every_message_tells_what_to_do(judge: Judge):
    """One or more whole sentences, in English, long enough to hold an instruction."""
    for message in judge.book.graph.objects(None, SH.message):
        assert message.language == "en"
        assert str(message).endswith(".")
        assert len(str(message).split()) >= 6


def everything(world_house: House) -> list[Contribution]:
    """All files at once: what each of them breaks, and what they break together."""
    return [Contribution(str(file), read(file, world_house).statements) for file in FILES]


def told(findings: list[Finding]) -> set[tuple[str, str, str, str, str]]:
    """Findings about things that have a name, as far as two engines must agree: all but blank nodes' names."""
    return {
        (
            one.severity,
            one.thing,
            one.path,
            one.shape,
            "" if one.written[:2] == "_:" else one.written,
        )
        for one in findings
        if "/" in one.thing
    }


def test_all_engines_report_the_same(judge: Judge, world_house: House, store):
    """pySHACL over pyoxigraph (as we use it), over rdflib (as others do), and pyshifty: over all breakers at once."""
    import pyshacl

    from kg.validation.engines import read_report
    from kg.validation.terms import as_rdflib

    company = Company(judge._store, everything(world_house))
    data = [quad.triple for quad in company.whole(company.after)]
    ours = told(PySHACL(judge.book).findings(data))
    fast = told(PyShifty(judge.book).findings(data))
    _, report, _ = pyshacl.validate(
        as_rdflib(data), shacl_graph=judge.book.graph, advanced=True, inference="none"
    )
    assert isinstance(report, Graph)
    assert len(ours) > len(BREAKERS) / 2
    assert told(read_report(report, judge.book)) == ours
    assert fast == ours


@pytest.fixture(scope="session")
def fast(world_house: House, world) -> Judge:
    return Judge(world_house, world, by="pyshifty")


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_each_file_is_judged_alike_by_the_fast_engine(file: Path, fast: Judge, judge: Judge):
    """One at a time, so that no finding hides behind another."""
    one = [read(file, House(file.parent))]
    assert told(fast.findings(one)) == told(judge.findings(one))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_neighbourhood_and_the_whole_graph_give_the_same(file: Path, fast: Judge, world):
    """By the fast engine, which the test above holds to pySHACL's verdict on the same files."""
    company = Company(world, [read(file, House(file.parent))])
    near, whole = fast.verdict(company), fast.whole(company, "it is asked for")
    assert near.scope == "the neighbourhood of what changes", near.scope
    assert told(near.findings) == told(whole.findings)
