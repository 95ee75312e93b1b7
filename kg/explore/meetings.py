"""How often concepts meet in the things that carry them, and how often they would by chance.

Two concepts meet side by side in a thing that carries each by a value of its own. An intersectional position is another
matter: a source names the meeting as one. Neither is ever drawn from the other.
"""

from __future__ import annotations

import math
from bisect import insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from kg.explore.bearings import Bearer, Bearings

COMMON = 40  # concepts of which triples are made
FEW = 5.0  # below this expected count a lift says nothing


@dataclass(frozen=True)
class Meeting:
    """How often some concepts meet: things at the crossing, those that chance would give, of how many.

    `stated` counts the things that name a position which joins two or more of them.
    """

    concepts: tuple[str, ...]
    carriers: tuple[int, ...]
    observed: int
    stated: int
    of: int

    @property
    def expected(self) -> float:
        """The things that would carry them all if each were spread without regard to the others."""
        return math.prod(self.carriers) / self.of ** (len(self.carriers) - 1) if self.of else 0.0

    @property
    def lift(self) -> float | None:
        """Observed over expected; None where the expected count is below `FEW`."""
        return self.observed / self.expected if self.expected >= FEW else None


def meeting(bearers: list[Bearer], concepts: tuple[str, ...]) -> Meeting:
    """How often concepts meet in things."""
    return Meeting(
        concepts,
        tuple(sum(concept in one.carried for one in bearers) for concept in concepts),
        sum(side_by_side(one, concepts) for one in bearers),
        sum(bool(joined(one, concepts)) for one in bearers),
        len(bearers),
    )


def meetings(bearings: Bearings, unit: str, wanted: tuple[str, ...]) -> list[Meeting]:
    """All pairs that occur: of the wanted concepts, of the one wanted with any other, or of all there are."""
    bearers = bearings.of(unit)
    carriers = Counter(concept for one in bearers for concept in one.carried)
    observed: Counter[tuple[str, str]] = Counter()
    stated: Counter[tuple[str, str]] = Counter()
    for one in bearers:
        for pair in _pairs(sorted(one.carried), wanted):
            observed[pair] += side_by_side(one, pair)
            stated[pair] += bool(joined(one, pair))
    if len(wanted) > 1:
        observed.update(dict.fromkeys(combinations(sorted(wanted), 2), 0))
    found = [
        Meeting(pair, (carriers[pair[0]], carriers[pair[1]]), count, stated[pair], len(bearers))
        for pair, count in observed.items()
        if (count or stated[pair] or len(wanted) > 1) and not bearings.related(*pair)
    ]
    return sorted(
        found, key=lambda one: (-(one.lift or 0), -one.observed, -one.stated, one.concepts)
    )


def triples(bearings: Bearings, unit: str, wanted: tuple[str, ...], most: int) -> list[Meeting]:
    """The triples that meet most oftener than by chance, then those too few to say, the commonest first.

    Made of the concepts that most things carry, kinds of act apart, and of those wanted, where any are: at least one of
    these is in each.
    """
    bearers = bearings.of(unit)
    carriers = Counter(concept for one in bearers for concept in one.carried)
    telling = [concept for concept in carriers if bearings.kind(concept) != "kind of act"]
    common = sorted(telling, key=lambda concept: (-carriers[concept], concept))[:COMMON]
    kept = sorted({*common, *wanted} & carriers.keys())
    together = Counter(
        three
        for one in bearers
        for three in combinations([concept for concept in kept if concept in one.carried], 3)
        if not wanted or set(wanted) & set(three)
    )

    def bound(three: tuple[str, str, str]) -> tuple[float, int, tuple[str, str, str]]:
        """No less than what the triple comes to, for who carries three need not carry each alone."""
        each = tuple(carriers[concept] for concept in three)
        best = Meeting(three, each, together[three], 0, len(bearers))
        return (-(best.lift or 0), -best.observed, three)

    found: list[tuple[tuple[float, int, tuple[str, str, str]], Meeting]] = []
    for ahead in sorted(map(bound, together)):
        three = ahead[2]
        if len(found) >= most and ahead > found[most - 1][0]:
            break
        if any(bearings.related(*pair) for pair in combinations(three, 2)):
            continue
        one = meeting(bearers, three)
        if one.observed:
            insort(found, ((-(one.lift or 0), -one.observed, three), one), key=lambda pair: pair[0])
    return [one for _, one in found[:most]]


def _pairs(carried: list[str], wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if len(wanted) > 1:
        return combinations([one for one in carried if one in wanted], 2)
    pairs = combinations(carried, 2)
    return (pair for pair in pairs if not wanted or wanted[0] in pair)


def side_by_side(one: Bearer, concepts: tuple[str, ...]) -> bool:
    return all(one.alone(concept, concepts) for concept in concepts)


def joined(one: Bearer, concepts: tuple[str, ...]) -> set[str]:
    """The values of a thing that carry two or more of the concepts at once."""
    counted = Counter(value for concept in concepts for value in one.carried.get(concept, {}))
    return {value for value, count in counted.items() if count > 1}
