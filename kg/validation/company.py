"""A contribution in the company of what is published: both states of the graph, and what changes from one to the
other. Nothing is copied; what was looked up is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.errors import JudgeFailed
from kg.house import House
from kg.namespaces import BASE
from kg.store import AnyStore

JUDGED = (f"{BASE}ontology/", f"{BASE}data/")  # not the shapes and queries, which are there too

Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal | ox.Triple
_Asked = tuple[Node | None, ox.NamedNode | None, Term | None]


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
        self._kept: dict[_Asked, list[tuple[ox.Triple, str]]] = {}

    def match(
        self, subject: Node | None, predicate: ox.NamedNode | None, object: Term | None
    ) -> list[tuple[ox.Triple, str]]:
        """The statements that fit; one that stands in several graphs comes once for each."""
        asked = (subject, predicate, object)
        if asked not in self._kept:
            found = []
            for quad in self._store.match(*asked):
                graph = quad.graph_name
                if isinstance(graph, ox.NamedNode) and graph.value.startswith(JUDGED):
                    found.append((quad.triple, graph.value))
            if asked == (None, None, None):
                return found
            self._kept[asked] = found
        return self._kept[asked]


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

    def __init__(self, store: AnyStore, contributions: Sequence[Contribution]) -> None:
        self._store = store
        self.replaced = frozenset(one.replaces for one in contributions if one.replaces)
        self.brought = ox.Store()
        self.brought.extend(
            ox.Quad(*_plain(quad)) for one in contributions for quad in one.statements
        )
        published = Published(store)
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
        return [quad.triple for quad in self.brought if not self.before.holds(quad.triple)]

    @cached_property
    def removed(self) -> list[ox.Triple]:
        """What stood in a replaced graph and stands nowhere any more."""
        gone = {quad.triple for name in self.replaced for quad in self._store.graph(name)}
        return [triple for triple in gone if not self.after.holds(triple)]

    def published_in(self, triple: ox.Triple) -> set[str]:
        """The names of the published graphs in which this statement stands."""
        subject = triple.subject
        if isinstance(subject, ox.Triple):
            return set()
        found = self._store.match(subject, triple.predicate, triple.object)
        return {
            quad.graph_name.value for quad in found if isinstance(quad.graph_name, ox.NamedNode)
        }

    def whole(self, view: View) -> ox.Store:
        """One state of the graph, entirely."""
        together = ox.Store()
        together.extend(ox.Quad(*triple) for triple in view.match(None, None, None))
        return together


def _plain(quad: ox.Quad) -> ox.Triple:
    if isinstance(quad.object, ox.Triple):
        raise JudgeFailed("it has a triple inside a triple, which this graph does not use.")
    return quad.triple
