"""What every door reaches for: the house, its questions, the store, and the workers for untrusted work.

Saved answers are kept by version, question, parameters and format. Saved questions, visitors' queries and
uploads have workers of their own, so that a dear query never stands before a cheap one.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import current_app
from rdflib import Graph

from kg.answers import Answer, Ceiling, Excerpt, Wanted
from kg.build import Built, build
from kg.errors import Crashed, OutOfTime, TooLarge
from kg.handover import HandOver
from kg.house import House, find_house
from kg.overview import Overview, overview
from kg.queries import Option, Parameter, Query, every, find, options
from kg.report import Section, report
from kg.sandbox import Lane, Sandbox
from kg.sandbox.cage import MEMORY
from kg.search import RemoteFinder, Search
from kg.store import EmbeddedStore, RemoteStore, Store, is_curated
from kg.stories import Reader
from kg.validation import Brought, Review
from kg.validation.shapebook import ShapeBook
from server.protocol import Asked

_KEPT_BYTES = 64_000_000
_NOTHING = Asked(None)


@dataclass
class Desk:
    """One house, opened for answering."""

    house: House
    built: Built
    embedded: EmbeddedStore
    store: Store
    lanes: dict[str, Lane]
    ceiling: Ceiling
    most_shown: int
    _kept: OrderedDict[tuple[Any, ...], Answer] = field(default_factory=OrderedDict)
    _options: dict[tuple[Any, ...], list[Option]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Desk:
        house = find_house(config["HOUSE"])
        built = build(house)
        embedded = built.open()
        endpoint = config["ENDPOINT"]
        lanes = {
            "saved": Lane(1, config["SAVED_SECONDS"], patience=config["SAVED_SECONDS"]),
            "visitors": Lane(config["VISITOR_WORKERS"], config["VISITOR_SECONDS"]),
            "linking": Lane(1, config["LINKING_SECONDS"]),
            "uploads": Lane(1, config["UPLOAD_SECONDS"], scratch=True),
        }
        store = RemoteStore(endpoint) if endpoint else embedded
        ceiling = Ceiling(config["VISITOR_BYTES"], config["VISITOR_ROWS"])
        return cls(house, built, embedded, store, lanes, ceiling, config["VISITOR_SHOWN"])

    @cached_property
    def sandbox(self) -> Sandbox:
        return Sandbox(self.house.root, self.built.folder / "store", self.built.version, self.lanes)

    @cached_property
    def questions(self) -> list[Query]:
        return every(self.house)

    @cached_property
    def report(self) -> list[Section]:
        """What the graph holds; computed once, for the store does not change while it is open."""
        return list(report(self.house, self.store))

    @cached_property
    def shapes(self) -> Graph:
        """The shapes of the house, to be explained."""
        return ShapeBook(self.house).graph

    @cached_property
    def overview(self) -> Overview:
        """What is in the graph; counted once."""
        return overview(self.store)

    @cached_property
    def reader(self) -> Reader | None:
        """What reads the graph for the stories of pages; None where it lies on another server."""
        return Reader(self.embedded) if self.store is self.embedded else None

    @cached_property
    def finder(self) -> Search:
        """What finds things by words."""
        return self.built.finder() if self.store is self.embedded else RemoteFinder(self.store)

    @cached_property
    def graphs(self) -> frozenset[str]:
        return frozenset(self.store.graphs())

    @cached_property
    def curated(self) -> frozenset[str]:
        """The named graphs that have pages: those of the house, not the dumps beside it."""
        return frozenset(name for name in self.graphs if is_curated(name))

    def question(self, name: str) -> Query:
        """A saved query by name. Raises UnknownQuery."""
        by_name = {query.name: query for query in self.questions}
        return by_name[name] if name in by_name else find(self.house, name)

    def options(self, parameter: Parameter) -> list[Option]:
        """The values that a parameter may take; listed once, for the store does not change while it is open."""
        key = (parameter.classes, parameter.scheme)
        if key not in self._options:
            self._options[key] = options(parameter, self.store)
        return self._options[key]

    def saved(self, query: Query, given: Mapping[str, Sequence[str]], wanted: Wanted) -> Answer:
        """The answer to a saved question, kept for the next who asks the same."""
        text = query.bind(given, self.store)
        key = (self.store.version, text, wanted)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        answer = self._answered("saved", text, wanted)
        self._keep(key, answer)
        return answer

    def visitor(self, asked: Asked, wanted: Wanted) -> Answer:
        """The answer to a query that a visitor wrote, whole."""
        return self._answered("visitors", asked.query or "", wanted, asked)

    def shown(self, asked: Asked, wanted: Wanted) -> Excerpt:
        """The beginning of the answer to a query that a visitor wrote, for a page."""
        if not isinstance(self.store, EmbeddedStore):
            return Excerpt.from_answer(self.visitor(asked, wanted), self.most_shown)
        facts = (asked.query, wanted, asked.default_graphs, asked.named_graphs, self.ceiling)
        seconds = self._seconds("visitors", asked)
        excerpt: Excerpt = self.sandbox.run(
            "visitors", "excerpt", self.most_shown, *facts, seconds=seconds
        )
        return excerpt

    def reviewed(self, brought: Brought, weigh: bool = True) -> Review:
        """What there is to say about an upload; `weigh`: also which saved answers it would change.

        Raises TooLarge where the checking used up its time or memory.
        """
        try:
            review: Review = self.sandbox.run("uploads", "validate", brought, weigh)
        except OutOfTime as error:
            why = f"it was not finished after {error.seconds:g} s"
        except Crashed:
            why = f"it needed more memory than it may use ({MEMORY >> 30} GB)"
        else:
            return review
        raise TooLarge(
            f"The check was stopped: {why}. Bring the contribution in smaller parts, with fewer statements about "
            "one thing and shorter texts; on your own machine `kg validate` takes as long as it needs."
        )

    def reconciled(self, what: str, *facts: Any) -> Any:
        """What the reconciliation service answers to a visitor."""
        return self.sandbox.run("linking", "reconcile", what, *facts)

    def handed_over(self, brought: Brought, named: str = "", judged: bool = False) -> HandOver:
        """An upload as a file and a patch; `judged`: it was found that nothing in it blocks."""
        ready: HandOver = self.sandbox.run("uploads", "hand over", brought, named, judged)
        return ready

    def _answered(self, lane: str, text: str, wanted: Wanted, asked: Asked = _NOTHING) -> Answer:
        if not isinstance(self.store, EmbeddedStore):
            return self.store.answer(text, wanted)
        facts = (text, wanted, asked.default_graphs, asked.named_graphs, self.ceiling)
        seconds = self._seconds(lane, asked)
        answer: Answer = self.sandbox.run(lane, "query", *facts, seconds=seconds)
        return answer

    def _seconds(self, lane: str, asked: Asked) -> float:
        return min(self.lanes[lane].seconds, asked.seconds or math.inf)

    def _keep(self, key: tuple[Any, ...], answer: Answer) -> None:
        with self._lock:
            self._kept[key] = answer
            while sum(len(kept.body) for kept in self._kept.values()) > _KEPT_BYTES:
                self._kept.popitem(last=False)

    def close(self) -> None:
        """End the workers."""
        if "sandbox" in self.__dict__:
            self.sandbox.close()


def the_desk() -> Desk:
    """The desk of the application that is answering."""
    desk: Desk = current_app.extensions["desk"]
    return desk
