"""What a question comes back with, and the forms in which it can be written.

An answer is a table (SELECT, ASK) or a graph (CONSTRUCT, DESCRIBE). It travels as the bytes that the
engine wrote, from the worker to the door, and is taken apart again only where a person is to read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kg.errors import A_KIND, NotAcceptable
from kg.namespaces import PREFIXES, shorten

LABEL = "Label"  # a column `?cityLabel` names what stands in `?city`


@dataclass(frozen=True)
class Format:
    """A way to write an answer: our short name, which is also the suffix, and its media type."""

    name: str
    media_type: str
    suffix: str


TABLES = {
    form.name: form
    for form in (
        Format("json", "application/sparql-results+json", "json"),
        Format("xml", "application/sparql-results+xml", "xml"),
        Format("csv", "text/csv", "csv"),
        Format("tsv", "text/tab-separated-values", "tsv"),
    )
}
GRAPHS = {
    form.name: form
    for form in (
        Format("turtle", "text/turtle", "ttl"),
        Format("ntriples", "application/n-triples", "nt"),
        Format("jsonld", "application/ld+json", "jsonld"),
        Format("rdfxml", "application/rdf+xml", "rdf"),
    )
}


@dataclass(frozen=True)
class Wanted:
    """The format asked for, should the answer be a table, and should it be a graph."""

    table: str | None = "json"
    graph: str | None = "turtle"

    def of(self, kind: str) -> Format:
        """The format for an answer of this kind; raises NotAcceptable where none was asked for."""
        name, known = (self.table, TABLES) if kind == "table" else (self.graph, GRAPHS)
        if name is None or name not in known:
            raise NotAcceptable(A_KIND[kind], list(known))
        return known[name]


@dataclass(frozen=True)
class Ceiling:
    """How long an answer may grow: in bytes, and in rows (of a table) or statements (of a graph)."""

    bytes: int = 1 << 62
    rows: int = 1 << 62


@dataclass(frozen=True)
class Answer:
    """An answer as it was written: its kind ("table" or "graph"), its format, its bytes."""

    kind: str
    format: Format
    body: bytes

    def table(self) -> Table:
        """The rows, from an answer that was written as JSON."""
        return Table.from_json(self.body)


@dataclass(frozen=True, slots=True)
class Term:
    """One cell: `kind` is "uri", "literal" or "bnode"; language, datatype and name where it has them."""

    kind: str
    value: str
    language: str = ""
    datatype: str = ""
    label: str = ""

    def __str__(self) -> str:
        return self.label or (shorten(self.value) if self.kind == "uri" else self.value)


@dataclass(frozen=True)
class Table:
    """Rows with named columns; a cell without a value is None. ASK is one row, one column: `answer`.

    `headings` says what columns are called for people, where that is not their name.
    """

    columns: list[str]
    rows: list[dict[str, Term | None]]
    headings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, body: bytes) -> Table:
        """Read SPARQL 1.1 Query Results JSON."""
        data = json.loads(body)
        if "boolean" in data:
            said = Term("literal", "yes" if data["boolean"] else "no")
            return cls(["answer"], [{"answer": said}])
        columns = data["head"]["vars"]
        bindings = data["results"]["bindings"]
        return cls(columns, [{name: _term(row.get(name)) for name in columns} for row in bindings])

    def __iter__(self) -> Iterator[list[Term | None]]:
        return ([row[name] for name in self.columns] for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def for_people(self) -> Table:
        """The same rows with each thing called by its name: `?cityLabel` goes into the cell of `?city`."""
        labels = {name + LABEL for name in self.columns}
        shown = [name for name in self.columns if name not in labels]
        rows = [{name: _named(row, name) for name in shown} for row in self.rows]
        return Table(shown, rows)

    def called(self, column: str) -> str:
        """What a column is called for people."""
        return self.headings.get(column, column)

    def distinct(self, column: str) -> int:
        """How many different values a column has, empty cells left out."""
        return len({row.get(column) for row in self.rows} - {None})


@dataclass(frozen=True)
class Excerpt:
    """The beginning of an answer, for a page: rows of a table or lines of a graph's Turtle, and how many there are."""

    table: Table | None
    text: str
    shown: int
    of: int

    @classmethod
    def from_answer(cls, answer: Answer, most: int, of: int = 0) -> Excerpt:
        """At most so many rows or lines of an answer that was written as JSON or Turtle, which is `of` long."""
        if answer.kind == "table":
            whole = answer.table()
            rows = whole.rows[:most]
            return cls(Table(whole.columns, rows), "", len(rows), of or len(whole))
        lines = answer.body.decode().splitlines()
        return cls(None, "\n".join(lines[:most]), len(lines[:most]), of or len(lines))

    @property
    def cut(self) -> bool:
        return self.shown < self.of


def rows_in(form: Format, body: bytes) -> int:
    """How many rows a table has, counted in what was written; ASK has one."""
    if form.name == "xml":  # text in it has &lt; for <
        return max(body.count(b"<result>"), body.count(b"<boolean>"))
    bare = _STRING[form.name].sub(b"", body)
    if form.name == "json":
        # Nothing is left but marks: a row is `{…}` in the list of bindings, a cell `:{…}` in a row.
        return bare.count(b"[{") + bare.count(b",{")
    return bare.count(b"\n") - 1


# How each format quotes a text, so that what stands in one is not counted.
_STRING = {
    "json": re.compile(rb'"(?:[^"\\]|\\.)*+"'),
    "csv": re.compile(rb'"[^"]*+"'),
    "tsv": re.compile(rb'"(?:[^"\\]|\\.)*+"'),
}


def _named(row: dict[str, Term | None], name: str) -> Term | None:
    term, label = row[name], row.get(name + LABEL)
    return replace(term, label=label.value) if term and label else term or label


def _term(binding: dict[str, str] | None) -> Term | None:
    if binding is None:
        return None
    kind = "literal" if binding["type"] == "typed-literal" else binding["type"]
    return Term(kind, binding["value"], binding.get("xml:lang", ""), binding.get("datatype", ""))


def prefixes_used(iris: Iterable[str]) -> dict[str, str]:
    """Those of our prefixes that cover at least one of these IRIs."""
    used = {shorten(iri).split(":", 1)[0] for iri in iris}
    return {name: space for name, space in PREFIXES.items() if name in used}
