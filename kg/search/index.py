"""The index of a compiled store: one SQLite file with FTS5, accents folded.

A page's descriptions, and its quotes, stand in one column each, a line for each text; `passage` says whose line it
is. So a search needs all its words in one page, and shows the one line that holds most of them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from kg.namespaces import TERMS, shorten
from kg.search.found import folded
from kg.search.gather import OTHER_KINDS, Gatherer, Page
from kg.store import AnyStore

INDEX = "search.sqlite"
_SCHEMA = """
CREATE TABLE page (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, kind TEXT NOT NULL, folded TEXT NOT NULL,
  weight REAL NOT NULL);
CREATE INDEX page_by_iri ON page (iri);
CREATE INDEX page_by_name ON page (folded);
CREATE TABLE name (iri TEXT, language TEXT, text TEXT, PRIMARY KEY (iri, language)) WITHOUT ROWID;
CREATE TABLE passage (page INTEGER, part TEXT, line INTEGER, language TEXT, evidence TEXT, source TEXT,
  PRIMARY KEY (page, part, line)) WITHOUT ROWID;
CREATE TABLE facet (page INTEGER, name TEXT, value TEXT, PRIMARY KEY (name, value, page)) WITHOUT ROWID;
CREATE INDEX facet_by_page ON facet (page, name, value);
CREATE VIRTUAL TABLE words USING fts5 (label, also, about, quotes, context, prefix = '2 3',
  tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (words, col);
"""


def write_index(store: AnyStore, file: Path) -> None:
    """Write the index of a store into a file that is not there yet; no file where this Python has no FTS5.

    Raises SourceUnavailable.
    """
    database = sqlite3.connect(file)
    try:
        database.executescript(_SCHEMA)
    except (
        sqlite3.OperationalError
    ):  # SQLite without FTS5: the rest of the house works, searching says why not
        database.close()
        file.unlink()
        return
    gatherer = Gatherer(store)
    for number, page in enumerate(gatherer.pages(), 1):
        _write_page(database, number, page)
    _write_names(database, gatherer)
    database.execute("INSERT INTO words (words) VALUES ('optimize')")
    database.commit()
    database.execute("ANALYZE")
    database.commit()
    database.close()


def _write_page(database: sqlite3.Connection, number: int, page: Page) -> None:
    label = next((text for text, tag in page.names if tag in ("en", "")), page.names[0][0])
    database.execute(
        "INSERT INTO page VALUES (?, ?, ?, ?, ?)",
        (number, page.iri, page.kind, folded(label), page.weight),
    )
    database.execute(
        "INSERT INTO words (rowid, label, also, about, quotes, context) VALUES (?, ?, ?, ?, ?, ?)",
        (
            number,
            label,
            _lines(text for text, _ in [*page.names, *page.also] if text != label),
            _lines(text for text, _ in page.about),
            _lines(quote.words[0] for quote in page.quotes),
            _lines(dict.fromkeys(page.context)),
        ),
    )
    passages = [("about", at, tag, "", "") for at, (_, tag) in enumerate(page.about)]
    passages += [
        ("quotes", at, quote.words[1], quote.evidence, quote.source)
        for at, quote in enumerate(page.quotes)
    ]
    database.executemany(
        f"INSERT INTO passage VALUES ({number}, ?, ?, ?, ?, ?)",
        passages,
    )
    database.executemany(
        f"INSERT INTO facet VALUES ({number}, ?, ?)",
        [(name, shorten(value)) for name, value in page.facets],
    )


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _write_names(database: sqlite3.Connection, gatherer: Gatherer) -> None:
    """The names of pages and of kinds, in every language that the graph has them in."""
    iris = [row[0] for row in database.execute("SELECT iri FROM page")]
    kinds = [
        row[0] for row in database.execute("SELECT DISTINCT value FROM facet WHERE name = 'kind'")
    ]
    rows = [(iri, tag, text) for iri in iris for text, tag in gatherer.names(iri)]
    for kind in kinds:
        named = gatherer.names(TERMS + kind) or [(OTHER_KINDS.get(kind, kind.lower()), "en")]
        rows += [(kind, tag, text) for text, tag in named]
    database.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, ?)", rows)
