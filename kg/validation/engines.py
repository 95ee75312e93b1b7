"""Who judges: pySHACL, always; `pyshifty`, where it is installed, for the whole graph or on demand.

Both are given the project's shapes and no others, and data that was parsed by pyoxigraph. pySHACL's `focus_nodes=`
is not used (it loses violations). It reads a pyoxigraph store in memory natively: measured on 6,060 statements,
0.7 s, against 7.0 s over an rdflib graph and 6.1 s with its own truth test of the store, which counts it each time.
A test compares the reports of both engines over every file that breaks a shape and over all data.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator
from functools import cached_property
from importlib.util import find_spec
from typing import Any, Protocol

import pyoxigraph as ox
import pyshacl
from pyshacl.graph_abstraction import DataGraph
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.errors import JudgeFailed
from kg.namespaces import shorten
from kg.validation.findings import Finding
from kg.validation.shapebook import ShapeBook
from kg.validation.terms import written

ENGINES = ("pyshacl", "pyshifty")


class Engine(Protocol):
    """Judges statements by the shapes of its book."""

    name: str

    def findings(self, data: Iterable[ox.Triple]) -> list[Finding]:
        """Every finding about these statements, without labels and places. Raises JudgeFailed."""


def engine(name: str, book: ShapeBook) -> Engine:
    """The engine of that name; JudgeFailed where it is not installed."""
    if name == "pyshifty":
        if not has_pyshifty():
            raise JudgeFailed(
                "pyshifty is not installed. Add it with `pip install pyshifty`, or use pyshacl."
            )
        return PyShifty(book)
    return PySHACL(book)


def has_pyshifty() -> bool:
    return find_spec("shifty") is not None


class PySHACL:
    """The judge that counts."""

    name = "pyshacl"

    def __init__(self, book: ShapeBook) -> None:
        self._book = book

    def findings(self, data: Iterable[ox.Triple]) -> list[Finding]:
        store = ox.Store()
        store.extend(ox.Quad(*triple) for triple in data)
        try:
            with _without_warnings():
                _, report, text = pyshacl.validate(
                    _seen_as_full(store),
                    shacl_graph=self._book.graph,
                    advanced=True,
                    inference="none",
                    inplace=True,
                )
        except RecursionError:
            raise JudgeFailed("its lists or blank nodes are nested too deeply.") from None
        if not isinstance(report, Graph):
            raise JudgeFailed(str(text))
        return _read(report, self._book.graph)


class PyShifty:
    """The fast one: the same report in a sixth of the time, from a beta that is held to pySHACL's verdict by tests."""

    name = "pyshifty"

    def __init__(self, book: ShapeBook) -> None:
        self._book = book

    @cached_property
    def _validator(self) -> Any:
        import shifty

        return shifty.PreparedValidator(_lines(quad.triple for quad in self._book.statements))

    def findings(self, data: Iterable[ox.Triple]) -> list[Finding]:
        text = _lines(data)
        try:
            _, report, _ = self._validator.validate(
                text, graph_mode="data", infer=False, sort_results=False
            )
        except (ValueError, RuntimeError) as error:
            raise JudgeFailed(f"{error}.") from error
        return _read(report, self._book.graph)


def _lines(data: Iterable[ox.Triple]) -> str:
    """Statements as N-Triples."""
    return (ox.serialize(data, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """rdflib warns, with a traceback, of values that their datatypes do not allow; the shapes say so in sentences."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _seen_as_full(data: ox.Store) -> DataGraph:
    """A store as pySHACL reads it: not counted whenever it is asked if there is anything in it, and with nothing said
    of a text (pySHACL follows a path from one, where text stands in place of a name, and pyoxigraph raises TypeError).
    """
    graph = DataGraph.from_oxigraph_store(data)
    kind: Any = type(graph)

    class Full(kind):  # type: ignore[misc]
        def __bool__(self) -> bool:
            return True

        def objects(self, subject: Any, predicate: Any, unique: bool = False) -> Iterator[Any]:
            found: Iterator[Any] = super().objects(_subjects(subject), predicate, unique)
            return found

        def predicate_objects(self, subject: Any) -> Iterator[Any]:
            if not isinstance(subject, Literal):
                yield from super().predicate_objects(subject)

        def triples(self, triple: Any, *more: Any, **options: Any) -> Iterator[Any]:
            if not isinstance(triple[0], Literal):
                yield from super().triples(triple, *more, **options)

    graph.__class__ = Full
    return graph


def _subjects(subject: Any) -> Any:
    """What statements can be about: all but texts."""
    if isinstance(subject, list | tuple):
        return [one for one in subject if not isinstance(one, Literal)]
    return [] if isinstance(subject, Literal) else subject


def _read(report: Graph, shapes: Graph) -> list[Finding]:
    return [_finding(report, result, shapes) for result in report.objects(None, SH.result)]


def _finding(report: Graph, result: Node, shapes: Graph) -> Finding:
    def said(of: URIRef) -> Node | None:
        return report.value(result, of)

    focus, value = said(SH.focusNode), said(SH.value)
    told = value is not None and value != focus
    # A property shape's own path: pyshifty leaves a path that is no IRI out of its report.
    path = shapes.value(said(SH.sourceShape), SH.path)
    return Finding(
        severity=shorten(str(said(SH.resultSeverity))).removeprefix("sh:").lower(),
        thing=str(focus),
        path=_path(shapes, path) if path else _path(report, said(SH.resultPath)),
        value=str(value) if told else "",
        shape=str(said(SH.sourceShape)),
        message=str(said(SH.resultMessage) or ""),
        written=written(value) if told else "",
    )


def _path(report: Graph, path: Node | None) -> str:
    """A path as a person writes it: an IRI, or `^iri` for an inverse, or `a|b` for alternatives."""
    if path is None or isinstance(path, URIRef):
        return str(path or "")
    inverse = report.value(path, SH.inversePath)
    if inverse is not None:
        return "^" + _path(report, inverse)
    options = report.value(path, SH.alternativePath)
    if options is not None:
        return "|".join(_path(report, option) for option in report.items(options))
    return ""
