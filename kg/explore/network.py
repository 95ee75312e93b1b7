"""Who is tied to whom at a date: actors, places and instruments, with the statements that tie them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.explore.days import first, holds, last
from kg.explore.facts import ADOPTED, Facts, Statement
from kg.phrases import Phrase

if TYPE_CHECKING:
    import networkx as nx  # takes long to load, so who needs it loads it

TIES = {
    "member": Phrase("membership: a member and its organisation"),
    "part": Phrase("unit: an actor and the larger one that it is part of"),
    "governs": Phrase("government: a local government and its place"),
    "act": Phrase("act: a place and who brought in, passed or began one of its acts"),
    "practice": Phrase("practice: a place and who carries out a practice there"),
    "cites": Phrase("citation: a place or an actor and an instrument that it invokes"),
}
TIE = {  # what a tie of each kind is called
    "member": Phrase("member"),
    "part": Phrase("part"),
    "governs": Phrase("governs"),
    "act": Phrase("act"),
    "practice": Phrase("practice"),
    "cites": Phrase("cites"),
}
_BROUGHT = ("hrc:passedBy", "hrc:sponsoredBy", "hrc:initiatedBy")


@dataclass(frozen=True)
class Tie:
    """A tie of a kind (of `TIES`) between two things, for a time; dates are empty where none is on record."""

    one: str
    other: str
    kind: str
    began: str
    ended: str
    basis: tuple[Statement, ...]


def ties(facts: Facts) -> list[Tie]:
    """All ties that there ever were."""
    found = [*_memberships(facts), *_standing(facts), *_acts(facts), *_practices(facts)]
    return [tie for tie in found if tie.one != tie.other]


def network(found: Iterable[Tie], at: str, kinds: Iterable[str]) -> nx.Graph[str]:
    """The ties of some kinds that can hold at a date; an edge has its ties as `ties`. The order is that of the IRIs."""
    import networkx as nx

    wanted = set(kinds)
    graph: nx.Graph[str] = nx.Graph()
    held = [tie for tie in found if tie.kind in wanted and holds(tie.began, tie.ended, at)]
    graph.add_nodes_from(sorted({end for tie in held for end in (tie.one, tie.other)}))
    for tie in sorted(held, key=lambda tie: (tie.one, tie.other, tie.kind, tie.began, tie.ended)):
        edge = graph.get_edge_data(tie.one, tie.other)
        graph.add_edge(tie.one, tie.other, ties=(*(edge["ties"] if edge else ()), tie))
    return graph


def newest(found: Iterable[Tie]) -> str:
    """The latest day on which any tie began or ended, or nothing."""
    return max(
        (day for tie in found for day in (tie.began, tie.ended) if day), key=last, default=""
    )


def years(found: Collection[Tie]) -> tuple[tuple[str, int], ...]:
    """Each year from the first day on record to the last, with the number of ties that can hold in it."""
    known = sorted(day[:4] for tie in found for day in (tie.began, tie.ended) if day)
    if not known:
        return ()
    begun = sorted(tie.began[:4] for tie in found)
    ended = sorted(tie.ended[:4] for tie in found if tie.ended)
    span = (f"{year:04}" for year in range(int(known[0]), int(known[-1]) + 1))
    return tuple((year, bisect_right(begun, year) - bisect_left(ended, year)) for year in span)


def _memberships(facts: Facts) -> Iterator[Tie]:
    for one in facts.of_class("hrc:Membership"):
        time = facts.value(one, "hrc:began"), facts.value(one, "hrc:ended")
        basis = tuple(facts.said(one, "org:member", "org:organization", "hrc:began", "hrc:ended"))
        for member in facts.values(one, "org:member"):
            for organisation in facts.values(one, "org:organization"):
                yield Tie(member, organisation, "member", *time, basis)


def _standing(facts: Facts) -> Iterator[Tie]:
    for name, kind in (
        ("org:unitOf", "part"),
        ("hrc:governs", "governs"),
        ("hrc:invokes", "cites"),
    ):
        for thing, value in facts.pairs(name):
            if facts.is_a(thing, "hrc:Actor"):
                yield Tie(thing, value, kind, "", "", (Statement(thing, name, value),))


def _acts(facts: Facts) -> Iterator[Tie]:
    """A tie through an act holds from its adoption on; a text that was never adopted ties nobody."""
    for act in facts.of_class("hrc:Act"):
        if facts.standing(act) == "not adopted":
            continue
        began = min(facts.dates(act, ADOPTED), key=first, default="")
        ended = max(facts.dates(act, ("lapsed", "repealed")), key=last, default="")
        for place in facts.said(act, "hrc:actOf"):
            for said in facts.said(act, *_BROUGHT):
                yield Tie(said.value, place.value, "act", began, ended, (said, place))
            for said in facts.said(act, "eli:cites"):
                framework = _framework(facts, said.value)
                yield Tie(place.value, framework, "cites", began, ended, (said, place))


def _framework(facts: Facts, cited: str) -> str:
    """The instrument that is cited, or of which a provision is."""
    return next(iter(facts.values(cited, "hrc:partOf")), cited)


def _practices(facts: Facts) -> Iterator[Tie]:
    for practice in facts.of_class("hrc:Practice"):
        time = facts.value(practice, "hrc:began"), facts.value(practice, "hrc:ended")
        for place in facts.said(practice, "hrc:takesPlaceIn"):
            for said in facts.said(practice, "hrc:carriedOutBy"):
                yield Tie(said.value, place.value, "practice", *time, (said, place))
        for said in facts.said(practice, "hrc:invokes"):
            for doer in facts.said(practice, "hrc:carriedOutBy"):
                yield Tie(doer.value, said.value, "cites", *time, (said, doer))
