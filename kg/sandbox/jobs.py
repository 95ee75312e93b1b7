"""What a worker can be asked to do, each on what it opened when it started.

A job takes and returns plain values that a pipe can carry, and raises KgErrors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.answers import Answer, Ceiling, Wanted
from kg.endpoint import Door
from kg.errors import Phrase, Refused
from kg.handover import HandOver
from kg.handover import hand_over as ready
from kg.house import House
from kg.linking.reconcile import Reconciler
from kg.store import AnyStore, EmbeddedStore, RemoteStore, WritableCopy
from kg.validation import Brought, Checker, Review

_CEILING = Ceiling(10_000_000)


@dataclass
class Bench:
    """What a worker has at hand: the opened store, or a way to another server's; a copy of it to try changes on where
    its lane has one; and a checker made when it is first needed.
    """

    house: House
    store: AnyStore
    scratch: WritableCopy | None = None
    _reconciler: Reconciler | None = None

    @classmethod
    def set_up(
        cls, house: str, folder: str, version: str, scratch: str = "", door: Door | None = None
    ) -> Bench:
        if door is not None:
            return cls(House(Path(house)), RemoteStore.behind(door))
        store = EmbeddedStore(Path(folder), version)
        copy = store.copy(Path(scratch) / "store") if scratch else None
        return cls(House(Path(house)), store, copy)

    @cached_property
    def checker(self) -> Checker:
        return Checker(self.house, self.store, scratch=self.scratch)

    @property
    def reconciler(self) -> Reconciler:
        """Knows the names of one version of the graph."""
        if self._reconciler is None or self._reconciler.version != self.store.version:
            self._reconciler = Reconciler(self.store)
        return self._reconciler


def query(
    bench: Bench,
    text: str,
    wanted: Wanted,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
    ceiling: Ceiling = _CEILING,
) -> Answer:
    """Answer a query, whole or not at all."""
    return bench.store.answer(text, wanted, default_graphs, named_graphs, ceiling)


def validate(bench: Bench, brought: Brought, weigh: bool = True) -> Review:
    """Check a contribution; weigh what it changes in saved answers where this worker has a copy to try it on, or can
    hold one.
    """
    can_weigh = bench.scratch is not None or isinstance(bench.store, RemoteStore)
    return bench.checker.check([brought], weigh and can_weigh)


def reconcile(bench: Bench, what: str, *facts: Any) -> Any:
    """One of the answers of the reconciliation service."""
    reconciler = bench.reconciler
    answers: dict[str, Callable[..., Any]] = {
        "batch": reconciler.batch,
        "extend": reconciler.extend,
        "propose": reconciler.propose,
        "suggest": reconciler.suggest,
        "preview": reconciler.preview,
    }
    return answers[what](*facts)


def hand_over(bench: Bench, brought: Brought, named: str = "", judged: bool = False) -> HandOver:
    """A contribution in which nothing blocks, ready to be handed over; `judged`: that is known already.

    Raises Refused for one in which something blocks.
    """
    blocking = 0 if judged else bench.checker.check([brought], weigh=False).blocking
    if blocking:
        raise Refused(
            Phrase(
                "To be mended first: %(count)s. The page /validate says what, and how.",
                count=blocking,
            )
        )
    text = brought.content.decode("utf-8-sig") if brought.syntax == "turtle" else ""
    return ready(bench.checker.read([brought]), text, bench.house, brought.replaces, named)


JOBS: dict[str, Callable[..., Any]] = {
    "query": query,
    "validate": validate,
    "reconcile": reconcile,
    "hand over": hand_over,
}
