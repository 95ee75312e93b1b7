"""The facts of a version of the graph, read once, and the answers of the views, kept for the next who asks the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from flask import request

from kg.evidence import Words
from kg.explore import Facts, Result, Statement, View, proofs
from kg.store import AnyStore
from server.desk import Desk
from server.versions import the_desk_of, versions

_KEPT = 200  # answers


class Explorer:
    """Asks the views over one store, which does not change while it is open, so that nothing here grows old."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self._facts: Facts | None = None
        self._kept: OrderedDict[tuple[object, ...], Result] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def facts(self) -> Facts:
        with self._lock:
            if self._facts is None:
                self._facts = Facts.read(self._store)
            return self._facts

    def answer(self, view: View, given: Mapping[str, Sequence[str]]) -> Result:
        """A view's answer. Raises BadParameter."""
        chosen = view.chosen(self.facts, given)
        key = (view.name, *sorted(chosen.items()))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        result = view.ask(self.facts, chosen)
        with self._lock:
            self._kept[key] = result
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return result

    def proofs(self, said: Iterable[Statement]) -> dict[Statement, list[Words]]:
        """The words on which statements rest."""
        return proofs(self._store, said)


def explored() -> Desk:
    """The desk of the version of the graph that the request names. Raises UnknownVersion, VersionNotReady."""
    return the_desk_of(request.args.get("version", ""))


def the_explorer() -> Explorer:
    """The explorer of the version that the request names. Raises UnknownVersion, VersionNotReady."""
    return explored().explorer


def the_version() -> str:
    """As what that version is cited."""
    return versions().name(explored())
