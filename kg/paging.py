"""A part of an answer, cut from the whole: rows of a table in their order, statements of a graph in the order of
their N-Triples, so that the parts put together are the whole.
"""

from __future__ import annotations

import csv
import io
import json

import pyoxigraph as ox

from kg.answers import TABLES, Answer, Wanted
from kg.writing import UNLIMITED, as_answer, write


def total(answer: Answer) -> int:
    """How many rows a table has, or statements a graph, counted in the form in which it was written.

    Raises ValueError for a graph that is not N-Triples: in other forms a statement is not a line.
    """
    body, form = answer.body, answer.format.name
    if form == "json":
        data = json.loads(body)
        return 1 if "boolean" in data else len(data["results"]["bindings"])
    if form == "xml":
        return 1 if b"<boolean>" in body else body.count(b"<result>")
    if form == "csv":
        return max(sum(1 for _ in csv.reader(io.StringIO(body.decode(), newline=""))) - 1, 0)
    if form == "tsv":  # a line break within a value is written \\n
        return max(len(body.splitlines()) - 1, 0)
    if form == "ntriples":
        return len(_lines(answer))
    raise ValueError(f"Statements cannot be counted in {form}.")


def part(answer: Answer, start: int, length: int, wanted: Wanted) -> Answer:
    """`length` rows or statements from `start` (0 is the first), written as wanted.

    The whole must be a table written as JSON, or a graph written as N-Triples.
    """
    if answer.kind == "graph":
        lines = b"\n".join(_lines(answer)[start : start + length])
        quads = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
        return as_answer((quad.triple for quad in quads), wanted)
    data = json.loads(answer.body)
    if "boolean" not in data:
        data["results"]["bindings"] = data["results"]["bindings"][start : start + length]
    cut = json.dumps(data, ensure_ascii=False).encode()
    form = wanted.of("table")
    if form is TABLES["json"]:
        return Answer("table", form, cut)
    return write(ox.parse_query_results(cut, format=ox.QueryResultsFormat.JSON), wanted, UNLIMITED)


def _lines(answer: Answer) -> list[bytes]:
    return sorted({line for line in answer.body.splitlines() if line})
