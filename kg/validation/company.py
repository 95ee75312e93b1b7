"""A contribution in the company of what is published: both states of the graph, what changes from one to the
other, which things that can touch, and the statements on which their verdicts rest.

Nothing is copied but those statements. Measured with 200 contributed statements beside 10^5 and 10^6 published ones
(`tests/benchmarks/validation.py`): about 2,500 statements are taken, in 20 to 30 ms at either size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg import rdf
from kg.errors import JudgeFailed
from kg.house import House
from kg.namespaces import BASE, PREFIXES
from kg.store import EmbeddedStore
from kg.validation.reach import Reach, ShapeReach
from kg.validation.steps import ANY, Pattern, Route, Step

JUDGED = (f"{BASE}ontology/", f"{BASE}data/")  # not the shapes and queries, which are there too
_TYPE = PREFIXES["rdf"] + "type"
_SUBCLASS = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")

Node = ox.NamedNode | ox.BlankNode
Term = Node | ox.Literal | ox.Triple


@dataclass(frozen=True)
class Contribution:
    """Statements brought by somebody: what to call them, and the named graph they take the place of."""

    what: str
    statements: tuple[ox.Quad, ...]
    replaces: str | None = None


def read(file: Path, house: House) -> Contribution:
    """A contribution from an RDF file; one that lies in the house replaces its own published version."""
    return Contribution(str(file), tuple(rdf.parse_file(file)), house.graph_name(file))


class View:
    """The statements of one state of the graph, by pattern: published ones but for some graphs, and some more.

    What is said of a thing is looked up once and kept: most routes go on from a thing already met.
    """

    def __init__(
        self,
        store: EmbeddedStore,
        without: frozenset[str] = frozenset(),
        more: ox.Store | None = None,
    ) -> None:
        self._store, self._without, self._more = store, without, more
        self._said: dict[Term, dict[str, list[ox.Triple]]] = {}

    def said_of(self, thing: Node) -> dict[str, list[ox.Triple]]:
        """All statements with this subject, by predicate."""
        if thing not in self._said:
            sorted_out: dict[str, list[ox.Triple]] = {}
            for triple in self.match(thing, None, None):
                sorted_out.setdefault(triple.predicate.value, []).append(triple)
            self._said[thing] = sorted_out
        return self._said[thing]

    def match(
        self, subject: Node | None, predicate: ox.NamedNode | None, object: Term | None
    ) -> Iterator[ox.Triple]:
        """The statements that fit; one that stands in several graphs may come several times."""
        for quad in self._store.match(subject, predicate, object):
            graph = quad.graph_name
            if (
                isinstance(graph, ox.NamedNode)
                and graph.value.startswith(JUDGED)
                and graph.value not in self._without
            ):
                yield quad.triple
        if self._more is not None:
            for quad in self._more.quads_for_pattern(subject, predicate, object, None):
                yield quad.triple

    def holds(self, triple: ox.Triple) -> bool:
        subject = triple.subject
        if isinstance(subject, ox.Triple):
            return False
        return any(True for _ in self.match(subject, triple.predicate, triple.object))


class Company:
    """Contributions, taken together, beside a store."""

    def __init__(self, store: EmbeddedStore, contributions: Sequence[Contribution]) -> None:
        self._store = store
        self.replaced = frozenset(one.replaces for one in contributions if one.replaces)
        self.brought = ox.Store()
        self.brought.extend(
            ox.Quad(*_plain(quad)) for one in contributions for quad in one.statements
        )
        self.before = View(store)
        self.after = View(store, self.replaced, self.brought)
        self.either = View(store, frozenset(), self.brought)

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


class Neighbourhood:
    """What the shapes of a reach can see from given things, in one state of the graph."""

    def __init__(self, reach: Reach, view: View) -> None:
        self._reach, self._view = reach, view
        self._parents: dict[str, set[str]] = defaultdict(set)
        self._tries: dict[frozenset[str], _Trie] = {}
        self._background: set[ox.Triple] = set()
        for pattern in reach.background:
            for triple in _matching(view, pattern):
                self._background.add(triple)
                if triple.predicate == _SUBCLASS:
                    self._parents[_named(triple.subject)].add(_named(triple.object))

    def statements(self, things: Iterable[Node]) -> set[ox.Triple]:
        """All that must be at hand to judge these things, and the background of all shapes."""
        seen = set(self._background)
        for thing in things:
            _walk(self._view, thing, self._trie(thing), seen)
        return seen

    def _trie(self, thing: Node) -> _Trie:
        """The routes of all shapes that could be for a thing of its classes."""
        classes = self._classes(thing)
        if classes not in self._tries:
            shapes = [one for one in self._reach.shapes if not one.classes or one.classes & classes]
            self._tries[classes] = _Trie.of(route for one in shapes for route in one.routes)
        return self._tries[classes]

    def _classes(self, thing: Node) -> frozenset[str]:
        found = {_named(triple.object) for triple in self._view.said_of(thing).get(_TYPE, ())}
        waiting = list(found)
        while waiting:
            above = self._parents.get(waiting.pop(), set()) - found
            found |= above
            waiting += above
        return frozenset(found)


def touched(reach: Reach, either: View, changes: Iterable[ox.Triple]) -> set[Node] | None:
    """The things whose verdict these changed statements can alter; None when that may be any thing.

    `either` holds the statements of both states, so that a way that is gone, or new, is found too.
    """
    backwards = _backwards(reach.shapes)
    nodes: set[Node] = set()
    for triple in changes:
        if any(_fits(triple, pattern) for pattern in reach.background):
            return None
        for name in (triple.predicate.value, ANY):
            for forward, end in ((True, triple.subject), (False, triple.object)):
                trie = backwards.get((name, forward))
                if trie and isinstance(end, (ox.NamedNode, ox.BlankNode, ox.Literal)):
                    nodes |= _ends(either, end, trie)
    return nodes


def _backwards(shapes: Iterable[ShapeReach]) -> dict[tuple[str, bool], _Trie]:
    """For each way over a statement, the ways back from it to the things that are judged."""
    found: dict[tuple[str, bool], set[Route]] = defaultdict(set)
    for route in {route for shape in shapes for route in shape.routes}:
        for place, step in enumerate(route):
            again = (step.back(),) if step.closure else ()
            back = again + tuple(one.back() for one in reversed(route[:place]))
            for move in step.moves:
                found[move].add(back)
    return {move: _Trie.of(routes) for move, routes in found.items()}


@dataclass
class _Trie:
    """Routes that share their beginnings; `end` where one of them ends."""

    end: bool
    onwards: dict[Step, _Trie]

    @classmethod
    def of(cls, routes: Iterable[Route]) -> _Trie:
        root = cls(False, {})
        for route in routes:
            here = root
            for step in route:
                here = here.onwards.setdefault(step, cls(False, {}))
            here.end = True
        return root


def _walk(view: View, start: Term, trie: _Trie, seen: set[ox.Triple]) -> None:
    """Add to `seen` every statement that the trie's routes cross from `start`."""
    for _ in _ways(view, start, trie, seen):
        pass


def _ends(view: View, start: Term, trie: _Trie) -> set[Node]:
    """The nodes at which the trie's routes end."""
    return {
        node
        for node, at in _ways(view, start, trie, set())
        if at.end and isinstance(node, (ox.NamedNode, ox.BlankNode))
    }


def _ways(
    view: View, start: Term, trie: _Trie, crossed: set[ox.Triple]
) -> Iterator[tuple[Term, _Trie]]:
    """Each node with the place in the trie at which a walk comes to it."""
    met: set[tuple[Term, int]] = {(start, id(trie))}
    waiting: list[tuple[Term, _Trie]] = [(start, trie)]
    while waiting:
        node, at = waiting.pop()
        yield node, at
        for step, onwards in at.onwards.items():
            for other in _reached(view, node, step, crossed):
                if (other, id(onwards)) not in met:
                    met.add((other, id(onwards)))
                    waiting.append((other, onwards))


def _reached(view: View, node: Term, step: Step, crossed: set[ox.Triple]) -> Iterator[Term]:
    """The nodes one step away; with a closure, the node itself and all that repeated steps come to."""
    if not step.closure:
        yield from _next(view, node, step, crossed)
        return
    met, waiting = {node}, [node]
    while waiting:
        here = waiting.pop()
        yield here
        for other in _next(view, here, step, crossed):
            if other not in met:
                met.add(other)
                waiting.append(other)


def _next(view: View, node: Term, step: Step, crossed: set[ox.Triple]) -> Iterator[Term]:
    for name, forward in step.moves:
        if not forward:
            predicate = None if name == ANY else ox.NamedNode(name)
            for triple in view.match(None, predicate, node):
                crossed.add(triple)
                yield triple.subject
        elif isinstance(node, (ox.NamedNode, ox.BlankNode)):
            said = view.said_of(node)
            for triples in said.values() if name == ANY else (said.get(name, ()),):
                crossed.update(triples)
                for triple in triples:
                    yield triple.object


def _matching(view: View, pattern: Pattern) -> Iterator[ox.Triple]:
    subject, predicate, object_ = (
        None if name is None else ox.NamedNode(name)
        for name in (pattern.subject, pattern.predicate, pattern.object)
    )
    return view.match(subject, predicate, object_)


def _fits(triple: ox.Triple, pattern: Pattern) -> bool:
    return (
        pattern.subject in (None, _named(triple.subject))
        and pattern.predicate in (None, triple.predicate.value)
        and pattern.object in (None, _named(triple.object))
    )


def _named(term: Term) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""
