"""What the measures are computed from: the statements of the graph that they need, read once and held in memory.

`kg build` gathers them from the statements and keeps them beside the store (kg/explore/kept.py).

Evidence, quotes and sources, by far the most of the graph, stay in the store and are read for what is shown
(kg/evidence.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.explore import kept
from kg.namespaces import PREFIXES, expand, shorten
from kg.phrases import Name, Phrase
from kg.store import AnyStore, EmbeddedStore

_OURS = (
    *("actOf", "actType", "actionOf", "actorType", "adoptedOn", "basedIn"),
    *("began", "bindingForce", "carriedOutBy", "centres", "claims", "combines"),
    *("concerns", "derivedFrom", "disagreementType", "dutyWording", "ended", "follows"),
    *("frameworkType", "governedBy", "governs", "guarantees", "happenedOn", "initiatedBy"),
    *("initiation", "invokes", "madeIn", "mechanism", "names", "onTreaty"),
    *("ordinal", "over", "participant", "participatesIn", "partOf", "party"),
    *("passedBy", "practiceType", "promotedBy", "providesFor", "recommendedBy", "recommendedTo"),
    *("searchedFor", "searchedOn", "servesGoal", "soughtType", "sponsoredBy", "stage"),
    *("stageType", "statusOf", "statusType", "takesPlaceIn", "takesUp", "treatyActionType"),
    *("within",),
)
_THEIRS = (
    *(
        "dcterms:title",
        "eli:cites",
        "eli:number",
        "org:member",
        "org:organization",
        "org:unitOf",
        "rdf:type",
    ),
    *("rdfs:label", "rdfs:subClassOf", "skos:broader", "skos:prefLabel", "wgs84:lat", "wgs84:long"),
)
READ = tuple([f"hrc:{name}" for name in _OURS] + list(_THEIRS))
_NAMINGS = ("rdfs:label", "skos:prefLabel", "dcterms:title")
_OF_CLAIMS = "hrc:about"  # read of claims alone: most of what is about something is evidence
_EVERY = (*READ, _OF_CLAIMS)
ADOPTED = {"passed", "signed", "effective"}  # stages with which a text is adopted
ENDED = {"rejected", "withdrawn", "lapsed", "repealed"}
_ADOPTED, _ENDED = Phrase("adopted"), Phrase("ended")
_FAILED, _UNKNOWN = Phrase("not adopted"), Phrase("adoption not on record")


class Statement(NamedTuple):
    """One statement of the graph: a thing, a property (a prefixed name, `hrc:names`) and a value, both IRIs."""

    thing: str
    property: str
    value: str


_Pairs = Callable[[str], Iterable[tuple[str, str]]]


class _Index(dict[str, dict[str, list[str]]]):
    """For each property, the second of its pairs by the first; made when it is first asked for."""

    def __init__(self, pairs: _Pairs) -> None:
        super().__init__()
        self._pairs = pairs

    def __missing__(self, name: str) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for key, value in self._pairs(name):
            found[key].append(value)
        self[name] = dict(found)
        return self[name]


class Facts:
    """Statements by property. Properties are prefixed names, things IRIs; texts and dates as they are written.

    Every function over them is in the order of the IRIs, so that the order of the files makes no difference.
    """

    def __init__(self, said: Iterable[tuple[str, str, str]], version: str = "") -> None:
        """`said`: statements as (thing, property, value); a statement that is repeated counts once."""
        pairs: dict[str, list[tuple[str, str]]] = {name: [] for name in _EVERY}
        for thing, name, value in sorted(set(said)):
            pairs[name].append((thing, value))
        self._held(pairs.__getitem__, version)

    def _held(self, pairs: _Pairs, version: str) -> None:
        self.version = version
        self._others: dict[str, dict[str, str]] = {}
        self._pairs = pairs
        self._values = _Index(pairs)
        self._things = _Index(lambda name: ((value, thing) for thing, value in pairs(name)))

    @classmethod
    def read(cls, store: AnyStore) -> Facts:
        """The facts of a store: those kept beside it, or else gathered. Raises SourceUnavailable."""
        file = store.folder.parent / kept.FILE if isinstance(store, EmbeddedStore) else None
        if file is None or not file.is_file():
            facts = cls(_read(store), store.version)
        else:
            facts = cls.__new__(cls)
            facts._held(kept.Kept(file).pairs, store.version)
        facts._others = _other_names(store)
        return facts

    def keep(self, folder: Path) -> None:
        """Write the facts into a folder, in which the store is, for `read` to find."""
        kept.write({name: self._pairs(name) for name in _EVERY}, folder / kept.FILE)

    def values(self, thing: str, *names: str) -> list[str]:
        """The values that a thing has of some properties."""
        if len(names) == 1:  # as most ask
            return self._values[names[0]].get(thing, [])[:]
        return [value for name in names for value in self._values[name].get(thing, ())]

    def value(self, thing: str, name: str) -> str:
        """The first value of a property, or nothing."""
        return next(iter(self._values[name].get(thing, ())), "")

    def things(self, value: str, *names: str) -> list[str]:
        """The things that have a value of one of some properties."""
        return [thing for name in names for thing in self._things[name].get(value, ())]

    def pairs(self, name: str) -> Iterator[tuple[str, str]]:
        """Each thing that has a property, with each value."""
        return ((thing, value) for thing, held in self._values[name].items() for value in held)

    def said(self, thing: str, *names: str) -> Iterator[Statement]:
        """What is said of a thing with some properties."""
        for name in names:
            for value in self._values[name].get(thing, ()):
                yield Statement(thing, name, value)

    def of_class(self, name: str) -> list[str]:
        """The things of a class, given as a prefixed name, or of a class below it."""
        return sorted(self._members(name))

    def is_a(self, thing: str, name: str) -> bool:
        return thing in self._members(name)

    def _members(self, name: str) -> frozenset[str]:
        if name not in self._classes:
            start = [expand(name) or name]
            below = closure(start, lambda one: self.things(one, "rdfs:subClassOf"))
            found = (thing for one in below for thing in self.things(one, "rdf:type"))
            self._classes[name] = frozenset(found)
        return self._classes[name]

    @cached_property
    def _classes(self) -> dict[str, frozenset[str]]:
        return {}

    def label(self, thing: str) -> str:
        """The name of a thing for people, of a concept in all its languages; its short address where it has none."""
        if thing not in self._labels:
            named = (self.value(thing, name) for name in _NAMINGS)
            label = next((name for name in named if name), "") or shorten(thing)
            others = self._others.get(thing)
            self._labels[thing] = Name(label, **others) if others else label
        return self._labels[thing]

    @cached_property
    def _labels(self) -> dict[str, str]:
        return {}

    def broader(self, value: str) -> frozenset[str]:
        """A concept with all that are broader; of a provision, also the instrument that it is part of."""
        if value not in self._broader:
            steps = ("skos:broader", "hrc:partOf")
            self._broader[value] = frozenset(closure([value], lambda one: self.values(one, *steps)))
        return self._broader[value]

    @cached_property
    def _broader(self) -> dict[str, frozenset[str]]:
        return {}

    def places(self, place: str) -> frozenset[str]:
        """A place with all that it lies within, as far as the graph says."""
        if place not in self._around:
            around = closure([place], lambda one: self.values(one, "hrc:within"))
            self._around[place] = frozenset(around)
        return self._around[place]

    @cached_property
    def _around(self) -> dict[str, frozenset[str]]:
        return {}

    def dates(self, act: str, kinds: Iterable[str]) -> list[str]:
        """The dates of an act's stages of some kinds (`passed`, `rejected` …), the earliest first."""
        wanted = {PREFIXES["stage-type"] + kind for kind in kinds}
        return sorted(
            day
            for stage in self.values(act, "hrc:stage")
            if wanted & set(self.values(stage, "hrc:stageType"))
            for day in self.values(stage, "hrc:happenedOn")
        )

    def standing(self, act: str) -> str:
        """How far an act came: "adopted", "ended" (once adopted), "not adopted" or "adoption not on record"."""
        kinds = {
            kind.rsplit("/", 1)[-1]
            for stage in self.values(act, "hrc:stage")
            for kind in self.values(stage, "hrc:stageType")
        }
        if kinds & ADOPTED:
            return _ENDED if kinds & {"lapsed", "repealed"} else _ADOPTED
        failed = kinds & (ENDED | {"introduced"})
        return _FAILED if failed else _UNKNOWN


def closure(start: Iterable[str], onward: Callable[[str], Iterable[str]]) -> set[str]:
    """What can be reached from some things, they themselves among it."""
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        one = ahead.pop()
        if one not in found:
            found.add(one)
            ahead.extend(onward(one))
    return found


def _read(store: AnyStore) -> Iterator[tuple[str, str, str]]:
    claims = set()
    for name in READ:
        found = store.pairs(expand(name) or name)
        if name in _NAMINGS:
            yield from _names(name, found)
            continue
        for thing, value in found:
            yield thing, name, value.value
            if name == "hrc:claims":
                claims.add(thing)
    about = store.pairs(expand(_OF_CLAIMS) or "")
    yield from ((thing, _OF_CLAIMS, value.value) for thing, value in about if thing in claims)


def _names(
    name: str, found: Iterable[tuple[str, ox.NamedNode | ox.Literal]]
) -> Iterator[tuple[str, str, str]]:
    """One name for each thing: an English one, else one of no language, else the first."""
    best: dict[str, tuple[bool, bool, str]] = {}
    for thing, value in found:
        language = (value.language if isinstance(value, ox.Literal) else "") or ""
        one = (language[:2] != "en", language != "", value.value)
        best[thing] = min(one, best.get(thing, one))
    return ((thing, name, one[2]) for thing, one in best.items())


def _other_names(store: AnyStore) -> dict[str, dict[str, str]]:
    """The names of concepts in languages other than English, by language."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for thing, value in store.pairs(expand("skos:prefLabel") or ""):
        language = (value.language if isinstance(value, ox.Literal) else "") or "en"
        if language != "en":
            found[thing][language] = value.value
    return dict(found)
