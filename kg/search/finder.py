"""Asks the index: what has these words and facet values, best first, and what else there is to choose."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

from kg.errors import BadParameter, OutOfTime, SourceUnavailable
from kg.namespaces import expand, shorten
from kg.search.found import FACETS, MARKS, Choice, Found, Hit, Near, Wish, folded

_SHOWN = 60  # values of a facet that are listed
_CUT = 240  # letters of a snippet
_PREFIX = 3  # a word of so many letters also finds the words that begin with it
_WEIGHTS = "10.0, 6.0, 2.0, 1.0, 1.5"  # of the columns: label, also, about, quotes, context
_SECONDS = 5.0  # of one search, or of one step of it
_LIKE, _LIKE_WORD, _FEW = (
    82,
    72,
    5,
)  # how alike a name and a word must be to be offered, of 100; and how many


class Finder:
    """Finds things in the index beside a compiled store. It may be asked from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def find(self, wish: Wish) -> Found:
        """As `Search.find`. Where nothing has all the words, what has some of them. Raises OutOfTime."""
        terms = wish.terms()
        try:
            return self._found(wish, terms)
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise OutOfTime(_SECONDS) from error
            raise

    def _found(self, wish: Wish, terms: list[str]) -> Found:
        with closing(self._open()) as database:
            facets = _facets(database, wish)
            asked = _Asked(database, terms, facets, " AND ")
            total = asked.total()
            partly = not total and len(terms) > 1
            if partly:
                asked = _Asked(database, terms, facets, " OR ")
                total = asked.total()
            hits = list(asked.hits(wish)) if total else []
            near = (
                self._near(database, wish.words, terms) if terms and (partly or not total) else []
            )
            counts = {name: asked.choices(name, facets, wish) for name in FACETS}
            return Found(wish, total, hits, counts, near, partly and total > 0)

    def _open(self) -> sqlite3.Connection:
        if not self._file.is_file():
            raise SourceUnavailable(
                "The search index", "this Python's SQLite was built without FTS5, which it needs."
            )
        place = self._file.resolve().as_uri()
        database = sqlite3.connect(f"{place}?mode=ro&immutable=1", uri=True)
        end = time.monotonic() + _SECONDS
        database.set_progress_handler(lambda: time.monotonic() > end, 100_000)
        return database

    def _near(self, database: sqlite3.Connection, words: str, terms: Sequence[str]) -> list[Near]:
        """Things whose name is nearly what was written, and the same search with its unknown words mended."""
        mended = [self._mended(term) for term in terms]
        found = [Near(" ".join(mended))] if mended != list(terms) else []
        alike = process.extract(
            folded(words), self._labels, scorer=fuzz.ratio, score_cutoff=_LIKE, limit=_FEW
        )
        for _, _, page in alike:
            row = database.execute(
                "SELECT label, iri FROM words JOIN page ON page.id = words.rowid WHERE id = ?",
                (page,),
            ).fetchone()
            found.append(Near(*row))
        return found

    def _mended(self, term: str) -> str:
        """A word as names write it, if none of the index is or begins like it."""
        word = folded(term)
        if " " in word or any(known.startswith(word) for known in self._vocabulary[1]):
            return term
        best = process.extractOne(
            word, self._vocabulary[0], scorer=fuzz.ratio, score_cutoff=_LIKE_WORD
        )
        return str(best[0]) if best else term

    @cached_property
    def _labels(self) -> dict[int, str]:
        with closing(self._open()) as database:
            return dict(database.execute("SELECT id, folded FROM page"))

    @cached_property
    def _vocabulary(self) -> tuple[list[str], list[str]]:
        """The words of names, and all words, as the index keeps them."""
        with closing(self._open()) as database:
            query = "SELECT DISTINCT term FROM vocabulary"
            names = [row[0] for row in database.execute(f"{query} WHERE col IN ('label', 'also')")]
            return names, [row[0] for row in database.execute(query)]


def _facets(database: sqlite3.Connection, wish: Wish) -> list[tuple[str, str]]:
    """The facet values that are asked for, each as the index writes it. Raises BadParameter."""
    found = []
    for name, values in wish.facets.items():
        if name not in FACETS:
            raise BadParameter(name, f"a search has no such facet; it has: {', '.join(FACETS)}.")
        found += [(name, _known(database, name, value)) for value in values]
    return list(dict.fromkeys(found))


def _known(database: sqlite3.Connection, name: str, text: str) -> str:
    query = "SELECT DISTINCT value FROM facet WHERE name = ?"
    known = [str(row[0]) for row in database.execute(query, (name,))]
    by_slug = {value.rsplit(":", 1)[-1].casefold(): value for value in known}
    for value in (text, shorten(text), by_slug.get(text.casefold(), "")):
        if value in known:
            return value
    near = process.extractOne(text.casefold(), list(by_slug), scorer=fuzz.QRatio, score_cutoff=60)
    hint = f" Did you mean {by_slug[near[0]]}?" if near else ""
    raise BadParameter(name, f"nothing here has {text[:80]!r}.{hint}")


class _Asked:
    """One search in one database: which pages fit, as SQL with its values beside it."""

    def __init__(
        self,
        database: sqlite3.Connection,
        terms: Sequence[str],
        facets: Sequence[tuple[str, str]],
        joined: str,
    ) -> None:
        self._database = database
        self._match = joined.join(map(_quoted, terms))
        tests = ["words MATCH ?"] if terms else []
        self._values: list[str] = [self._match] if terms else []
        for facet in facets:
            tests.append("page.id IN (SELECT page FROM facet WHERE name = ? AND value = ?)")
            self._values += facet
        words = "JOIN words ON words.rowid = page.id" if terms else ""
        self._from = f"FROM page {words} WHERE {' AND '.join(tests) or 'TRUE'}"

    def total(self) -> int:
        return int(self._row(f"SELECT COUNT(*) {self._from}")[0])

    def hits(self, wish: Wish) -> Iterator[Hit]:
        """One page of what fits: the thing of just this name first, then the best, then by name."""
        order, more = "page.weight DESC, page.folded", []
        if self._match:
            order = f"page.folded = ? DESC, bm25(words, {_WEIGHTS}) * page.weight, page.folded"
            more = [folded(wish.words).strip()]
        first = (wish.page - 1) * wish.size
        query = (
            f"SELECT page.id, page.iri, page.kind {self._from} ORDER BY {order} LIMIT ? OFFSET ?"
        )
        rows = self._database.execute(query, [*self._values, *more, wish.size, first])
        for page, iri, kind in rows.fetchall():
            yield self._hit(page, iri, kind, wish.language)

    def _hit(self, page: int, iri: str, kind: str, language: str) -> Hit:
        label, tag = self._name(iri, language)
        kind_label, kind_tag = self._name(kind, language)
        hit = Hit(iri, kind, kind_label, label, tag, kind_language=kind_tag)
        if not self._match:
            return self._described(hit, page, language)
        columns = ", ".join(f"highlight(words, {at}, ?, ?)" for at in (0, 1, 2, 3))
        query = f"SELECT {columns} FROM words WHERE words MATCH ? AND rowid = ?"
        name, also, about, quotes = self._row(query, *MARKS * 4, self._match, page)
        marked = (one for one in (name, *also.split("\n")) if _plain(one) == label)
        hit = replace(hit, label=next(marked, label))
        part, at, text = max(
            (
                ("about", *self._best(page, "about", about, language)),
                ("quotes", *self._best(page, "quotes", quotes, language)),
            ),
            key=lambda one: one[2].count(MARKS[0]),
        )
        return (
            self._passage(hit, page, part, at, text)
            if MARKS[0] in text
            else self._described(hit, page, language)
        )

    def _described(self, hit: Hit, page: int, language: str) -> Hit:
        """A hit without marks: with the line of its description that is in this language, or else the first."""
        lines = self._row("SELECT about FROM words WHERE rowid = ?", page)[0]
        at, about = self._best(page, "about", lines, language)
        return self._passage(hit, page, "about", at, about) if about else hit

    def _best(self, page: int, part: str, lines: str, language: str) -> tuple[int, str]:
        """The line with the most different marked words, of equals one in this language, and its number."""
        query = "SELECT line, language FROM passage WHERE page = ? AND part = ?"
        tongues = dict(self._database.execute(query, (page, part)).fetchall())
        return max(
            enumerate(lines.split("\n")),
            key=lambda one: (
                _marked(one[1]),
                tongues.get(one[0]) == language,
                tongues.get(one[0]) in ("en", ""),
                -one[0],
            ),
        )

    def _passage(self, hit: Hit, page: int, part: str, line: int, text: str) -> Hit:
        query = "SELECT language, evidence, source FROM passage WHERE page = ? AND part = ? AND line = ?"
        language, evidence, source = self._row(query, page, part, line)
        where = {"about": "about", "quotes": "quote"}[part]
        named = self._name(source, "en")[0] if source else ""
        return replace(
            hit,
            where=where,
            snippet=cut(text),
            snippet_language=language,
            evidence=evidence,
            source=source,
            source_label=named,
        )

    def choices(self, name: str, facets: Sequence[tuple[str, str]], wish: Wish) -> list[Choice]:
        """The values of a facet among what fits, those asked for first, then the most frequent."""
        query = f"""SELECT value, COUNT(*) FROM facet WHERE name = ? AND page IN (SELECT page.id {self._from})
            GROUP BY value ORDER BY COUNT(*) DESC, value LIMIT {_SHOWN}"""
        chosen = [value for facet, value in facets if facet == name]
        counted = dict(self._database.execute(query, [name, *self._values]).fetchall())
        order = dict.fromkeys([*chosen, *counted])
        if name == "year":
            order = dict.fromkeys([*chosen, *sorted(counted, reverse=True)])
        found = []
        for value in order:
            label, tag = self._name(expand(value) or value, wish.language)
            found.append(Choice(value, label, counted.get(value, 0), value in chosen, tag))
        return found

    def _name(self, iri: str, language: str) -> tuple[str, str]:
        """A name in this language, else in English, else in any; failing all, the short IRI."""
        query = "SELECT text, language FROM name WHERE iri = ?"
        names = {tag: text for text, tag in self._database.execute(query, (iri,))}
        for tag in (language, "en", "", *names):
            if tag in names:
                return names[tag], tag
        return shorten(iri), ""

    def _row(self, query: str, *values: object) -> tuple[str, ...]:
        row: tuple[str, ...] = self._database.execute(query, values or self._values).fetchone()
        return row


def _quoted(term: str) -> str:
    """A word or phrase as FTS5 reads it literally; quotes cannot stand in it."""
    return f'"{term}"' + ("*" if len(term) >= _PREFIX else "")


def _plain(text: str) -> str:
    return text.replace(MARKS[0], "").replace(MARKS[1], "")


def _marked(line: str) -> int:
    return len({part.split(MARKS[1])[0].casefold() for part in line.split(MARKS[0])[1:]})


def cut(text: str) -> str:
    """A marked text around its first mark, cut at spaces; what is left out shows as an ellipsis."""
    if len(_plain(text)) <= _CUT:
        return text
    start = max(0, text.find(MARKS[0]) - _CUT // 3)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(text), start + _CUT)
    end = (text.rfind(" ", start, end) if end < len(text) else end) if end > start else end
    piece = text[start:end]
    if piece.count(MARKS[0]) > piece.count(MARKS[1]):
        piece += MARKS[1]
    return ("… " if start else "") + piece + (" …" if end < len(text) else "")
