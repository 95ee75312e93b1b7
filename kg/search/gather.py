"""What can be found in a store: a page for each thing with a name, with its words and its facets.

What is read of a thing's parts, which have no names of their own (stages of an act, memberships, population
figures), counts as read of the thing. A facet says only what the graph says: a right's broader rights and a place's
State are counted with it, nothing else is inferred.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

import pyoxigraph as ox

from kg.namespaces import PREFIXES, TERMS, expand, shorten
from kg.store import AnyStore

NAMINGS = ("rdfs:label", "skos:prefLabel", "dcterms:title")
_ALSO = ("skos:altLabel", "eli:number", "skos:notation", "hrc:nameText")
_ABOUT = (
    *("dcterms:description", "skos:definition", "rdfs:comment", "skos:scopeNote", "hrc:claims"),
    *("hrc:dutyWording", "hrc:voice", "dcterms:publisher", "skos:example"),
)
_CONTEXT = (
    *("hrc:actOf", "hrc:takesPlaceIn", "hrc:basedIn", "hrc:governs", "hrc:within", "hrc:actType"),
    *("hrc:practiceType", "hrc:actorType", "hrc:concerns", "hrc:centres", "hrc:names"),
    *("hrc:partOf", "hrc:statementType", "eli:cites", "hrc:recommendedTo", "hrc:combines"),
)
# From a part without a name to the things that it belongs to; the first from the thing to its part.
_HAS_PART = ("hrc:stage",)
_PART_OF = (
    *("hrc:populationOf", "hrc:actionOf", "hrc:onTreaty", "org:member", "hrc:statusOf"),
    *("hrc:participatesIn", "hrc:participant", "hrc:searchedFor", "hrc:nameOf"),
)
_LEADS_TO_PLACE = (
    *("hrc:actOf", "hrc:takesPlaceIn", "hrc:basedIn", "hrc:governs", "hrc:recommendedTo"),
    *("hrc:about", "hrc:party"),
)
_DAYS = ("hrc:happenedOn", "dcterms:issued", "hrc:adoptedOn", "hrc:began")
_WEIGHTS = {"Provision": 0.6, "Source": 0.6, "Claim": 0.7, "OpenQuestion": 0.6, "Statement": 0.7}
_WEIGHTS |= {
    "Term": 0.7,
    "Concept": 0.8,
    "Place": 1.5,
    "Framework": 1.2,
    "Right": 1.2,
    "Group": 1.2,
}
# Kinds that are not classes of the ontology.
OTHER_KINDS = {"Question": "question", "Term": "word of the ontology", "Concept": "concept"}

Words = tuple[str, str]  # a text and its language


@dataclass
class Quote:
    """The words of a source: the evidence that they stand in, and the source."""

    words: Words
    evidence: str
    source: str


@dataclass
class Page:
    """One thing as a search sees it. `weight` multiplies how well its words fit."""

    iri: str
    kind: str
    names: list[Words]
    also: list[Words] = field(default_factory=list)
    about: list[Words] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    context: list[str] = field(default_factory=list)
    facets: set[tuple[str, str]] = field(default_factory=set)
    weight: float = 1.0


class Gatherer:
    """Reads a store property by property: each is read once, and a thing is put together from them."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self._of = cache(self._read)

    def pages(self) -> Iterator[Page]:
        """Every thing with a name, in the order of the IRIs."""
        for iri in sorted(self._of("rdf:type")):
            kinds, names = self.kinds(iri), self.names(iri)
            if kinds and names and iri.startswith(PREFIXES["hrc"].removesuffix("ontology#")):
                yield self._page(iri, kinds, names)

    def names(self, iri: str) -> list[Words]:
        return [_words(term) for naming in NAMINGS for term in self._of(naming).get(iri, ())]

    def kinds(self, iri: str) -> list[str]:
        """What a thing is, the narrowest first, as local names; nothing for what is not looked for by itself."""
        types = [term.value for term in self._of("rdf:type").get(iri, ())]
        ours = [one for one in types if one.startswith(TERMS)]
        if ours:
            found = list(ours)
            for one in found:  # grows as it is walked
                above = (term.value for term in self._of("rdfs:subClassOf").get(one, ()))
                found += [more for more in above if more.startswith(TERMS) and more not in found]
            return [one.removeprefix(TERMS) for one in found]
        names = {shorten(one) for one in types}
        if "sh:SPARQLExecutable" in names:
            return ["Question"]
        if iri.startswith(TERMS):
            return (
                ["Term"]
                if names & {"owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty"}
                else []
            )
        return ["Concept"] if "skos:Concept" in names else []

    def _page(self, iri: str, kinds: list[str], names: list[Words]) -> Page:
        page = Page(iri, kinds[0], names)
        page.weight = next((_WEIGHTS[kind] for kind in kinds if kind in _WEIGHTS), 1.0)
        page.also = self._texts(iri, _ALSO)
        page.about = self._texts(iri, _ABOUT)
        near = [iri, *self._parts.get(iri, ())]
        page.quotes = [quote for one in near for quote in self._quotes.get(one, ())]
        page.context = [
            text for thing in self._values(iri, _CONTEXT) for text, _ in self.names(thing)
        ]
        page.facets = {("kind", kind) for kind in kinds} | self._facets(iri, kinds, near)
        return page

    def _facets(self, iri: str, kinds: list[str], near: list[str]) -> set[tuple[str, str]]:
        found = {("country", state) for state in self.states(iri)}
        for facet, kind, properties in (
            ("right", "Right", ("hrc:concerns", "hrc:guarantees")),
            ("group", "Group", ("hrc:names", "hrc:centres")),
        ):
            own = [iri, *self._values(iri, properties)]
            wanted = {kind, "IntersectionalPosition"} if kind == "Group" else {kind}
            fit = [thing for thing in own if wanted & set(self.kinds(thing))]
            found |= {(facet, wide) for thing in fit for wide in self._up(thing, "skos:broader")}
        days = [day for one in near for day in self._texts(one, _DAYS)]
        days += [
            day
            for source in self._values(iri, ("hrc:madeIn",))
            for day in self._texts(source, _DAYS)
        ]
        found |= {("year", day[:4]) for day, _ in days if day[:4].isdigit()}
        steps = (self._values(one, ("hrc:statusType", "hrc:stageType")) for one in near)
        return found | {("status", step) for some in steps for step in some}

    def states(self, iri: str, deep: int = 3) -> set[str]:
        """The States that a thing belongs to: by its place, or by the place of what it is about."""
        if "Place" in self.kinds(iri):
            around = self._up(iri, "hrc:within")
            return {place for place in around if "State" in self.kinds(place)}
        if not deep:
            return set()
        things = [*self._values(iri, _LEADS_TO_PLACE), *self._rests.get(iri, ())]
        return {state for thing in things for state in self.states(thing, deep - 1)}

    def _up(self, iri: str, relation: str) -> list[str]:
        """A thing and all that stands above it in a relation."""
        found = [iri]
        for one in found:  # grows as it is walked
            found += [more for more in self._values(one, (relation,)) if more not in found]
        return found

    @cached_property
    def _parts(self) -> dict[str, list[str]]:
        """For each thing, its parts that have no names of their own."""
        parts: dict[str, list[str]] = defaultdict(list)
        for relation in _HAS_PART:
            for thing, found in self._of(relation).items():
                parts[thing] += [one.value for one in found]
        for relation in _PART_OF:
            for part, owners in self._of(relation).items():
                if not self.names(part):
                    for owner in owners:
                        parts[owner.value].append(part)
        return parts

    @cached_property
    def _quotes(self) -> dict[str, list[Quote]]:
        """For each thing or part, what was read of it."""
        quotes: dict[str, list[Quote]] = defaultdict(list)
        for evidence, said in sorted(self._of("hrc:quote").items()):
            source = next(iter(self._values(evidence, ("hrc:source",))), "")
            for thing in self._values(evidence, ("hrc:about",)):
                quotes[thing] += [Quote(_words(term), evidence, source) for term in said]
        return quotes

    @cached_property
    def _rests(self) -> dict[str, set[str]]:
        """For each source, the things of which something was read in it."""
        rests: dict[str, set[str]] = defaultdict(set)
        for evidence, sources in self._of("hrc:source").items():
            for source in sources:
                rests[source.value] |= set(self._values(evidence, ("hrc:about",)))
        return rests

    def _values(self, iri: str, properties: tuple[str, ...]) -> list[str]:
        found = (term for name in properties for term in self._of(name).get(iri, ()))
        return [term.value for term in found if isinstance(term, ox.NamedNode)]

    def _texts(self, iri: str, properties: tuple[str, ...]) -> list[Words]:
        found = (term for name in properties for term in self._of(name).get(iri, ()))
        return [_words(term) for term in found if isinstance(term, ox.Literal)]

    def _read(self, name: str) -> dict[str, list[ox.NamedNode | ox.Literal]]:
        found: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        for subject, value in self._store.pairs(expand(name) or name):
            found[subject].append(value)
        return {subject: sorted(values, key=str) for subject, values in found.items()}


def _words(term: ox.NamedNode | ox.Literal) -> Words:
    """A text on one line, without control signs, and its language."""
    language = term.language if isinstance(term, ox.Literal) else None
    plain = "".join(sign if sign.isprintable() else " " for sign in term.value)
    return " ".join(plain.split()), language or ""
