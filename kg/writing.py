"""Answers written: an engine's results, or our own statements, in the format that was wanted, within a ceiling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox

from kg.answers import Answer, Ceiling, Format, Wanted, prefixes_used, rows_in
from kg.errors import Overflow, SyntaxFault
from kg.phrases import Phrase

_TABLE_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPH_FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
UNLIMITED = Ceiling()
_LEAST_ROW = 1  # byte that a row takes at least; an answer with fewer bytes than rows are allowed is not counted


def write(results: Any, wanted: Wanted, ceiling: Ceiling) -> Answer:
    """Write an engine's results in the wanted format; raises Overflow beyond the ceiling."""
    if isinstance(results, ox.QueryTriples):
        return write_graph(results, wanted.of("graph"), ceiling)
    form = wanted.of("table")
    out = _Bounded(ceiling.bytes)
    if isinstance(results, ox.QueryBoolean) and form.name in ("csv", "tsv"):
        # The engine writes a bare word; a spreadsheet, and our own table, wants a column.
        out.write(b"answer\r\n%s\r\n" % (b"true" if bool(results) else b"false"))
    else:
        results.serialize(out, _TABLE_FORMATS[form.name])
    body = out.getvalue()
    if len(body) > ceiling.rows * _LEAST_ROW and rows_in(form, body) > ceiling.rows:
        raise Overflow(ceiling.rows, "rows")
    return Answer("table", form, body)


def write_graph(triples: Iterable[ox.Triple], form: Format, ceiling: Ceiling) -> Answer:
    """Write statements in this format; raises Overflow beyond the ceiling."""
    out: Any = _Bounded(ceiling.bytes)
    extra: dict[str, Any] = {}
    triples = _at_most(triples, ceiling.rows)
    if form.name == "turtle":
        triples = list(triples)
        names = {triple.predicate.value for triple in triples}
        names |= {
            node.value
            for triple in triples
            for node in (triple.subject, triple.object)
            if isinstance(node, ox.NamedNode)
        }
        extra["prefixes"] = prefixes_used(names)
    ox.serialize(triples, out, format=_GRAPH_FORMATS[form.name], **extra)
    return Answer("graph", form, out.getvalue())


def _at_most(triples: Iterable[ox.Triple], most: int) -> Iterator[ox.Triple]:
    for count, triple in enumerate(triples):
        if count == most:
            raise Overflow(most, "statements")
        yield triple


def as_answer(triples: Iterable[ox.Triple], wanted: Wanted) -> Answer:
    """Statements of our own making as an answer."""
    return write_graph(list(triples), wanted.of("graph"), UNLIMITED)


class _Bounded:
    """A place to write that refuses to grow beyond its ceiling; half of what a kind of `io.BytesIO` costs."""

    def __init__(self, ceiling: int) -> None:
        self._room = self._ceiling = ceiling
        self._parts: list[bytes] = []

    def write(self, data: Any, /) -> int:
        self._room -= len(data)
        if self._room < 0:
            raise Overflow(self._ceiling)
        self._parts.append(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def getvalue(self) -> bytes:
        return b"".join(self._parts)


_QUERY = Phrase("The query")


def query_fault(query: str, said: str) -> SyntaxFault:
    """An engine's complaint about a query as a sentence; its list of expected signs is left out."""
    found = re.match(r"error at (\d+):(\d+): (.*)", said, re.DOTALL)
    if not found:
        return SyntaxFault(_QUERY, said)
    line, column = int(found[1]), int(found[2])
    here = (query.splitlines()[line - 1 :] or [""])[0][column - 1 :].strip()[:30]
    for known in ("Prefix not found", "The SELECT contains a variable that is unbound"):
        if known in found[3]:
            why = (
                Phrase("a prefix is not declared.")
                if known.startswith("Prefix")
                else Phrase("SELECT names a variable that GROUP BY leaves without a value.")
            )
            return SyntaxFault(_QUERY, why, line, column)
    said = Phrase("this is not SPARQL from here on, where the query ends; is a bracket missing?")
    if here:
        said = Phrase("this is not SPARQL from here on, near %(text)s", text=repr(here))
    return SyntaxFault(_QUERY, said, line, column)
