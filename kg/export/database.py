"""The tables and every statement as one SQLite file, for those who prefer SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox

from kg.export.files import Written
from kg.export.tables import Column, Table
from kg.namespaces import TERMS

FILE = "hrcities.sqlite"
_TYPES = {"integer": "INTEGER", "decimal": "REAL"}
_STATEMENTS = """
CREATE TABLE term (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('iri', 'bnode', 'literal')), value TEXT NOT NULL,
  datatype TEXT, language TEXT);
CREATE TABLE quad (
  subject INTEGER NOT NULL REFERENCES term, predicate INTEGER NOT NULL REFERENCES term,
  object INTEGER NOT NULL REFERENCES term, graph INTEGER NOT NULL REFERENCES term,
  PRIMARY KEY (subject, predicate, object, graph)) WITHOUT ROWID;
CREATE VIEW quads AS
  SELECT s.value AS subject, p.value AS predicate, o.value AS object, o.kind AS kind, o.datatype AS datatype,
    o.language AS language, g.value AS graph
  FROM quad q JOIN term s ON s.id = q.subject JOIN term p ON p.id = q.predicate
    JOIN term o ON o.id = q.object JOIN term g ON g.id = q.graph;
CREATE VIEW words AS
  SELECT about.object AS thing, supports.object AS property, quote.object AS quote, source.object AS source,
    about.subject AS evidence
  FROM quads about
    JOIN quads supports ON supports.subject = about.subject AND supports.predicate = '{terms}supports'
    JOIN quads quote ON quote.subject = about.subject AND quote.predicate = '{terms}quote'
    JOIN quads source ON source.subject = about.subject AND source.predicate = '{terms}source'
  WHERE about.predicate = '{terms}about';
CREATE VIEW acts_of_places AS
  SELECT of.object AS place, p.label AS place_label, of.subject AS act, a.label AS act_label
  FROM quads of JOIN thing p ON p.iri = of.object JOIN thing a ON a.iri = of.subject
  WHERE of.predicate = '{terms}actOf';
"""
_INDEXES = """
CREATE INDEX quad_by_value ON quad (predicate, object);
CREATE INDEX quad_by_graph ON quad (graph);
CREATE INDEX term_by_value ON term (value);
"""


def write(quads: Sequence[ox.Quad], tables: Sequence[Table], folder: Path) -> Written:
    """Write `hrcities.sqlite`: a table for each class with a foreign key where a column refers to one, `TABLE_COLUMN`
    where a column has several values; `quads` with every statement, `words` that statements rest on, `acts_of_places`.
    """
    file = folder / FILE
    file.unlink(missing_ok=True)
    database = sqlite3.connect(file, isolation_level=None)
    try:
        database.execute("PRAGMA page_size = 4096")
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("PRAGMA foreign_keys = OFF")  # they hold at the end, not at each step
        database.execute("BEGIN")
        for table in tables:
            _fill(database, table)
        for statement in _STATEMENTS.format(terms=TERMS).split(";\n"):
            database.execute(statement)
        _state(database, quads)
        for statement in _INDEXES.split(";\n"):
            database.execute(statement)
        database.execute("COMMIT")
        database.execute("VACUUM")
    finally:
        database.close()
    return Written.of(file, folder, "The tables and all statements as one SQLite file")


def _fill(database: sqlite3.Connection, table: Table) -> None:
    single = [column for column in table.columns if not column.separator]
    lines = ",\n  ".join(_declared(column) for column in single)
    database.execute(f"CREATE TABLE {_q(table.name)} (\n  {lines}) WITHOUT ROWID")
    slots = ", ".join("?" for _ in single)
    rows = ([*(_value(row.get(c.name)) for c in single)] for row in table.rows.values())
    database.executemany(f"INSERT INTO {_q(table.name)} VALUES ({slots})", rows)
    for column in single:
        if column.refers and column.name != "iri":
            _index(database, table.name, column.name)
    for column in table.columns:
        if column.separator:
            _fill_link(database, table, column)


def _fill_link(database: sqlite3.Connection, table: Table, column: Column) -> None:
    name = f"{table.name}_{column.name}"
    refers = f" REFERENCES {_q(column.refers)}" if column.refers else ""
    database.execute(
        f"CREATE TABLE {_q(name)} (iri TEXT NOT NULL REFERENCES {_q(table.name)}, "
        f"value {_TYPES.get(column.type, 'TEXT')} NOT NULL{refers}, PRIMARY KEY (iri, value)) WITHOUT ROWID"
    )
    pairs = (
        (thing, value)
        for thing, row in table.rows.items()
        for value in dict.fromkeys(row.get(column.name, ()))
    )
    database.executemany(f"INSERT INTO {_q(name)} VALUES (?, ?)", pairs)
    _index(database, name, "value")


def _index(database: sqlite3.Connection, table: str, column: str) -> None:
    database.execute(f"CREATE INDEX {_q(f'{table}_by_{column}')} ON {_q(table)} ({_q(column)})")


def _declared(column: Column) -> str:
    refers = f" REFERENCES {_q(column.refers)}" if column.refers else ""
    key = " PRIMARY KEY NOT NULL" if column.name == "iri" else ""
    return f"{_q(column.name)} {_TYPES.get(column.type, 'TEXT')}{key}{refers}"


def _value(values: Sequence[str] | None) -> str | None:
    return values[0] if values else None


def _q(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _state(database: sqlite3.Connection, quads: Sequence[ox.Quad]) -> None:
    """Fill `term` and `quad`."""
    ids: dict[object, int] = {}
    for quad in quads:
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            ids.setdefault(node, len(ids) + 1)
    database.executemany(
        "INSERT INTO term VALUES (?, ?, ?, ?, ?)", (_term(ids[node], node) for node in ids)
    )
    rows = ([ids[n] for n in (q.subject, q.predicate, q.object, q.graph_name)] for q in quads)
    database.executemany("INSERT INTO quad VALUES (?, ?, ?, ?)", rows)


def _term(number: int, node: object) -> tuple[int, str, str, str | None, str | None]:
    if isinstance(node, ox.Literal):
        return number, "literal", node.value, node.datatype.value, node.language
    if isinstance(node, ox.BlankNode):
        return number, "bnode", node.value, None, None
    assert isinstance(node, ox.NamedNode)
    return number, "iri", node.value, None, None
