"""Who judges: pySHACL, always; `pyshifty`, where it is installed, for the whole graph or on demand.

Both are given the project's shapes and no others, and data that was parsed by pyoxigraph. pySHACL's `focus_nodes=`
is not used (it loses violations). It reads a pyoxigraph store in memory natively: measured on 6,060 statements,
0.7 s, against 7.0 s over an rdflib graph and 6.1 s with its own truth test of the store, which counts it each time.
The shapes are read once. A test compares the reports of both engines over every file that breaks a shape; what each
passes of the W3C's suites is in CONFORMANCE.md.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from importlib.util import find_spec
from typing import Any, Protocol, cast

import pyoxigraph as ox
from pyshacl.errors import ReportableRuntimeError
from pyshacl.graph_abstraction import DataGraph
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import Graph, Literal
from rdflib.namespace import SH

from kg.errors import JudgeFailed
from kg.namespaces import shorten
from kg.validation.company import Term
from kg.validation.findings import Finding
from kg.validation.focus import Focus, marks
from kg.validation.shapebook import ShapeBook
from kg.validation.terms import as_term

ENGINES = ("pyshacl", "pyshifty")
_FEW = 8  # shapes
_Said = Mapping[str, Term]
_FOCUS, _VALUE, _SHAPE, _SEVERITY, _PATH, _MESSAGE = (
    str(SH[name])
    for name in (
        *("focusNode", "value", "sourceShape", "resultSeverity", "resultPath", "resultMessage"),
    )
)


class Engine(Protocol):
    """Judges statements by the shapes of its book."""

    name: str

    def findings(self, data: Iterable[ox.Triple], focus: Focus | None = None) -> list[Finding]:
        """Every finding about these statements, or those in focus; without labels and places.

        Raises JudgeFailed.
        """


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

    @cached_property
    def _whole(self) -> _Shapes:
        return _Shapes(self._book.graph)

    @cached_property
    def _focused(self) -> _Shapes:
        return _Shapes(self._book.focused_graph)

    def findings(self, data: Iterable[ox.Triple], focus: Focus | None = None) -> list[Finding]:
        return read_report(self.report(data, focus), self._book, focus)

    def report(self, data: Iterable[ox.Triple], focus: Focus | None = None) -> Graph:
        """The validation report as pySHACL writes it."""
        store = ox.Store()
        store.extend(ox.Quad(*triple) for triple in data)
        shapes = self._whole
        if focus is not None:
            store.extend(ox.Quad(*triple) for triple in marks(focus.things))
            shapes = self._focused
            shapes.asked = focus.shapes
        options = {"advanced": True, "inference": "none", "inplace": True}
        validator = Validator(_seen_as_full(store), shacl_graph=shapes.graph, options=options)
        validator.shacl_graph = shapes
        try:
            with _without_warnings():
                _, report, _ = validator.run()  # type: ignore[no-untyped-call]
        except RecursionError:
            raise JudgeFailed("its lists or blank nodes are nested too deeply.") from None
        except ReportableRuntimeError as failure:
            raise JudgeFailed(f"{failure.message}.") from failure
        return cast("Graph", report)


class _Shapes(ShapesGraph):
    """Shapes as pySHACL reads them, made once; those that are `asked` judge, the others are parts of them."""

    asked: frozenset[str] | None = None

    @property
    def shapes(self) -> list[Any]:
        every = super().shapes
        return [one for one in every if self.asked is None or str(one.node) in self.asked]


class PyShifty:
    """The fast one: a beta, held to pySHACL's verdict by tests."""

    name = "pyshifty"

    def __init__(self, book: ShapeBook) -> None:
        self._book = book

    @cached_property
    def _whole(self) -> Any:
        return _prepared(self._book.statements)

    @cached_property
    def _focused(self) -> Any:
        return _prepared(self._book.focused)

    @lru_cache(maxsize=64)  # noqa: B019 - an engine lives as long as its judge
    def _few(self, shapes: frozenset[str]) -> Any:
        """For a few shapes: made in 2 ms, and then every question to it takes 10 ms less than to all."""
        return _prepared(self._book.parts(shapes))

    def findings(self, data: Iterable[ox.Triple], focus: Focus | None = None) -> list[Finding]:
        said: dict[object, dict[str, Term]] = {}
        for quad in self.report(data, focus):
            said.setdefault(quad.subject, {})[quad.predicate.value] = quad.object
        return _findings(said.values(), self._book, focus)

    def report(self, data: Iterable[ox.Triple], focus: Focus | None = None) -> Iterator[ox.Quad]:
        """The validation report as pyshifty writes it."""
        text, validator, asked = _lines(data), self._whole, None
        if focus is not None:
            text += _lines(marks(focus.things))
            few = len(focus.shapes) <= _FEW
            validator = self._few(focus.shapes) if few else self._focused
            asked = sorted(focus.shapes)
        try:
            report = validator.validate_w3c(
                data=text,
                graph_mode="data",
                entry_shape_names=asked,
                run_infer=False,
                sort_results=False,
            )
        except (ValueError, RuntimeError) as error:
            raise JudgeFailed(f"{error}.") from error
        return ox.parse(report.report_turtle, format=ox.RdfFormat.TURTLE)


def _prepared(shapes: Iterable[ox.Quad]) -> Any:
    # The extension itself: its wrapper has rdflib parse each report, which takes ten times as long as judging.
    from shifty._shifty import PreparedValidator

    return PreparedValidator(shapes=_lines(quad.triple for quad in shapes), shapes_format="nt")


def _lines(data: Iterable[ox.Triple]) -> bytes:
    """Statements as N-Triples."""
    return ox.serialize(data, format=ox.RdfFormat.N_TRIPLES) or b""


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


def read_report(report: Graph, book: ShapeBook, focus: Focus | None = None) -> list[Finding]:
    """The findings of a report as rdflib holds it."""
    results = (
        {str(predicate): as_term(value) for predicate, value in report.predicate_objects(result)}
        for result in report.objects(None, SH.result)
    )
    return _findings(results, book, focus)


def _findings(results: Iterable[_Said], book: ShapeBook, focus: Focus | None) -> list[Finding]:
    return [
        _finding(said, book.paths)
        for said in results
        if _FOCUS in said and (focus is None or said[_FOCUS] in focus.things)
    ]


def _finding(said: _Said, paths: Mapping[str, str]) -> Finding:
    focus, value, shape = said[_FOCUS], said.get(_VALUE), _text(said.get(_SHAPE))
    told = value is not None and value != focus
    return Finding(
        severity=shorten(_text(said.get(_SEVERITY))).removeprefix("sh:").lower(),
        thing=_text(focus),
        # A property shape's own path: pyshifty leaves a path that is no IRI out of its report.
        path=paths.get(shape, _text(said.get(_PATH))),
        value=_text(value) if told else "",
        shape=shape,
        message=_text(said.get(_MESSAGE)),
        written=str(value) if told else "",
    )


def _text(term: Term | None) -> str:
    return "" if term is None or isinstance(term, ox.Triple) else term.value
