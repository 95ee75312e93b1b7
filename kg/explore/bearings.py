"""What acts, practices, places and actors carry: the rights, groups, grounds, instruments and goals said of them.

An act or a practice carries what is said of it. A place carries what its acts, its practices and its statuses carry;
an actor what is said of it and what the acts that it brought in and the practices that it does carry. What carries a
narrower concept carries the broader ones too, what carries an intersectional position carries its parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from kg.explore.facts import Facts, Statement
from kg.namespaces import PREFIXES

UNITS = ("act", "practice", "place", "actor")
CARRYING = (
    "hrc:concerns",
    "hrc:names",
    "hrc:centres",
    "eli:cites",
    "hrc:invokes",
    "hrc:servesGoal",
)
KINDS = {
    "right": "hrc:Right",
    "group": "hrc:Group",
    "ground": "hrc:Ground",
    "instrument": "hrc:Framework",
    "goal": "goal",
    "kind of act": "act-type",
    "theme": "hrc:Theme",
}
_BROUGHT = ("hrc:sponsoredBy", "hrc:passedBy", "hrc:initiatedBy")
_DONE = ("hrc:carriedOutBy", "hrc:promotedBy", "hrc:initiatedBy", "hrc:governedBy")


class Bearers:
    """The things of a kind that carry anything more than a kind of act, in the order of their IRIs.

    A set of them is a number: its n-th bit stands for the n-th of `things`.
    """

    def __init__(
        self,
        things: Sequence[str],
        saying: Mapping[str, int],
        meanings: Mapping[str, Iterable[str]],
    ) -> None:
        """`saying`: by value, the things of which it is said; `meanings`: by value, the concepts that it carries."""
        self.things = things
        self._saying = saying
        self._values: dict[str, set[str]] = {}
        for value in saying:
            for concept in meanings[value]:
                self._values.setdefault(concept, set()).add(value)
        self._carrying = {one: self._any(values) for one, values in self._values.items()}

    @cached_property
    def concepts(self) -> list[str]:
        """What any of them carries."""
        return sorted(self._values)

    def carrying(self, concept: str) -> int:
        """Those that carry a concept."""
        return self._carrying.get(concept, 0)

    def side_by_side(self, concepts: Sequence[str]) -> int:
        """Those that carry each of some concepts by a value that carries none of the others."""
        held = [self._values.get(concept, set()) for concept in concepts]
        found = -1
        for at, values in enumerate(held):
            found &= self._any(values.difference(*held[:at], *held[at + 1 :]))
        return found if concepts else 0

    def joined(self, concepts: Iterable[str]) -> int:
        """Those of which a value is said that carries two or more of some concepts at once."""
        counted = Counter(value for one in concepts for value in self._values.get(one, ()))
        return self._any(value for value, count in counted.items() if count > 1)

    def named(self, found: int) -> Iterator[str]:
        """The things in a set."""
        while found:
            last = found & -found
            yield self.things[last.bit_length() - 1]
            found ^= last

    def _any(self, values: Iterable[str]) -> int:
        found = 0
        for value in values:
            found |= self._saying[value]
        return found


class Bearings:
    """Who carries what, by the kind of thing that is counted."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def of(self, unit: str) -> Bearers:
        """The things of a kind (one of `UNITS`) that carry more than a kind of act."""
        if unit not in self._found:
            self._found[unit] = self._bearers(unit)
        return self._found[unit]

    @cached_property
    def _found(self) -> dict[str, Bearers]:
        return {}

    def _bearers(self, unit: str) -> Bearers:
        said = {one: self._values(unit, one) for one in self._of_unit(unit)}
        things = [one for one, values in said.items() if any(map(self._is_more, values))]
        bits: dict[str, bytearray] = {}
        for at, one in enumerate(things):
            for value in said[one]:
                bits.setdefault(value, bytearray(len(things) // 8 + 1))[at // 8] |= 1 << at % 8
        saying = {value: int.from_bytes(held, "little") for value, held in bits.items()}
        return Bearers(things, saying, {value: self.meanings(value) for value in saying})

    def _values(self, unit: str, thing: str) -> set[str]:
        values = self.facts.values
        return {value for one, names in self._sources(unit, thing) for value in values(one, *names)}

    def _is_more(self, value: str) -> bool:
        """Whether a value carries more than a kind of act."""
        return any(self.kind(concept) != "kind of act" for concept in self.meanings(value))

    @cached_property
    def concepts(self) -> dict[str, list[str]]:
        """By kind (the keys of `KINDS`), the concepts that anything carries."""
        found = {concept for unit in UNITS for concept in self.of(unit).concepts}
        return {kind: sorted(one for one in found if self.kind(one) == kind) for kind in KINDS}

    def kind(self, concept: str) -> str:
        """Which of `KINDS` a concept is; nothing where it is none, as a position."""
        if concept not in self._kinds:
            self._kinds[concept] = self._kind(concept)
        return self._kinds[concept]

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {}

    def _kind(self, concept: str) -> str:
        if concept.startswith(PREFIXES["sdg"]):
            return "goal"
        if concept.startswith(PREFIXES["act-type"]):
            return "kind of act"
        return next((kind for kind, name in KINDS.items() if self.facts.is_a(concept, name)), "")

    def related(self, one: str, other: str) -> bool:
        """Whether one of two concepts is broader than the other, so that they cannot cross."""
        return one in self._meant(other) or other in self._meant(one)

    def positions(self, concepts: tuple[str, ...]) -> list[str]:
        """The intersectional positions that combine two or more of these concepts."""
        every = self.facts.of_class("hrc:IntersectionalPosition")
        return [one for one in every if len(self._meant(one) & set(concepts)) > 1]

    def _meant(self, value: str) -> frozenset[str]:
        """What is carried by who carries a value: itself, its parts, and all that is broader."""
        if value not in self._meant_kept:
            parts = [value, *self.facts.values(value, "hrc:combines")]
            self._meant_kept[value] = frozenset().union(*map(self.facts.broader, parts))
        return self._meant_kept[value]

    @cached_property
    def _meant_kept(self) -> dict[str, frozenset[str]]:
        return {}

    def saying(self, unit: str, thing: str, concepts: Collection[str] = ()) -> list[Statement]:
        """What is said of a thing of a kind that carries any of some concepts, or anything where none is given."""
        wanted = set(concepts)
        return [
            said
            for one, names in self._sources(unit, thing)
            for said in self.facts.said(one, *names)
            if not wanted or wanted & self.meanings(said.value)
        ]

    def meanings(self, value: str) -> frozenset[str]:
        """The concepts that are carried by who carries a value."""
        if value not in self._meanings_kept:
            self._meanings_kept[value] = frozenset(
                one for one in self._meant(value) if self.kind(one)
            )
        return self._meanings_kept[value]

    @cached_property
    def _meanings_kept(self) -> dict[str, frozenset[str]]:
        return {}

    def _of_unit(self, unit: str) -> list[str]:
        return self.facts.of_class(f"hrc:{unit.capitalize()}")

    def _sources(self, unit: str, thing: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The things by whose values a thing of a kind carries something, with the properties that count."""
        facts = self.facts
        of_act = (*CARRYING, "hrc:actType")
        yield thing, of_act if unit == "act" else CARRYING
        acts: list[str] = []
        others: list[str] = []
        if unit == "place":
            acts = facts.things(thing, "hrc:actOf")
            others = facts.things(thing, "hrc:takesPlaceIn", "hrc:statusOf")
        elif unit == "actor":
            acts = facts.things(thing, *_BROUGHT)
            parts = facts.things(thing, "hrc:participant")
            shared = [one for part in parts for one in facts.values(part, "hrc:participatesIn")]
            others = facts.things(thing, *_DONE) + shared
        for act in dict.fromkeys(acts):
            yield act, of_act
        for other in dict.fromkeys(one for one in others if one not in acts):
            yield other, CARRYING


@lru_cache(maxsize=2)
def over(facts: Facts) -> Bearings:
    """The bearings of these facts, computed once."""
    return Bearings(facts)
