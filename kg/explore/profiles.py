"""What each place has to show, by kind: the instruments, rights, groups, kinds of act and follow-up of its commitments.

A narrower concept counts under its broader ones and a position under its parts. A text that was never adopted counts
for nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.explore.bearings import CARRYING, over
from kg.explore.facts import Facts, Statement
from kg.phrases import Phrase

INSTRUMENTS, RIGHTS, GROUPS, ACTS, FOLLOWED = (
    Phrase("instruments"),
    Phrase("rights"),
    Phrase("groups"),
    Phrase("kinds of act"),
    Phrase("follow-up"),
)
KINDS = (INSTRUMENTS, RIGHTS, GROUPS, ACTS, FOLLOWED)
_OF: dict[str, str] = {
    "instrument": INSTRUMENTS,
    "right": RIGHTS,
    "group": GROUPS,
    "ground": GROUPS,
    "kind of act": ACTS,
}
LOCAL = ("hrc:City", "hrc:County", "hrc:Village", "hrc:Settlement")

Feature = tuple[str, str]  # its kind (of `KINDS`) and its IRI


@dataclass(frozen=True)
class Profile:
    """A place with its features, each with the statements that give it."""

    place: str
    features: dict[Feature, tuple[Statement, ...]]


@dataclass(frozen=True)
class Likeness:
    """How alike two profiles are: what they share, and the weighted Jaccard index over all they have."""

    value: float
    shared: tuple[Feature, ...]


class Profiles:
    """The profiles of all local places that have any feature, in the order of their IRIs."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        places = sorted({place for name in LOCAL for place in facts.of_class(name)})
        found = (Profile(place, _features(facts, place)) for place in places)
        self.by_place = {one.place: one for one in found if one.features}
        carriers = Counter(feature for one in self.by_place.values() for feature in one.features)
        self._weights = {one: 1 / math.log2(1 + count) for one, count in carriers.items()}

    def weight(self, feature: Feature) -> float:
        """1 / log₂(1 + n) for a feature of n places: what few have says more."""
        return self._weights[feature]

    def likeness(self, one: Profile, other: Profile, kinds: Collection[str] = KINDS) -> Likeness:
        """The weighted Jaccard index over the features of some kinds; 0 where neither has any."""
        ours, theirs = (
            {feature for feature in each.features if feature[0] in kinds} for each in (one, other)
        )
        shared = sorted(ours & theirs)
        every = math.fsum(map(self.weight, ours | theirs))
        both = math.fsum(map(self.weight, shared))
        return Likeness(both / every if every else 0.0, tuple(shared))

    def nearest(
        self, one: Profile, kinds: Collection[str] = KINDS
    ) -> list[tuple[Profile, Likeness]]:
        """All others that share anything, the most alike first."""
        found = [
            (other, self.likeness(one, other, kinds))
            for other in self.by_place.values()
            if other.place != one.place
        ]
        alike = [pair for pair in found if pair[1].value > 0]
        return sorted(alike, key=lambda pair: (-pair[1].value, pair[0].place))


@lru_cache(maxsize=2)
def profiles(facts: Facts) -> Profiles:
    """The profiles of these facts, computed once."""
    return Profiles(facts)


def commitments(facts: Facts, place: str) -> list[str]:
    """The acts of a place that were adopted, or of which nobody recorded whether they were."""
    return [act for act in facts.things(place, "hrc:actOf") if facts.standing(act) != "not adopted"]


def _features(facts: Facts, place: str) -> dict[Feature, tuple[Statement, ...]]:
    found: dict[Feature, dict[Statement, None]] = {}
    for feature, said in _said(facts, place):
        found.setdefault(feature, {}).update(dict.fromkeys(said))
    return {feature: tuple(said) for feature, said in sorted(found.items())}


def _said(facts: Facts, place: str) -> Iterator[tuple[Feature, tuple[Statement, ...]]]:
    bearings = over(facts)
    acts = commitments(facts, place)
    others = facts.things(place, "hrc:takesPlaceIn", "hrc:statusOf")
    for thing, names in [(one, (*CARRYING, "hrc:actType")) for one in acts] + [
        (one, CARRYING) for one in others
    ]:
        for said in facts.said(thing, *names):
            for concept in bearings.meanings(said.value):
                if kind := _OF.get(bearings.kind(concept)):
                    yield (kind, concept), (said,)
    for act in acts:
        for practice in facts.things(act, "hrc:follows"):
            for said in facts.said(practice, "hrc:practiceType"):
                for kind in facts.broader(said.value):
                    yield (FOLLOWED, kind), (said, Statement(practice, "hrc:follows", act))
