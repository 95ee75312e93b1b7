"""What acts, practices, places and actors carry: the rights, groups, grounds, instruments and goals said of them.

An act or a practice carries what is said of it. A place carries what its acts, its practices and its statuses carry;
an actor what is said of it and what the acts that it brought in and the practices that it does carry. What carries a
narrower concept carries the broader ones too, what carries an intersectional position carries its parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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

Witnesses = dict[str, tuple[Statement, ...]]  # by value: the statements that say it


@dataclass(frozen=True)
class Bearer:
    """A thing that carries something: by concept, the values that carry it, each with its statements."""

    thing: str
    carried: dict[str, Witnesses]

    def alone(self, concept: str, others: tuple[str, ...]) -> set[str]:
        """The values by which a concept is carried that carry none of the others."""
        return {
            value
            for value in self.carried.get(concept, {})
            if not any(value in self.carried.get(other, {}) for other in others if other != concept)
        }


class Bearings:
    """Who carries what, by the kind of thing that is counted."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def of(self, unit: str) -> list[Bearer]:
        """The things of a kind (one of `UNITS`) that carry more than a kind of act, in the order of their IRIs."""
        if unit not in self._found:
            things = (Bearer(one, self._carried(unit, one)) for one in self._of_unit(unit))
            self._found[unit] = [bearer for bearer in things if self._said_more(bearer)]
        return self._found[unit]

    @cached_property
    def _found(self) -> dict[str, list[Bearer]]:
        return {}

    @cached_property
    def concepts(self) -> dict[str, list[str]]:
        """By kind (the keys of `KINDS`), the concepts that anything carries."""
        found = {concept for unit in UNITS for one in self.of(unit) for concept in one.carried}
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
        parts = [value, *self.facts.values(value, "hrc:combines")]
        return frozenset().union(*(self.facts.broader(part) for part in parts))

    def _carried(self, unit: str, thing: str) -> dict[str, Witnesses]:
        found: dict[str, dict[str, list[Statement]]] = {}
        for one in self._said(unit, thing):
            for concept in self.meanings(one.value):
                found.setdefault(concept, {}).setdefault(one.value, []).append(one)
        return {
            concept: {value: tuple(said) for value, said in by_value.items()}
            for concept, by_value in found.items()
        }

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

    def _said_more(self, bearer: Bearer) -> bool:
        return any(self.kind(concept) != "kind of act" for concept in bearer.carried)

    def _of_unit(self, unit: str) -> list[str]:
        return self.facts.of_class(f"hrc:{unit.capitalize()}")

    def _said(self, unit: str, thing: str) -> Iterator[Statement]:
        facts = self.facts
        own = (*CARRYING, "hrc:actType") if unit == "act" else CARRYING
        yield from facts.said(thing, *own)
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
            yield from facts.said(act, *CARRYING, "hrc:actType")
        for other in dict.fromkeys(one for one in others if one not in acts):
            yield from facts.said(other, *CARRYING)


@lru_cache(maxsize=2)
def over(facts: Facts) -> Bearings:
    """The bearings of these facts, computed once."""
    return Bearings(facts)
