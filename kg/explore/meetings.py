"""How often concepts meet in the things that carry them, and how often they would by chance.

Two concepts meet side by side in a thing that carries each by a value of its own. An intersectional position is another
matter: a source names the meeting as one. Neither is ever drawn from the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from kg.explore.bearings import Bearers, Bearings

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


def meeting(bearers: Bearers, concepts: Sequence[str]) -> Meeting:
    """How often concepts meet in things."""
    return Meeting(
        tuple(concepts),
        tuple(bearers.carrying(concept).bit_count() for concept in concepts),
        bearers.side_by_side(concepts).bit_count(),
        bearers.joined(concepts).bit_count(),
        len(bearers.things),
    )


def meetings(bearings: Bearings, unit: str, wanted: tuple[str, ...]) -> list[Meeting]:
    """All pairs that occur: of the wanted concepts, of the one wanted with any other, or of all there are."""
    bearers = bearings.of(unit)
    found = [
        one
        for pair in combinations(sorted(wanted) if len(wanted) > 1 else bearers.concepts, 2)
        if len(wanted) > 1
        or (
            (not wanted or wanted[0] in pair)
            and bearers.carrying(pair[0]) & bearers.carrying(pair[1])
        )
        if not bearings.related(*pair)
        if (one := meeting(bearers, pair)).observed or one.stated or len(wanted) > 1
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
    carrying = bearers.carrying
    telling = [one for one in bearers.concepts if bearings.kind(one) != "kind of act"]
    common = sorted(telling, key=lambda one: (-carrying(one).bit_count(), one))[:COMMON]
    kept = sorted({*common, *wanted} & set(bearers.concepts))
    apart = {pair for pair in combinations(kept, 2) if not bearings.related(*pair)}
    found = [
        meeting(bearers, three)
        for three in combinations(kept, 3)
        if not wanted or set(wanted) & set(three)
        if carrying(three[0]) & carrying(three[1]) & carrying(three[2])
        if apart.issuperset(combinations(three, 2))
    ]
    best = sorted(found, key=lambda one: (-(one.lift or 0), -one.observed, one.concepts))
    return [one for one in best if one.observed][:most]
