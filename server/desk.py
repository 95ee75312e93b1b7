"""What every door reaches for: the house, its questions, the store, and the workers for untrusted work.

Saved answers are kept by version, question, parameters and format. Saved questions, visitors' queries and
uploads have workers of their own, so that a dear query never stands before a cheap one.
"""

from __future__ import annotations

import math
import threading
import time
from asyncio import AbstractEventLoop
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from flask import current_app, has_request_context, request
from rdflib import Graph

from kg import columns
from kg.answers import Answer, Ceiling, Excerpt, Wanted
from kg.build import Built, build, cache_folder
from kg.concepts import Concepts, concepts
from kg.counts import Counts
from kg.describing import exported, words
from kg.describing.catalog import DUMPS, File
from kg.describing.context import Word
from kg.errors import Crashed, OutOfTime, Phrase, TooLarge
from kg.handover import HandOver
from kg.house import House, find_house
from kg.overview import Overview, overview
from kg.places import Spot, spots
from kg.queries import Option, Parameter, Query, every, find, options
from kg.redaction import Removed, removed
from kg.report import Section, report
from kg.sandbox import Lane, Nursery, Plan, Question, Reply, Sandbox
from kg.sandbox.cage import MEMORY
from kg.search import Finder, GatheredFinder
from kg.store import AS_JSON, AnyStore, EmbeddedStore, RemoteStore, is_curated
from kg.stories import Gathered, Reader
from kg.validation import Brought, Review
from kg.wording import Wording, wording
from server.lasting import Lasting
from server.protocol import Asked

if TYPE_CHECKING:
    from server.explore.explorer import Explorer
    from server.ontology.terms import Read as Ontology

_KEPT_BYTES = 64_000_000
Read = TypeVar("Read")


@dataclass(frozen=True)
class Kept:
    """An answer with what it cost: the seconds that it took, the wait for a worker among them, and when that was."""

    answer: Answer
    seconds: float
    when: datetime


@dataclass
class Desk:
    """One house, opened for answering."""

    house: House
    built: Built
    embedded: EmbeddedStore
    store: AnyStore
    lanes: dict[str, Lane]
    ceiling: Ceiling
    most_shown: int
    plan: Plan
    visitor_seconds: float
    saved_seconds: float
    endpoint: str = ""  # of the other server that is asked, if one is
    release: str = ""  # the name of the release that this is the desk of; none: of the present
    others: list[Desk] = field(default_factory=list)  # desks of releases, which end with this one
    loop: AbstractEventLoop | None = None  # the server's own, if it has one
    _nursery: Nursery | None = None
    _kept: OrderedDict[tuple[Any, ...], Kept] = field(default_factory=OrderedDict)
    _kept_bytes: int = 0
    _options: dict[tuple[Any, ...], list[Option]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reported: Lasting[list[Section]] = field(init=False)
    _overviewed: Lasting[Overview] = field(init=False)

    def __post_init__(self) -> None:
        self._reported = Lasting(self.store, lambda: list(report(self.house, self.store)))
        self._overviewed = Lasting(self.store, lambda: overview(self.store))

    @classmethod
    def from_config(cls, config: Mapping[str, Any], built: Built | None = None) -> Desk:
        """A desk as a configuration says, over a store that is built already or is built now."""
        house = find_house(config["HOUSE"])
        built = built or build(house)
        embedded = built.open()
        endpoint = config["ENDPOINT"]
        lanes = {
            "linking": Lane(1, config["LINKING_SECONDS"]),
            "uploads": Lane(1, config["UPLOAD_SECONDS"], scratch=True),
        }
        store = RemoteStore(endpoint) if endpoint else embedded
        ceiling = Ceiling(config["VISITOR_BYTES"], config["VISITOR_ROWS"])
        times = (config["VISITOR_SECONDS"], config["SAVED_SECONDS"])
        shown, plan = config["VISITOR_SHOWN"], config["VISITOR_PLAN"]
        return cls(
            house, built, embedded, store, lanes, ceiling, shown, plan, *times, endpoint or ""
        )

    @cached_property
    def sandbox(self) -> Sandbox:
        door = self.store.door if isinstance(self.store, RemoteStore) else None
        folder = self.built.folder / "store"
        return Sandbox(self.house.root, folder, self.built.version, self.lanes, door)

    @property
    def is_embedded(self) -> bool:
        """Whether queries are answered here, by workers, and not by another server."""
        return isinstance(self.store, EmbeddedStore)

    def begin(self) -> None:
        """Begin what the first who ask would wait for, in other processes."""
        if isinstance(self.finder, GatheredFinder):
            self.finder.prepare()
        else:
            self.nursery  # noqa: B018  begins to start its workers

    def warm(self) -> None:
        """Have what the first who ask would wait for; not on the loop."""
        if self.is_embedded:
            self.nursery.ask(Question("ASK {}", AS_JSON), "", self.saved_seconds)

    @property
    def nursery(self) -> Nursery:
        """Who answers queries; begun when first needed."""
        with self._lock:
            if self._nursery is None:
                folder = str(self.built.folder / "store")
                self._nursery = Nursery(folder, self.built.version, self.plan, self.loop)
            return self._nursery

    @cached_property
    def questions(self) -> list[Query]:
        return every(self.house)

    @cached_property
    def _counts(self) -> Counts | None:
        """What was counted when the store was compiled; None of another server's graph."""
        return Counts.read(self.built.folder) if self.is_embedded else None

    @property
    def report(self) -> list[Section]:
        """What the graph holds; computed once for each version."""
        return self._counts.report if self._counts else self._reported.get()

    @cached_property
    def removed(self) -> dict[str, Removed]:
        """What was taken out for good, by the digest of its name."""
        return removed(self.house)

    @cached_property
    def shapes(self) -> Graph:
        """The shapes of the house, to be explained."""
        from kg.validation.shapebook import ShapeBook  # here, for it takes long to load

        return ShapeBook(self.house).graph

    @cached_property
    def explorer(self) -> Explorer:
        """What answers the views of Explore."""
        from server.explore.explorer import Explorer  # here, for it is a room of its own

        return Explorer(self.store)

    @property
    def overview(self) -> Overview:
        """What is in the graph; counted once for each version."""
        return self._counts.overview if self._counts else self._overviewed.get()

    def read(self, work: Callable[[Reader], Read], language: str) -> Read:
        """What some work reads in the graph for a page, in a language; of another server it is done in rounds."""
        if self._gathered:
            return self._gathered.read(language, work)
        return work(self._readers(language))

    @cached_property
    def _gathered(self) -> Gathered | None:
        return Gathered(self.store) if isinstance(self.store, RemoteStore) else None

    @cached_property
    def _readers(self) -> Callable[[str], Reader]:
        return cache(partial(Reader, self.embedded))

    @cached_property
    def finder(self) -> Finder | GatheredFinder:
        """What finds things by words."""
        return (
            GatheredFinder(self.endpoint, cache_folder()) if self.endpoint else self.built.finder()
        )

    @cached_property
    def terms(self) -> dict[str, columns.Term]:
        """The defined terms of the ontology."""
        return columns.terms(self.store)

    @cached_property
    def concepts(self) -> Callable[[str], Concepts]:
        """What the concepts are called in a language; read once for each."""
        return cache(partial(concepts, self.store))

    @cached_property
    def ontology(self) -> Callable[[str], Ontology]:
        """What there is to read of the ontology, in a language; read once for each."""
        from server.ontology.terms import read  # here, for its pages are a room of their own

        return cache(partial(read, self.store))

    @cached_property
    def words(self) -> dict[str, Word]:
        """The terms of the JSON-LD context."""
        return words(self.embedded)

    @cached_property
    def dumps(self) -> list[File]:
        """The files that the compiled store brings to be taken away."""
        return exported(self.built.folder / DUMPS, self.built.version)

    @cached_property
    def places(self) -> dict[str, Spot]:
        """Where the places lie, by IRI."""
        return spots(self.store)

    @cached_property
    def graphs(self) -> frozenset[str]:
        """The names of the named graphs; another server is given no longer than for a saved question."""
        if isinstance(self.store, RemoteStore):
            return frozenset(self.store.graphs(self.saved_seconds))
        return frozenset(self.store.graphs())

    @cached_property
    def curated(self) -> frozenset[str]:
        """The named graphs that have pages: those of the house, not the dumps beside it."""
        return frozenset(name for name in self.graphs if is_curated(name))

    def question(self, name: str) -> Query:
        """A saved query by name. Raises UnknownQuery."""
        by_name = {query.name: query for query in self.questions}
        return by_name[name] if name in by_name else find(self.house, name)

    def wording(self, language: str) -> Wording:
        """What the questions are called and say in a language."""
        return wording(self.house, language)

    def options(self, parameter: Parameter, language: str = "en") -> list[Option]:
        """The values that a parameter may take; listed once, for the store does not change while it is open."""
        key = (parameter.classes, parameter.scheme, language)
        if key not in self._options:
            self._options[key] = options(parameter, self.store, language)
        return self._options[key]

    def saved(self, query: Query, given: Mapping[str, Sequence[str]], wanted: Wanted) -> Answer:
        """The answer to a saved question, kept for the next who asks the same."""
        return self.ours(query.bind(given, self.store, self.options), wanted).answer

    def ours(self, text: str, wanted: Wanted = AS_JSON) -> Kept:
        """The answer to a query that is made here, such as a saved question with its values, and how long it took."""
        key = (self.store.version, text, wanted)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        began = time.perf_counter()
        if isinstance(self.store, EmbeddedStore):
            question = Question(text, wanted, ceiling=self.ceiling, ours=True)
            answer = self.nursery.ask(question, _client(), self.saved_seconds).value()
        else:
            answer = self._elsewhere(Asked(text), wanted, self.saved_seconds, ours=True)
        kept = Kept(answer, time.perf_counter() - began, datetime.now(UTC))
        self._keep(key, kept)
        return kept

    def visitor(self, asked: Asked, wanted: Wanted) -> Answer:
        """The answer to a query that a visitor wrote, whole."""
        if not isinstance(self.store, EmbeddedStore):
            return self._elsewhere(asked, wanted, self.seconds_of(asked))
        return self._asked(self.question_of(asked, wanted), asked).value()

    def _elsewhere(
        self, asked: Asked, wanted: Wanted, seconds: float, ours: bool = False
    ) -> Answer:
        """The other server's answer, within the same limits as one from here."""
        assert isinstance(self.store, RemoteStore)
        graphs = (asked.default_graphs, asked.named_graphs)
        return self.store.answer(
            asked.query or "", wanted, *graphs, self.ceiling, seconds=seconds, ours=ours
        )

    def shown(self, asked: Asked, wanted: Wanted) -> Excerpt:
        """The beginning of the answer to a query that a visitor wrote, for a page."""
        if not isinstance(self.store, EmbeddedStore):
            return Excerpt.from_answer(self.visitor(asked, wanted), self.most_shown)
        question = replace(self.question_of(asked, wanted), most=self.most_shown)
        reply = self._asked(question, asked)
        return Excerpt.from_answer(reply.value(), self.most_shown, reply.of)

    def question_of(self, asked: Asked, wanted: Wanted) -> Question:
        """A visitor's query as it goes to a worker."""
        graphs = (asked.default_graphs, asked.named_graphs)
        return Question(asked.query or "", wanted, *graphs, self.ceiling)

    def seconds_of(self, asked: Asked) -> float:
        """How long a visitor's query may take: as the visitor says, and no longer than is given to all."""
        return min(self.visitor_seconds, asked.seconds or math.inf)

    def _asked(self, question: Question, asked: Asked) -> Reply:
        return self.nursery.ask(question, _client(), self.seconds_of(asked))

    def reviewed(self, brought: Brought, weigh: bool = True) -> Review:
        """What there is to say about an upload; `weigh`: also which saved answers it would change.

        Raises TooLarge where the checking used up its time or memory.
        """
        try:
            review: Review = self.sandbox.run("uploads", "validate", brought, weigh)
        except OutOfTime as error:
            why = Phrase("it was not finished after %(seconds)s s", seconds=float(error.seconds))
        except Crashed:
            why = Phrase("it needed more memory than it may use (%(most)s GB)", most=MEMORY >> 30)
        else:
            return review
        raise TooLarge(
            Phrase(
                "The check was stopped: %(why)s. Bring the contribution in smaller parts, with fewer statements about "
                "one thing and shorter texts; on your own machine `kg validate` takes as long as it needs.",
                why=why,
            )
        )

    def reconciled(self, what: str, *facts: Any) -> Any:
        """What the reconciliation service answers to a visitor."""
        return self.sandbox.run("linking", "reconcile", what, *facts)

    def handed_over(self, brought: Brought, named: str = "", judged: bool = False) -> HandOver:
        """An upload as a file and a patch; `judged`: it was found that nothing in it blocks."""
        ready: HandOver = self.sandbox.run("uploads", "hand over", brought, named, judged)
        return ready

    def _keep(self, key: tuple[Any, ...], fresh: Kept) -> None:
        with self._lock:
            replaced = self._kept.pop(key, None)  # two asked the same at once
            self._kept_bytes -= len(replaced.answer.body) if replaced else 0
            self._kept[key] = fresh
            self._kept_bytes += len(fresh.answer.body)
            while self._kept_bytes > _KEPT_BYTES:
                self._kept_bytes -= len(self._kept.popitem(last=False)[1].answer.body)

    def close(self) -> None:
        """End the workers."""
        finder = self.__dict__.get("finder")
        if isinstance(finder, GatheredFinder):
            finder.close()
        for workers in (self.__dict__.get("sandbox"), self._nursery):
            if workers:
                workers.close()
        for other in self.others:
            other.close()


def _client() -> str:
    """Whose turn it is, as far as a request tells."""
    return (request.remote_addr or "") if has_request_context() else ""


def the_desk() -> Desk:
    """The desk of the application that is answering."""
    desk: Desk = current_app.extensions["desk"]
    return desk
