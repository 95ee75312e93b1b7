"""The W3C's SHACL test suites, core and SPARQL, run with both engines as this project calls them.

`python -m tests.conformance.shacl [folder]` prints how many tests each engine passes and which it does not. The suites
lie in pySHACL's source distribution, which pip fetches; a folder with their `manifest.ttl` may be named instead.
`CONFORMANCE.md` says what came of it.

A test passes when the report is the expected one: the same results, each with the same focus node, path, value,
severity, component and shape, and messages where some are expected; or a refusal, where one is expected.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pyshacl
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, BNode, Graph, Namespace, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.errors import JudgeFailed
from kg.validation.engines import PySHACL, PyShifty
from kg.validation.terms import as_rdflib, as_term
from tests.conformance.sources import tell, unpacked

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
SUITES = ("core", "sparql")
COMPARED = (
    SH.focusNode,
    SH.resultPath,
    SH.value,
    SH.resultSeverity,
    SH.sourceConstraintComponent,
    SH.sourceShape,
)


REPEATED = (SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)
Report = Counter[tuple[tuple[URIRef, str], ...]]


@dataclass
class Shapes:
    """A shapes graph of a test, in the place of this project's own."""

    statements: list[ox.Quad]

    @cached_property
    def graph(self) -> Graph:
        return as_rdflib(self.statements)


@dataclass(frozen=True)
class Case:
    """One test: its name, what is judged by what, and the report that is expected; None for a refusal."""

    name: str
    files: tuple[Path, Path]  # of the data and the shapes
    data: list[ox.Quad]
    shapes: Shapes
    expected: Report | None


def fetch(into: Path) -> Path:
    """The folder of the suites in the source distribution of the installed pySHACL. Raises Unfetched."""
    return unpacked("pyshacl", into) / "test" / "resources" / "sht_tests"


def cases(folder: Path, suite: str) -> Iterator[Case]:
    """The tests of one suite, by the order of their files."""
    for file in sorted((folder / suite).rglob("*.ttl")):
        said = _read(file)
        manifest = as_rdflib(said)
        for test in sorted(manifest.subjects(RDF.type, SHT.Validate)):
            action = manifest.value(test, MF.action)
            data = _file(manifest.value(action, SHT.dataGraph))
            shapes = _file(manifest.value(action, SHT.shapesGraph))
            result = manifest.value(test, MF.result)
            expected = None if result == SHT.Failure else _report(manifest, result)
            name = str(test).removeprefix(f"{folder.resolve().as_uri()}/")
            yield Case(name, (data, shapes), _read(data), Shapes(_read(shapes)), expected)


def _file(named: Node | None) -> Path:
    return Path(str(named).removeprefix("file://"))


def _read(file: Path) -> list[ox.Quad]:
    return list(ox.parse(path=str(file), base_iri=file.resolve().as_uri()))


def by_pyshacl(case: Case) -> Graph:
    return PySHACL(case.shapes).report(quad.triple for quad in case.data)


def by_pyshifty(case: Case) -> Graph:
    return as_rdflib(PyShifty(case.shapes).report(quad.triple for quad in case.data))


def by_pyshacl_over_rdflib(case: Case) -> Graph:
    data, shapes = (Graph().parse(file, publicID=file.as_uri()) for file in case.files)
    _, report, text = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inference="none")
    if not isinstance(report, Graph):
        raise JudgeFailed(text)
    return report


ENGINES: dict[str, Callable[[Case], Graph]] = {
    "pySHACL over pyoxigraph, as this project calls it": by_pyshacl,
    "pySHACL over rdflib, as it comes": by_pyshacl_over_rdflib,
    "pyshifty": by_pyshifty,
}


def passes(case: Case, engine: Callable[[Case], Graph]) -> bool:
    try:
        report = engine(case)
    except (JudgeFailed, ReportableRuntimeError):
        return case.expected is None
    except Exception:
        return False  # it broke down, which is no refusal
    if case.expected is None:
        return False
    node = next(report.subjects(RDF.type, SH.ValidationReport))
    messages = any(SH.resultMessage in dict(result) for result in case.expected)
    return _report(report, node, messages) == case.expected


def _report(graph: Graph, report: Node | None, messages: bool = True) -> Report:
    """As much of a report as is compared; a blank node is like any other."""
    compared = (*COMPARED, *((SH.resultMessage,) if messages else ()))
    return Counter(
        tuple(
            (predicate, _written(graph, value))
            for predicate in compared
            for value in sorted(graph.objects(result, predicate))
        )
        for result in graph.objects(report, SH.result)
    )


def _written(graph: Graph, node: Node) -> str:
    """A term as N-Triples, a path with all that it is made of."""
    if not isinstance(node, BNode):
        return str(as_term(node))
    said = sorted(graph.predicate_objects(node))
    path = {RDF.first, SH.inversePath, SH.alternativePath} | set(REPEATED)
    if not path & {predicate for predicate, _ in said}:
        return "_:"
    return "[" + " ".join(f"{name} {_written(graph, value)}" for name, value in said) + "]"


def failing(folder: Path, suite: str) -> tuple[int, dict[str, list[str]]]:
    """How many tests a suite has, and the names of those that each engine does not pass."""
    tests = list(cases(folder, suite))
    return len(tests), {
        name: [case.name for case in tests if not passes(case, engine)]
        for name, engine in ENGINES.items()
    }


def summary(folder: Path) -> str:
    """Pass counts and failing names, as CONFORMANCE.md has them."""
    logging.getLogger("rdflib.term").setLevel(
        logging.ERROR
    )  # some tests have values that are not their type's
    lines = []
    for suite in SUITES:
        count, failed = failing(folder, suite)
        for engine, names in failed.items():
            lines.append(f"- {suite}, {engine}: {count - len(names)} of {count}")
            lines += [f"  - `{name}`" for name in names]
    return "\n".join(lines)


if __name__ == "__main__":
    tell(fetch, summary)
