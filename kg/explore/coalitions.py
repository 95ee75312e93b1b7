"""Who should meet: pairs of coalitions that share concerns, while no actor and no place is tied to both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from kg.explore.bearings import over
from kg.explore.facts import Facts, Statement

if TYPE_CHECKING:
    import networkx as nx  # takes long to load, so who needs it loads it

MEETINGS = 1_000  # pairs that are listed
_MEETING = ("coalition", "network")


def coalitions(facts: Facts) -> list[str]:
    """The actors that bring others together: of the type coalition or network, or with a member on record."""
    typed = {
        actor
        for actor in facts.of_class("hrc:Actor")
        for kind in facts.values(actor, "hrc:actorType")
        if kind.rsplit("/", 1)[-1] in _MEETING
    }
    return sorted(typed | {organisation for _, organisation in facts.pairs("org:organization")})


@dataclass(frozen=True)
class Apart:
    """Two coalitions that share concerns and nobody: what they share, of how many, and the statements that say so."""

    one: str
    other: str
    shared: tuple[str, ...]
    of: int
    said: tuple[Mapping[str, Sequence[Statement]], Mapping[str, Sequence[Statement]]]

    @property
    def basis(self) -> tuple[Statement, ...]:
        """What says that each has what they share."""
        every = (one for said in self.said for shared in self.shared for one in said[shared])
        return tuple(dict.fromkeys(every))

    @property
    def likeness(self) -> float:
        return len(self.shared) / self.of


def apart(facts: Facts, graph: nx.Graph[str]) -> tuple[int, list[Apart]]:
    """How many pairs of coalitions share a right or a group but no actor and no place, and the most alike of them."""
    carried = {one: _concerns(facts, graph, one) for one in coalitions(facts)}
    held = {one: frozenset(said) for one, said in carried.items() if said}
    circles = _as_bits({one: _circle(facts, graph, one) for one in held})
    concerns = _as_bits(held)
    found = []
    every = [(one, concerns[one], circles[one]) for one in held]
    for (one, ours, near), (other, theirs, far) in combinations(every, 2):
        if ours & theirs and not near & far:
            shared = (ours & theirs).bit_count()
            of = len(held[one]) + len(held[other]) - shared
            found.append((-shared, -shared / of, one, other, of))
    alike = [
        Apart(
            one, other, tuple(sorted(held[one] & held[other])), of, (carried[one], carried[other])
        )
        for _, _, one, other, of in sorted(found)[:MEETINGS]
    ]
    return len(found), alike


def _as_bits(sets: Mapping[str, Collection[str]]) -> dict[str, int]:
    """Sets as numbers with a bit for each member: to meet two of them is one operation."""
    places: dict[str, int] = {}
    bit = lambda member: 1 << places.setdefault(member, len(places))  # noqa: E731
    return {one: sum(map(bit, set(members))) for one, members in sets.items()}


def _circle(facts: Facts, graph: nx.Graph[str], one: str) -> set[str]:
    """A coalition with the actors and places that it is tied to."""
    near = graph.neighbors(one) if one in graph else ()
    return {one} | {other for other in near if not facts.is_a(other, "hrc:Framework")}


def _concerns(facts: Facts, graph: nx.Graph[str], one: str) -> dict[str, list[Statement]]:
    """The rights and groups of a coalition and of the actors that are its members at the date, as they are said."""
    bearings = over(facts)
    found: dict[str, list[Statement]] = {}
    for actor in sorted({one} | _members(graph, one)):
        for said in bearings.saying("actor", actor):
            if bearings.kind(said.value) in ("right", "group"):
                found.setdefault(said.value, []).append(said)
    return found


def _members(graph: nx.Graph[str], one: str) -> set[str]:
    if one not in graph:
        return set()
    tied = (tie for near in graph.neighbors(one) for tie in graph.edges[one, near]["ties"])
    return {tie.one for tie in tied if tie.kind == "member" and tie.other == one}
