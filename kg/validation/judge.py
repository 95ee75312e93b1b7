"""Findings about a contribution, in the company of everything else that is published.

The judge sees the contribution together with the published graph, from which the graphs that it replaces are
taken out. Reported is what the contribution causes: findings about the things that it describes, and findings
elsewhere that were not there before. Nothing is written.

It does not look at the whole graph for that. From the statements that change, and from what each shape can see
(`kg.validation.reach`), it takes the things that can be touched and the statements on which their verdicts rest
(`kg.validation.sight`), and has only these judged. Where a shape's reach cannot be derived, where what changes is read
by shapes everywhere (a class, a property), or where a contribution is most of the graph, the whole is judged, and
`Verdict.scope` says so. A property test holds both ways to the same findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from kg.house import House
from kg.namespaces import PREFIXES
from kg.phrases import Phrase
from kg.rdf import is_english, node_text
from kg.store import AnyStore
from kg.validation.company import Company, Contribution, Node, Published, View
from kg.validation.engines import Engine, engine, has_pyshifty
from kg.validation.findings import Finding, worst_first
from kg.validation.focus import Focus
from kg.validation.shapebook import ShapeBook
from kg.validation.sight import Sight

_NAMING = (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel")
_NEAR = Phrase("the neighbourhood of what changes")
_MOST_OF_THE_GRAPH = (
    20_000  # statements brought; beyond that the whole is judged at once, which is quicker
)


@dataclass(frozen=True)
class Verdict:
    """What a contribution causes, who judged it, and how much of the graph was looked at and why."""

    findings: list[Finding]
    engine: str
    scope: str
    looked_at: int  # statements


class Judge:
    """Judges contributions by a house's shapes, in the company of a store. Keeps the shapes in memory."""

    def __init__(self, house: House, store: AnyStore, by: str = "auto") -> None:
        """`by` is an engine's name, or `auto`: pySHACL, but for the whole graph pyshifty where it is installed."""
        self._store, self._by = store, by
        self.book = ShapeBook(house)

    def over(self, store: AnyStore) -> Judge:
        """The same judge, with the shapes that it keeps, over another store."""
        other = copy(self)
        other._store = store
        other.__dict__.pop("_sight", None)
        return other

    def findings(self, contributions: Sequence[Contribution]) -> list[Finding]:
        """What these contributions, taken together, cause; the worst first, then by thing."""
        return self.verdict(Company(self._store, contributions)).findings

    def verdict(self, company: Company) -> Verdict:
        """The same, with who judged and what was looked at. Raises JudgeFailed."""
        why = self._why_whole(company)
        if why:
            return self.whole(company, why)
        sight, after = self._sight, company.after
        things = sight.touched(company.either, [*company.added, *company.removed])
        if things is None:
            return self.whole(
                company, "it changes what shapes read everywhere, such as a class or a property"
            )
        things |= company.described
        judge = self._engine(self._by if self._by != "auto" else "pyshacl")
        near = sight.statements(after, things)
        focus = Focus.on({thing: sight.classes(after, thing) for thing in things}, sight.reach)
        found = set(judge.findings(near, focus))
        elsewhere = _elsewhere(found, company)
        if elsewhere:
            found -= elsewhere & self._found_before(company.before, things, elsewhere, judge)
        told = worst_first(_labelled(found, after))
        return Verdict(told, judge.name, _NEAR, len(near))

    def _found_before(
        self, before: View, things: Iterable[Node], found: set[Finding], judge: Engine
    ) -> set[Finding]:
        """What these shapes found before about the things of these findings."""
        names = {finding.thing for finding in found}
        named = {
            thing: self._sight.classes(before, thing)
            for thing in things
            if node_text(thing) in names
        }
        asking = frozenset[str]().union(*(self.book.owners(finding.shape) for finding in found))
        near = self._sight.statements(before, named)
        return set(judge.findings(near, Focus(named, asking)))

    def whole(self, company: Company, why: str) -> Verdict:
        """The verdict with the whole graph looked at, before and after."""
        fast = has_pyshifty() if self._by == "auto" else self._by == "pyshifty"
        judge = self._engine("pyshifty" if fast else "pyshacl")
        data = company.whole(company.after)
        after = set(judge.findings(quad.triple for quad in data))
        elsewhere = _elsewhere(after, company)
        if elsewhere:
            data = company.whole(company.before)
            after -= elsewhere & set(judge.findings(quad.triple for quad in data))
        found = worst_first(_labelled(after, company.after))
        return Verdict(
            found, judge.name, Phrase("the whole graph, because %(why)s", why=why), len(data)
        )

    def _why_whole(self, company: Company) -> str:
        if self.book.reach.unbounded:
            shape, why = next(iter(self.book.reach.unbounded.items()))
            return Phrase("%(shape)s cannot be followed: %(why)s", shape=shape, why=why)
        if len(company.brought) > _MOST_OF_THE_GRAPH:
            return Phrase("it brings more than %(most)s statements", most=_MOST_OF_THE_GRAPH)
        return ""

    def _engine(self, name: str) -> Engine:
        if name not in self._engines:
            self._engines[name] = engine(name, self.book)
        return self._engines[name]

    @cached_property
    def _sight(self) -> Sight:
        return Sight(self.book.reach, View(Published(self._store)))

    @cached_property
    def _engines(self) -> dict[str, Engine]:
        return {}


def _elsewhere(findings: Iterable[Finding], company: Company) -> set[Finding]:
    """Those about things that the contribution says nothing of."""
    described = {node_text(thing) for thing in company.described}
    return {finding for finding in findings if finding.thing not in described}


def _labelled(findings: Iterable[Finding], view: View) -> list[Finding]:
    return [replace(finding, label=label_of(view, finding.thing)) for finding in findings]


def label_of(view: View, thing: str) -> str:
    """A thing's name, in English where it has one; empty where it has none."""
    try:
        said = view.said_of(ox.NamedNode(thing))
    except ValueError:  # a blank node's name is no IRI
        return ""
    names = [triple.object for naming in _NAMING for triple in said.get(naming, ())]
    english = filter(is_english, names)
    chosen = [*english, *names]
    return node_text(chosen[0]) if chosen else ""
