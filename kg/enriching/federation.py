"""A saved question that goes on at somebody else's endpoint: our rows first, then what is said there of one column.

The question's file stays ordinary SPARQL over our graph, the same in every engine. Its head says where it goes on:
`federated: {endpoint: wikidata, about: item, pattern: …, columns: [theirs]}`. All values of that column are sent in few
requests with VALUES (rdflib sends one for each row, and takes `SERVICE SILENT` for no rows at all), and joined here.
Only endpoints on the caller's list are asked, never an address on this machine or its network, and no redirection is
followed.
"""

from __future__ import annotations

import re
import threading
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.answers import Table, Term
from kg.enriching.endpoint import EndpointTrouble, fetch
from kg.errors import BadQueryFile, Refused
from kg.lexer import tokens
from kg.phrases import Phrase, joined
from kg.queries import Query

BATCH = 100  # values in one request
MOST = 500  # values that are sent for one answer
SECONDS = 8.0  # for each request
KEPT = 3600.0  # seconds for which an answer is given again
_MOST_KEPT = 200
_IRI = re.compile(r"^https?://[^\s<>\"{}|\\^`]+$")


@dataclass(frozen=True)
class Onward:
    """Where a question goes on: at an endpoint by its name, about the values of a column, with a pattern."""

    endpoint: str
    about: str
    pattern: str
    columns: tuple[str, ...]

    def query(self, values: list[str]) -> str:
        these = " ".join(f"<{value}>" for value in values)
        names = " ".join(f"?{name}" for name in (self.about, *self.columns))
        return f"SELECT DISTINCT {names}\nWHERE {{\n  VALUES ?{self.about} {{ {these} }}\n  {self.pattern}\n}}"


@dataclass(frozen=True)
class Joined:
    """Our rows with the columns of theirs, and what is to be said about those, if anything."""

    table: Table
    said: str = ""


def onward(query: Query) -> Onward | None:
    """Where a question goes on; None for one that stays here. Raises BadQueryFile for a head that cannot be used."""
    told = query.federated
    if not told:
        return None
    try:
        found = Onward(
            str(told["endpoint"]),
            str(told["about"]),
            str(told["pattern"]),
            tuple(map(str, told["columns"])),
        )
    except (KeyError, TypeError) as error:
        raise BadQueryFile(
            query.name, f"`federated` needs endpoint, about, pattern and columns: {error}"
        ) from error
    words = [token.text.upper() for token in tokens(found.pattern) if token.kind == "word"]
    names = {token.text[1:] for token in tokens(found.pattern) if token.kind == "variable"}
    if "SERVICE" in words or not {found.about, *found.columns} <= names:
        raise BadQueryFile(
            query.name, "its pattern names no SERVICE, but its `about` and all of its columns"
        )
    return found


class Federation:
    """Asks the endpoints on its list. `private` lets it ask this machine too, which only a test wants."""

    def __init__(self, allowed: Mapping[str, str], private: bool = False) -> None:
        self._allowed, self._private = dict(allowed), private
        self._kept: dict[str, tuple[float, bytes]] = {}
        self._busy: dict[str, threading.Lock] = defaultdict(threading.Lock)

    def allows(self, query: Query) -> bool:
        """Whether a question goes on here at all."""
        found = onward(query)
        return found is not None and found.endpoint in self._allowed

    def join(self, query: Query, ours: Table) -> Joined:
        """Our rows with what the endpoint says. Its trouble is told beside our rows, which stand in any case.

        Raises Refused for a question that does not go on, or goes to an endpoint that is not on the list.
        """
        found = onward(query)
        if found is None:
            raise Refused("This question is answered here alone.")
        if found.endpoint not in self._allowed:
            raise Refused(
                f"This server does not ask the endpoint {found.endpoint!r}. Ask without it."
            )
        values = sorted(
            {cell.value for row in ours.rows if (cell := row.get(found.about)) and _is_iri(cell)}
        )
        theirs: dict[str, list[dict[str, Term | None]]] = defaultdict(list)
        said: list[str] = []
        if len(values) > MOST:
            some = Phrase(
                "Only the first %(most)s of %(all)s were asked about.", most=MOST, all=len(values)
            )
            said.append(some)
        try:
            for start in range(0, min(len(values), MOST), BATCH):
                for row in self._rows(found, values[start : min(start + BATCH, MOST)]):
                    if (key := row.get(found.about)) and key.value in values:
                        theirs[key.value].append(row)
        except EndpointTrouble as trouble:
            ours_alone = Phrase("What stands here is ours alone, or what came before that.")
            said += [str(trouble), ours_alone]
        return Joined(_joined(ours, found, theirs), joined(" ", said))

    def _rows(self, found: Onward, values: list[str]) -> list[dict[str, Term | None]]:
        text = found.query(values)
        when, body = self._kept.get(text, (0.0, b""))
        if body and time.monotonic() - when < KEPT:
            return _read(found, body)
        body = self._asked(found.endpoint, text)
        rows = _read(found, body)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[text] = (time.monotonic(), body)
        return rows

    def _asked(self, name: str, text: str) -> bytes:
        """One request at a time to one endpoint; who comes meanwhile is told so."""
        if not self._busy[name].acquire(blocking=False):
            raise EndpointTrouble(
                name, "it is being asked for somebody else just now; try again in a few seconds"
            )
        try:
            return fetch(name, self._allowed[name], text, SECONDS, guarded=not self._private)
        finally:
            self._busy[name].release()


def _is_iri(cell: Term) -> bool:
    return cell.kind == "uri" and bool(_IRI.match(cell.value))


def _read(found: Onward, body: bytes) -> list[dict[str, Term | None]]:
    """The rows of an answer; only the columns that were asked for, and no address but of the Web."""
    try:
        rows = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
        if not isinstance(rows, ox.QuerySolutions):
            raise EndpointTrouble(found.endpoint, "it answered a question that was not asked")
        table = Table.from_json(body)
    except (SyntaxError, ValueError, KeyError, TypeError) as error:
        raise EndpointTrouble(
            found.endpoint, "its answer breaks off or is no SPARQL result"
        ) from error
    names = (found.about, *found.columns)
    return [{name: _believed(row.get(name)) for name in names} for row in table.rows]


def _believed(cell: Term | None) -> Term | None:
    return None if cell is None or (cell.kind != "literal" and not _is_iri(cell)) else cell


def _joined(
    ours: Table, found: Onward, theirs: Mapping[str, list[dict[str, Term | None]]]
) -> Table:
    rows = []
    for row in ours.rows:
        key = row.get(found.about)
        more = theirs.get(key.value, []) if key else []
        rows += [row | {name: one.get(name) for name in found.columns} for one in more or [{}]]
    return Table([*ours.columns, *found.columns], rows)
