"""A contribution in the company of what is published: both states of the graph, and what changes from one to the
other. Nothing is copied; what was looked up is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

import pyoxigraph as ox

from kg import fetching, rdf
from kg.errors import JudgeFailed
from kg.fetching import Found, Pattern
from kg.house import House
from kg.namespaces import BASE, PREFIXES
from kg.rdf import is_english, node_text
from kg.store import AnyStore, RemoteStore

Node = fetching.Node
Term = fetching.Term
_LABELS = [
    PREFIXES["rdfs"] + "label",
    PREFIXES["skos"] + "prefLabel",
    PREFIXES["skos"] + "altLabel",
]
_IS_A = ox.NamedNode(PREFIXES["rdf"] + "type")
_IS_BELOW = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
JUDGED = (f"{BASE}ontology/", f"{BASE}data/")  # not the shapes and queries, which are there too


@dataclass(frozen=True)
class Contribution:
    """Statements brought by somebody: what to call them, and the named graph they take the place of."""

    what: str
    statements: tuple[ox.Quad, ...]
    replaces: str | None = None


def read(file: Path, house: House) -> Contribution:
    """A contribution from an RDF file; one that lies in the house replaces its own published version."""
    return Contribution(str(file), tuple(rdf.parse_file(file)), house.graph_name(file))


class Published:
    """The statements of a store's judged graphs, each with the graphs it stands in; what was asked is kept."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self._kept: dict[Pattern, Found] = {}

    @property
    def size(self) -> int:
        """How many statements are kept."""
        return sum(map(len, self._kept.values()))

    def expect(self, asked: Iterable[Pattern]) -> None:
        """Have these looked up together where the store is another server, and each look a request."""
        if isinstance(self._store, RemoteStore):
            new = [one for one in dict.fromkeys(asked) if self._known(one) is None]
            if new:
                self._kept |= self._store.fetch(new, JUDGED)

    def match(
        self, subject: Node | None, predicate: ox.NamedNode | None, object: Term | None
    ) -> Found:
        """The statements that fit; one that stands in several graphs comes once for each."""
        asked = (subject, predicate, object)
        if asked == (None, None, None):
            return self._all()
        found = self._known(asked)
        if found is None and isinstance(self._store, RemoteStore):
            found = self._store.fetch([asked], JUDGED)[asked]
        elif found is None:
            found = _judged(self._store.match(*asked))
        self._kept[asked] = found
        return found

    def _known(self, asked: Pattern) -> Found | None:
        """What was looked up already, or is among all that was looked up of the subject."""
        subject, predicate, object = asked
        if asked in self._kept or subject is None:
            return self._kept.get(asked)
        said = self._kept.get((subject, None, None))
        return said and [
            (triple, graph)
            for triple, graph in said
            if predicate in (None, triple.predicate) and object in (None, triple.object)
        ]

    def _all(self) -> Found:
        if isinstance(self._store, RemoteStore):
            return _judged(self._store.everything(JUDGED))
        return _judged(self._store.match(None, None, None))


def _judged(quads: Iterable[ox.Quad]) -> Found:
    return [
        (quad.triple, quad.graph_name.value)
        for quad in quads
        if isinstance(quad.graph_name, ox.NamedNode) and quad.graph_name.value.startswith(JUDGED)
    ]


class View:
    """The statements of one state of the graph, by pattern: published ones but for some graphs, and some more.

    What is said of a thing is looked up once and kept: most routes go on from a thing already met.
    """

    def __init__(
        self,
        published: Published,
        without: frozenset[str] = frozenset(),
        more: ox.Store | None = None,
    ) -> None:
        self._published, self._without, self._more = published, without, more
        self._said: dict[Term, dict[str, list[ox.Triple]]] = {}
        self._values: dict[tuple[Node, str], list[ox.Triple]] = {}
        self._met: dict[tuple[str | None, Term], list[ox.Triple]] = {}

    def expect(self, asked: Iterable[Pattern]) -> None:
        """Have these looked up together; what nobody said beforehand is found as well, a look at a time."""
        self._published.expect(asked)

    def said_of(self, thing: Node) -> dict[str, list[ox.Triple]]:
        """All statements with this subject, by predicate."""
        if thing not in self._said:
            sorted_out: dict[str, list[ox.Triple]] = {}
            for triple in self.match(thing, None, None):
                sorted_out.setdefault(triple.predicate.value, []).append(triple)
            self._said[thing] = sorted_out
        return self._said[thing]

    def values(self, thing: Node, predicate: str) -> list[ox.Triple]:
        """All statements with this subject and predicate."""
        if thing in self._said:
            return self._said[thing].get(predicate, [])
        asked = (thing, predicate)
        if asked not in self._values:
            self._values[asked] = list(self.match(thing, ox.NamedNode(predicate), None))
        return self._values[asked]

    def members(self, classes: Iterable[str]) -> set[str]:
        """The things of these classes and of those below them that have names."""
        kinds, found = [_IS_A, _IS_BELOW], set[str]()
        met = level = set(classes)
        while level:
            nodes = [ox.NamedNode(one) for one in level]
            self.expect((None, kind, node) for kind in kinds for node in nodes)
            members, below = (
                {
                    triple.subject.value
                    for node in nodes
                    for triple in self.match(None, kind, node)
                    if isinstance(triple.subject, ox.NamedNode)
                }
                for kind in kinds
            )
            found |= members
            level = below - met
            met = met | level
        return found

    def expect_labels(self, things: Iterable[str]) -> None:
        """Have the names of these things looked up together."""
        self.expect(
            (ox.NamedNode(thing), ox.NamedNode(name), None) for thing in things for name in _LABELS
        )

    def labels(self, thing: str) -> list[str]:
        """The names of a thing, in all languages: its label first, the English one before others, then other names."""
        node = ox.NamedNode(thing)
        return [
            node_text(name)
            for predicate in _LABELS
            for name in sorted(
                (one.object for one in self.values(node, predicate)),
                key=lambda name: (not is_english(name), node_text(name)),
            )
        ]

    def met_in(self, predicate: str | None, object: Term) -> list[ox.Triple]:
        """All statements with this object, of one predicate or of any."""
        asked = (predicate, object)
        if asked not in self._met:
            named = None if predicate is None else ox.NamedNode(predicate)
            self._met[asked] = list(self.match(None, named, object))
        return self._met[asked]

    def match(
        self, subject: Node | None, predicate: ox.NamedNode | None, object: Term | None
    ) -> Iterator[ox.Triple]:
        """The statements that fit; one that stands in several graphs may come several times."""
        for triple, graph in self._published.match(subject, predicate, object):
            if graph not in self._without:
                yield triple
        if self._more is not None:
            for quad in self._more.quads_for_pattern(subject, predicate, object, None):
                yield quad.triple

    def holds(self, triple: ox.Triple) -> bool:
        subject = triple.subject
        if isinstance(subject, ox.Triple):
            return False
        return triple in self.said_of(subject).get(triple.predicate.value, ())


class Company:
    """Contributions, taken together, beside a store."""

    def __init__(
        self,
        store: AnyStore,
        contributions: Sequence[Contribution],
        published: Published | None = None,
    ) -> None:
        """`published`: what was looked up in the store before, if it is the same store still."""
        self._store = store
        self.replaced = frozenset(one.replaces for one in contributions if one.replaces)
        self.brought = ox.Store()
        self.brought.extend(
            ox.Quad(*_plain(quad)) for one in contributions for quad in one.statements
        )
        published = self._published = published or Published(store)
        self.before = View(published)
        self.after = View(published, self.replaced, self.brought)
        # With nothing replaced this is the state after: one view, so that what was looked up is kept for both.
        self.either = View(published, frozenset(), self.brought) if self.replaced else self.after

    @cached_property
    def described(self) -> frozenset[Node]:
        """The things that the contributions say something of."""
        return frozenset(quad.subject for quad in self.brought)

    @cached_property
    def added(self) -> list[ox.Triple]:
        """What nobody had published."""
        self.before.expect((thing, None, None) for thing in self.described)
        return [quad.triple for quad in self.brought if not self.before.holds(quad.triple)]

    @cached_property
    def removed(self) -> list[ox.Triple]:
        """What stood in a replaced graph and stands nowhere any more."""
        gone = {quad.triple for name in self.replaced for quad in self._store.graph(name)}
        self.after.expect(
            (triple.subject, None, None) for triple in gone if is_node(triple.subject)
        )
        return [triple for triple in gone if not self.after.holds(triple)]

    def published_in(self, triple: ox.Triple) -> set[str]:
        """The names of the judged graphs in which this statement stands."""
        subject = triple.subject
        if not is_node(subject):
            return set()
        found = self._published.match(subject, triple.predicate, triple.object)
        return {graph for _, graph in found}

    def whole(self, view: View) -> ox.Store:
        """One state of the graph, entirely."""
        together = ox.Store()
        together.extend(ox.Quad(*triple) for triple in view.match(None, None, None))
        return together


def is_node(term: Term) -> TypeGuard[Node]:
    """Whether this can be a subject."""
    return isinstance(term, ox.NamedNode | ox.BlankNode)


def _plain(quad: ox.Quad) -> ox.Triple:
    if isinstance(quad.object, ox.Triple):
        raise JudgeFailed("it has a triple inside a triple, which this graph does not use.")
    return quad.triple
