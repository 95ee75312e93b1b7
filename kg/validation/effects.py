"""Which saved questions would be answered differently if a contribution were published, and how.

The questions are asked of two stores: the published one, and a copy of it to which the contribution's changes are
made and taken back. The copy shares the files of the store on disk, so it is made in 10 ms at any size; of a graph on
another server both are held in memory, as long as it is no larger than the curated one. Only
questions in which a changed statement can have a part (`relevance`) are asked, as they stand, and about the new things
that fit a parameter; those about new things first. Two at a time: the engine lets go of Python's lock while it answers.
The verdict does not wait for them beyond a while, and what was not asked by then is named.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.answers import Table, Wanted
from kg.errors import KgError
from kg.namespaces import BASE, PREFIXES, shorten
from kg.queries import Query
from kg.rdf import node_text
from kg.store import EmbeddedStore, WritableCopy
from kg.validation import kept_patterns
from kg.validation.company import Company
from kg.validation.relevance import Group, may_matter, patterns

_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_OF_ANY_PROPERTY = re.compile(
    r"[;.{]\s*+(?:\?\w++\s++)?+\?\w++\s++\?\w++\s*+[.;}]|\?\w++ \?\w++ \?\w++"
)
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_SHOWN = 5  # rows of each kind
_AT_ONCE = 2  # questions
_NO_TIME = object()
_NEW_THINGS = 3  # of a class, that a question with such a parameter is asked about
NEW_GRAPH = f"{BASE}data/contribution"


@dataclass(frozen=True)
class Effect:
    """One question whose answer changes: what was asked, how many rows there were and would be, some of them."""

    query: str
    summary: str
    asked: str  # "place=city:xx", or empty for the question as it stands
    before: int
    after: int
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Weighed:
    """The questions whose answers change, by name, and the names of those for which there was no time."""

    effects: tuple[Effect, ...]
    unasked: tuple[str, ...] = ()


@dataclass
class Scales:
    """Weighs contributions to one store. The answers of before are kept: they are the same for everybody."""

    questions: Sequence[Query]
    store: EmbeddedStore
    looks: bool = (
        True  # whether to look, statement by statement, which questions can be answered differently
    )
    _before: dict[str, Table] = field(default_factory=dict)
    _patterns: dict[str, Group | None] = field(init=False)

    def __post_init__(self) -> None:
        self._patterns = kept_patterns.read(self.store.folder.parent) if self.looks else {}

    def weighed(self, copy: WritableCopy, company: Company, seconds: float) -> Weighed:
        """What changes, as far as `seconds` go: no question is begun after them. `copy` is left as it was."""
        ends = time.monotonic() + seconds
        changed = _changes(self.store, company)
        asked = [
            (query, given)
            for query in self.questions
            if query.kind == "table"
            for given in _ways_to_ask(query, company)
            if (_may_change(query, company) if given else self.may_matter(query, company))
        ]
        copy.change(changed.add, changed.take)
        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                begun = [
                    (query, pool.submit(self._effect, query, given, copy, ends))
                    for query, given in sorted(asked, key=lambda one: not one[1])
                ]
                found = [(query, future.result()) for query, future in begun]
        finally:
            copy.change(changed.take, changed.add)
        effects = [one for _, one in found if isinstance(one, Effect)]
        return Weighed(
            tuple(sorted(effects, key=lambda one: (one.query, one.asked))),
            tuple(sorted({query.name for query, one in found if one is _NO_TIME})),
        )

    def may_matter(self, query: Query, company: Company) -> bool:
        """Whether the answer to a question, as it stands, can be another one."""
        if not _may_change(query, company):
            return False
        if not self.looks:
            return True
        if query.text not in self._patterns:
            self._patterns[query.text] = patterns(query.text)
        group = self._patterns[query.text]
        return group is None or may_matter(
            group, [*company.added, *company.removed], company.either
        )

    def _effect(
        self, query: Query, given: dict[str, list[str]], copy: WritableCopy, ends: float
    ) -> Effect | object | None:
        if time.monotonic() >= ends:
            return _NO_TIME
        try:
            text = query.bind(given, copy) if given else query.text
            before = self.answered(text, keep=not given)
            after = copy.answer(text, Wanted("json")).table()
        except KgError:
            return None  # a question that cannot be asked so has no effect to show
        return _effect(query, given, before, after)

    def answered(self, text: str, keep: bool = True) -> Table:
        """What is answered before any change."""
        found = self._before.get(text)
        if found is None:
            found = self.store.answer(text, Wanted("json")).table()
            if keep:
                self._before[text] = found
        return found


@dataclass(frozen=True)
class _Changes:
    add: list[ox.Quad]
    take: list[ox.Quad]


def _changes(store: EmbeddedStore, company: Company) -> _Changes:
    """What a build with the contribution in it would hold and the published one does not, and the reverse."""
    home = ox.NamedNode(next(iter(company.replaced), NEW_GRAPH))
    default = ox.DefaultGraph()
    add = [_in(triple, default) for triple in company.added]
    add += [
        _in(quad.triple, home)
        for quad in company.brought
        if not store.holds(_in(quad.triple, home))
    ]
    take = [_in(triple, default) for triple in company.removed]
    brought = {quad.triple for quad in company.brought}
    for name in company.replaced:
        take += [quad for quad in store.graph(name) if quad.triple not in brought]
    take = [quad for quad in take if store.holds(quad)]
    return _Changes([quad for quad in add if not store.holds(quad)], take)


def _in(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _may_change(query: Query, company: Company) -> bool:
    """Whether a changed statement has a property that the question's text names; a path of any property reads all."""
    names = {triple.predicate.value for triple in [*company.added, *company.removed]}
    if names and _OF_ANY_PROPERTY.search(query.text):
        return True
    return any(shorten(name) in query.text or name in query.text for name in names) or (
        _TYPE.value in names and " a " in query.text
    )


def _ways_to_ask(query: Query, company: Company) -> Iterator[dict[str, list[str]]]:
    yield {}
    for parameter in query.parameters:
        for thing in _new_of_classes(parameter.classes, company):
            yield {parameter.name: [thing]}


def _new_of_classes(classes: Sequence[str], company: Company) -> list[str]:
    """New things of these classes or, one step down, of their subclasses."""
    wanted = set(classes)
    for cls in classes:
        below = company.after.match(None, _SUBCLASS, ox.NamedNode(cls))
        wanted |= {node_text(triple.subject) for triple in below}
    found = {
        node_text(triple.subject)
        for triple in company.added
        if triple.predicate == _TYPE and node_text(triple.object) in wanted
    }
    return sorted(found)[:_NEW_THINGS]


def _effect(
    query: Query, given: dict[str, list[str]], before: Table, after: Table
) -> Effect | None:
    gained, lost = _difference(before, after)
    if not gained and not lost:
        return None
    return Effect(
        query.name,
        query.summary,
        ", ".join(f"{name}={shorten(values[0])}" for name, values in given.items()),
        len(before),
        len(after),
        tuple(gained[:_SHOWN]),
        tuple(lost[:_SHOWN]),
    )


def _difference(before: Table, after: Table) -> tuple[list[str], list[str]]:
    then, now = Counter(_rows(before)), Counter(_rows(after))
    return sorted((now - then).elements()), sorted((then - now).elements())


def _rows(table: Table) -> Iterator[str]:
    """Each row as a person reads it, without the names that stand beside a label."""
    for row in table.for_people():
        yield " · ".join(str(term) for term in row if term)
