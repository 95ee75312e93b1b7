"""The facts of the served graph, read once, and the answers of the views, kept for the next who asks the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from flask import current_app

from kg.explore import Facts, Proof, Result, Statement, View, proofs
from server.desk import Desk, the_desk

_KEPT = 200  # answers


class Explorer:
    """Asks the views over one desk. The store does not change while it is open, so nothing here grows old."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._facts: Facts | None = None
        self._kept: OrderedDict[tuple[object, ...], Result] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def facts(self) -> Facts:
        with self._lock:
            if self._facts is None:
                self._facts = Facts.read(self._desk.store)
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

    def proofs(self, said: Iterable[Statement]) -> dict[Statement, list[Proof]]:
        """The words on which statements rest."""
        return proofs(self._desk.store, said)


def the_explorer() -> Explorer:
    """The explorer of the application that is answering."""
    explorer: Explorer = current_app.extensions.setdefault("explorer", Explorer(the_desk()))
    return explorer
