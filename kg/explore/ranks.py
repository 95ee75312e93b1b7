"""Claims of rank ("the fifth city"), counted again from the dates of acts under every way of counting that is open."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.explore.days import first, last
from kg.explore.facts import ADOPTED, Facts
from kg.explore.profiles import LOCAL
from kg.explore.views import Part, Row, Rows, number, text, thing
from kg.phrases import Phrase, joined


@dataclass(frozen=True)
class Rule:
    """A way of counting: where, among what, and by acts that cite a framework (or any act where it is empty)."""

    within: str
    kind: str
    framework: str

    def words(self, facts: Facts) -> str:
        where = facts.label(self.within) if self.within else Phrase("the world")
        what = Phrase("cities") if self.kind == "hrc:City" else Phrase("places")
        which = Phrase("any act")
        if self.framework:
            which = Phrase("acts that cite %(framework)s", framework=facts.label(self.framework))
        return Phrase("%(what)s of %(where)s, by %(which)s", what=what, where=where, which=which)


def rank(facts: Facts, place: str, rule: Rule) -> tuple[int, int] | None:
    """The least and the greatest rank of a place under a rule: dates that overlap leave the order open.

    None where the place itself has no dated act that counts.
    """
    mine = _days(facts, rule.framework).get(place, "")
    if not mine:
        return None
    firsts, lasts, within = _ordered(facts, rule)
    sure = bisect_left(lasts, first(mine))
    maybe = bisect_right(firsts, last(mine)) - (place in within)
    return sure + 1, maybe + 1


@lru_cache(maxsize=4096)
def _ordered(facts: Facts, rule: Rule) -> tuple[list[str], list[str], frozenset[str]]:
    """The first and the last days that the dates under a rule can mean, each in order, and the places that have one."""
    days = {
        place: day
        for place, day in _days(facts, rule.framework).items()
        if (rule.kind == "place" or facts.is_a(place, rule.kind))
        and (not rule.within or rule.within in facts.places(place))
    }
    firsts = sorted(first(day) for day in days.values())
    return firsts, sorted(last(day) for day in days.values()), frozenset(days)


def _days(facts: Facts, framework: str) -> dict[str, str]:
    """By local place, the day of its first adopted act that cites a framework (of any act where it is empty)."""
    return _every_day(facts).get(framework, {})


@lru_cache(maxsize=2)
def _every_day(facts: Facts) -> dict[str, dict[str, str]]:
    """The days of all frameworks, read in one pass."""
    found: dict[str, dict[str, list[str]]] = {}
    for place in sorted({place for name in LOCAL for place in facts.of_class(name)}):
        for act in facts.things(place, "hrc:actOf"):
            days = facts.dates(act, ADOPTED)
            for one in {"", *facts.values(act, "eli:cites", "hrc:invokes")} if days else ():
                found.setdefault(one, {}).setdefault(place, []).extend(days)
    return {
        one: {place: min(days, key=first) for place, days in by_place.items()}
        for one, by_place in found.items()
    }


def rules(facts: Facts, place: str) -> Iterator[Rule]:
    """The ways of counting that fit a place: in its State or the world, places or cities, any act or those it cites."""
    states = sorted(one for one in facts.places(place) if facts.is_a(one, "hrc:State"))
    acts = facts.things(place, "hrc:actOf")
    cited = sorted({one for act in acts for one in facts.values(act, "eli:cites", "hrc:invokes")})
    kinds = ["place"] + ["hrc:City"] * facts.is_a(place, "hrc:City")
    for within in [*states, ""]:
        for kind in kinds:
            for framework in ["", *cited]:
                yield Rule(within, kind, framework)


def ranked(facts: Facts, places: Iterable[str]) -> Part:
    """The claims of rank about places, with the ways of counting under which each comes out."""
    claims = [
        (place, claim)
        for place in places
        for claim in facts.things(place, "hrc:about")
        if facts.value(claim, "hrc:ordinal")
    ]
    return Part(
        "ranks",
        Phrase("Claims of rank, counted again"),
        Phrase(
            "Each claim that a place was the first, the fifth …, against the dated acts of this graph."
        ),
        ("place", "claim", "claimed", "verdict", "true under", "counted"),
        Rows(claims, lambda one: _row(facts, *one)),
        Phrase("No claim of rank about a place here is on record."),
    )


def _row(facts: Facts, place: str, claim: str) -> Row:
    claimed = int(facts.value(claim, "hrc:ordinal"))
    found = [(rule, span) for rule in rules(facts, place) if (span := rank(facts, place, rule))]
    true = [(rule, span) for rule, span in found if span[0] <= claimed <= span[1]]
    return Row(
        {
            "place": thing(facts, place),
            "claim": text(facts.value(claim, "hrc:claims")),
            "claimed": number(claimed),
            "true under": text(joined("; ", (_said(facts, rule, span) for rule, span in true))),
            "counted": number(len(found)),
            "verdict": text(_verdict(found, true)),
        },
        tuple(facts.said(claim, "hrc:claims", "hrc:ordinal")),
    )


def _said(facts: Facts, rule: Rule, span: tuple[int, int]) -> str:
    words = rule.words(facts)
    if span[0] == span[1]:
        return words
    return Phrase(
        "%(rule)s (between %(least)s and %(most)s)", rule=words, least=span[0], most=span[1]
    )


def _verdict(
    found: list[tuple[Rule, tuple[int, int]]], true: list[tuple[Rule, tuple[int, int]]]
) -> str:
    if not found:
        return Phrase("cannot be counted: the place has no dated act")
    if not true:
        return Phrase("true under no way of counting")
    sure = any(span[0] == span[1] for _, span in true)
    if sure:
        return Phrase("true under some way of counting")
    return Phrase("possible: dates leave the order open")
