"""Every named shape is broken once, by a file that breaks it and nothing else; the file's name is the expectation.

The files are judged as contributions to the invented world, so they may name its things.
"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph
from rdflib.namespace import SH

from kg.build import Built
from kg.house import House
from kg.namespaces import PREFIXES
from kg.rdf import node_text
from kg.store import EmbeddedStore
from kg.validation import Contribution, Judge, as_rdflib, read
from tests.conftest import TESTS

FILES = sorted((TESTS / "shapes").rglob("*.ttl"))
BREAKERS = [file for file in FILES if file.stem != "ok"]
SHAPE = PREFIXES["shape"]
_judge: Judge  # of each process that judges files


def shape_of(file: Path) -> str:
    return f"{SHAPE}{file.parent.name}-{file.stem}"


def expected(file: Path) -> set[str]:
    return set() if file.stem == "ok" else {shape_of(file)}


@pytest.fixture(scope="module")
def broken(
    request: pytest.FixtureRequest, judge: Judge, world_house: House, world_built: Built
) -> dict[Path, set]:
    """The shapes that each of the chosen files breaks, judged on all cores.

    Files that name no common individual cannot touch each other, so up to ten of them are judged at once; a
    file that then breaks anything but the shape of its name is judged again by itself, and that counts.
    """
    chosen = {item.callspec.params["file"] for item in request.session.items if _judges(item)}
    opened = (world_house, world_built.folder / "store", world_built.version)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=spawn, initializer=_open, initargs=opened) as pool:
        found: dict[Path, set] = {}
        for verdicts in pool.map(_judged_together, apart(sorted(chosen), judge)):
            found |= verdicts
        doubtful = [file for file in sorted(chosen) if found.get(file) != expected(file)]
        return found | dict(zip(doubtful, pool.map(_shapes_broken, doubtful), strict=True))


def apart(files: list[Path], judge: Judge) -> list[list[Path]]:
    """The files in groups of ten at most, in which no two name a common individual.

    Concepts and terms of the ontology are no individuals, and a source may be read for many things.
    """
    common = {node_text(quad.subject) for quad in judge.company([]) if _of_ontology(quad)}
    groups: list[tuple[list[Path], set[str]]] = []
    for file in files:
        named = {iri for iri in _iris(file) - common if "/source/" not in iri}
        home = next((g for g in groups if len(g[0]) < 10 and not g[1] & named), None)
        if home is None:
            home = ([], set())
            groups.append(home)
        home[0].append(file)
        home[1].update(named)
    return [group for group, _ in groups]


def _of_ontology(quad: ox.Quad) -> bool:
    return quad.predicate.value in (PREFIXES["skos"] + "inScheme", PREFIXES["rdfs"] + "isDefinedBy")


def _iris(file: Path) -> set[str]:
    quads = read(file, House(file.parent)).statements
    nodes = [node for quad in quads for node in (quad.subject, quad.object)]
    return {node.value for node in nodes if isinstance(node, ox.NamedNode)}


def _judged_together(files: list[Path]) -> dict[Path, set[str]]:
    """What each file breaks, by the things that it alone describes; nothing if a finding is nobody's."""
    brought = {file: read(file, House(file.parent)) for file in files}
    described = {
        node_text(quad.subject): file for file, one in brought.items() for quad in one.statements
    }
    verdicts: dict[Path, set[str]] = {file: set() for file in files}
    for finding in _judge.findings(list(brought.values())):
        if finding.thing not in described:
            return {}
        verdicts[described[finding.thing]].add(finding.shape)
    return verdicts


def _judges(item: pytest.Item) -> bool:
    return getattr(item, "originalname", "") == test_what_a_file_breaks_is_its_name.__name__


def _open(house: House, folder: Path, version: str) -> None:
    global _judge
    _judge = Judge(house, EmbeddedStore(folder, version))


def _shapes_broken(file: Path) -> set[str]:
    return {finding.shape for finding in _judge.findings([read(file, House(file.parent))])}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_a_file_breaks_is_its_name(file: Path, broken: dict[Path, set]):
    assert broken[file] == expected(file)


def test_every_shape_with_a_message_is_broken_once(judge: Judge):
    named = {
        str(shape) for shape in judge.shapes.subjects(SH.message) if str(shape).startswith(SHAPE)
    }
    owners = {str(node) for node in judge.shapes.subjects(SH.sparql)}
    assert named | owners == {shape_of(file) for file in BREAKERS}


def test_every_class_has_a_right_example(house: House):
    shown = {file.parent.name for file in FILES if file.stem == "ok"}
    assert shown == {file.stem for file in house.files("shapes")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_test_file_says_what_the_modeller_was_thinking(file: Path):
    assert file.read_text().startswith("# ")


def test_every_message_tells_what_to_do(judge: Judge):
    """One or more whole sentences, in English, long enough to hold an instruction."""
    for message in judge.shapes.objects(None, SH.message):
        assert message.language == "en"
        assert str(message).endswith(".")
        assert len(str(message).split()) >= 6


def test_the_fast_store_and_plain_rdflib_are_judged_alike(judge: Judge, world_house: House):
    """All breakers at once, judged by pySHACL over pyoxigraph (as we do) and over rdflib (as others do)."""
    everything = [Contribution(str(file), read(file, world_house).statements) for file in FILES]
    ours = {
        (one.thing, one.shape, one.value) for one in judge.findings(everything) if "/" in one.thing
    }
    graph = as_rdflib(quad for quad in judge.company(everything))
    _, report, _ = pyshacl.validate(
        graph, shacl_graph=judge.shapes, advanced=True, inference="none"
    )
    assert isinstance(report, Graph)
    theirs = {
        (str(focus), str(report.value(result, SH.sourceShape)), said(report, result, focus))
        for result in report.objects(None, SH.result)
        if "/" in (focus := report.value(result, SH.focusNode))
    }
    assert len(ours) > len(BREAKERS) / 2
    assert ours == theirs


def said(report: Graph, result: object, focus: object) -> str:
    value = report.value(result, SH.value)
    return "" if value is None or value == focus else str(value)
