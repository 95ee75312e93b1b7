"""Reading a graph one statement at a time, with each thing called by its name in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Protocol

import pyoxigraph as ox

from kg.answers import Term
from kg.namespaces import TERMS, expand, shorten

_NAMINGS = ("rdfs:label", "skos:prefLabel", "dcterms:title")
# Stages by which an act came about: its date is the first of these, else its first of any kind.
_MADE = {"passed", "voted", "signed", "effective"}
_DATES = ("hrc:happenedOn", "hrc:began", "hrc:adoptedOn", "dcterms:issued", "hrc:searchedOn")


_KEPT = 100_000  # things that stay read
_full = cache(lambda name: expand(name) or name)


Value = ox.NamedNode | ox.Literal


class Statements(Protocol):
    """What is read: an embedded store, or what is held of another server's."""

    def about(self, subject: str) -> Iterable[tuple[str, Value]]: ...

    def subjects(self, predicate: str, value: str) -> Iterable[str]: ...


class Reader:
    """Statements, read in one language, from several threads. What was read stays read, for they never change."""

    def __init__(self, store: Statements, language: str = "en") -> None:
        self._store, self._language = store, language
        self._of = lru_cache(_KEPT)(self._statements)
        self.name = lru_cache(_KEPT)(self._name)
        self.kinds = lru_cache(_KEPT)(self._kinds)
        self.when = lru_cache(_KEPT)(self._when)
        self.into = lru_cache(_KEPT)(self._into)
        self.out = lru_cache(_KEPT)(self._out)

    def _statements(self, iri: str) -> dict[str, list[Value]]:
        found: dict[str, list[Value]] = defaultdict(list)
        for name, value in self._store.about(iri):
            found[name].append(value)
        return dict(found)

    def _out(self, iri: str, name: str) -> list[Term]:
        """The values of a property, things with their names, in the order of these."""
        return sorted(map(self._term, self._of(iri).get(_full(name), ())), key=str)

    def statements(self, iri: str) -> list[tuple[Term, Term]]:
        """The properties of a thing and their values, by property."""
        return [
            (self.name(name), value)
            for name in sorted(self._of(iri))
            for value in self.out(iri, name)
        ]

    def one(self, iri: str, name: str) -> Term | None:
        """One value of a property; of texts, the one in the reader's language or in English."""
        values = self.out(iri, name)
        fit = (value for tag in (self._language, "en") for value in values if value.language == tag)
        return next(fit, values[0] if values else None)

    def _into(self, iri: str, name: str) -> list[str]:
        """The things that have this thing as a value of a property, by IRI."""
        return sorted(set(self._store.subjects(_full(name), iri)))

    def step(self, iri: str, hop: str) -> list[str]:
        """The things one hop away: "hrc:x" along a property, "^hrc:x" against it."""
        if hop.startswith("^"):
            return self.into(iri, hop[1:])
        return [term.value for term in self.out(iri, hop) if term.kind == "uri"]

    def above(self, iri: str, hop: str) -> list[str]:
        """A thing and everything that repeated hops lead to, nearest first."""
        found = [iri]
        for one in found:  # grows as it is walked
            found += [more for more in self.step(one, hop) if more not in found]
        return found

    def _name(self, iri: str) -> Term:
        """A thing as a term: its name in the reader's language, else in English, else in any."""
        names = {
            value.language or "": value.value
            for naming in _NAMINGS
            for value in sorted(self._of(iri).get(_full(naming), ()), key=str)
            if isinstance(value, ox.Literal)
        }
        for tag in (self._language, "en", *names):
            if tag in names:
                return Term("uri", iri, tag, label=names[tag])
        return Term("uri", iri)

    def _term(self, value: Value) -> Term:
        if isinstance(value, ox.NamedNode):
            return self.name(value.value)
        return Term("literal", value.value, value.language or "", value.datatype.value)

    def _kinds(self, iri: str) -> frozenset[str]:
        """The classes of a thing and those above them, as local names of the ontology, or short names."""
        types = self._of(iri).get(_full("rdf:type"), ())
        classes = {
            above
            for one in types
            if isinstance(one, ox.NamedNode)
            for above in self.above(one.value, "rdfs:subClassOf")
        }
        return frozenset(
            one.removeprefix(TERMS) if one.startswith(TERMS) else shorten(one) for one in classes
        )

    def _when(self, iri: str) -> str:
        """When a thing happened or began; "" where the graph does not say."""
        stages = [
            (stage, day.value)
            for stage in self.step(iri, "hrc:stage")
            for day in self.out(stage, "hrc:happenedOn")
        ]
        made = [
            day
            for stage, day in stages
            if {kind.rsplit("/", 1)[-1] for kind in self.step(stage, "hrc:stageType")} & _MADE
        ]
        own = [day.value for name in _DATES for day in self.out(iri, name)]
        return min(made or [day for _, day in stages] or own, default="")
