"""Reading a graph on another server: what is wanted of it is asked for by the hundred, and the reading begins again.

A reader asks for one statement after the other, which over a network would take a request each. So it reads what is
held, takes for absent what is not, and what it missed is fetched at once; then it reads again, until it misses
nothing. The first page of a thing takes about eight rounds, a later one fewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import pyoxigraph as ox

from kg.fetching import Pattern
from kg.namespaces import BASE
from kg.store import CURATED, RemoteStore
from kg.stories.reader import Reader, Value

_GRAPHS = (*CURATED, f"{BASE}void", f"{BASE}catalog", f"{BASE}.well-known/")  # of the default graph
_MOST = 200_000  # patterns that are held
_Found = dict[Pattern, list[ox.Triple]]
Read = TypeVar("Read")


class Gathered:
    """Another server's graph, as far as it was read. It may be read from several threads."""

    def __init__(self, store: RemoteStore) -> None:
        self._store = store
        self._kept: tuple[str, _Found] = ("", {})

    def read(self, language: str, work: Callable[[Reader], Read]) -> Read:
        """What some work reads in the graph, in a reader's language. Raises SourceUnavailable.

        The work is done once for each round, and at last with all that it reads. What was read stays for as long as
        the version of the store is the same.
        """
        version, found = self._kept
        if self._store.version != version or len(found) > _MOST:
            self._kept = (self._store.version, found := {})
        held = _Held(self._store, found)
        while True:
            done = work(Reader(held, language))
            if not held.fetch():
                return done


class _Held:
    """Statements of another server that are here already, and which were missed."""

    def __init__(self, store: RemoteStore, found: _Found) -> None:
        self._store, self._found = store, found
        self._missed: dict[Pattern, None] = {}

    def about(self, subject: str) -> Iterator[tuple[str, Value]]:
        """As `EmbeddedStore.about`, as far as it is held."""
        for triple in self._held((ox.NamedNode(subject), None, None)):
            if isinstance(triple.object, ox.NamedNode | ox.Literal):
                yield triple.predicate.value, triple.object

    def subjects(self, predicate: str, value: str) -> Iterator[str]:
        """As `EmbeddedStore.subjects`, as far as it is held."""
        for triple in self._held((None, ox.NamedNode(predicate), ox.NamedNode(value))):
            if isinstance(triple.subject, ox.NamedNode):
                yield triple.subject.value

    def _held(self, pattern: Pattern) -> list[ox.Triple]:
        found = self._found.get(pattern)
        if found is None:
            self._missed[pattern] = None
        return found or []

    def fetch(self) -> bool:
        """Fetch what was missed since the last time; False where nothing was."""
        missed, self._missed = self._missed, {}
        if missed:
            for pattern, fit in self._store.fetch(missed, _GRAPHS).items():
                # Each statement once, for it may stand in several graphs.
                self._found[pattern] = list(dict.fromkeys(triple for triple, _ in fit))
        return bool(missed)
