"""Atlas and time: where acts of a kind are in force at a date, and how they spread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.explore.bearings import over
from kg.explore.days import first, holds, last, latest
from kg.explore.facts import ADOPTED, Facts, Statement
from kg.explore.peers import country
from kg.explore.profiles import LOCAL
from kg.explore.views import (
    Chosen,
    Field,
    Part,
    Result,
    Row,
    View,
    choices,
    iris,
    names,
    number,
    text,
    thing,
)
from kg.explore.words import ATLAS
from kg.phrases import Phrase, Plural


@dataclass(frozen=True)
class Adoption:
    """An act that was adopted, with its place, its first day in force, and its last (or nothing)."""

    act: str
    place: str
    began: str
    ended: str


@dataclass(frozen=True)
class Pin:
    """A place on the map: degrees north and east, the number of its acts in force, and the year of the first."""

    place: str
    north: float
    east: float
    acts: int
    since: str


@dataclass(frozen=True)
class Map:
    """The map of a date: its pins, and the years that can be chosen, each with the places that had an act by then."""

    at: str
    pins: tuple[Pin, ...]
    years: tuple[tuple[str, int], ...]


def ask(facts: Facts, chosen: Chosen) -> Result:
    """The map at a date and the spread until then."""
    kind, framework = (next(iter(iris(chosen[name])), "") for name in ("kind", "instrument"))
    every = adoptions(facts, kind, framework)
    at = chosen["at"][0] if chosen["at"] else latest(one.began for one in every) or "2000"
    force = [one for one in every if holds(one.began, one.ended, at)]
    places: dict[
        str, list[Adoption]
    ] = {}  # those that had one first at the top, as adoptions are in order
    for one in force:
        places.setdefault(one.place, []).append(one)
    pins = tuple(pin for place, acts in places.items() if (pin := _pin(facts, place, acts)))
    parts = (_places(facts, places), _spread(facts, every, at), _first(facts, every, at))
    undated = _undated(facts, kind, framework)
    states = len({country(facts, place) for place in places} - {""})
    sentence = Phrase(
        "At %(at)s: %(acts)s in force in %(places)s of %(states)s.",
        at=at,
        acts=Plural("%(number)s act", "%(number)s acts", len(force)),
        places=Plural("%(number)s place", "%(number)s places", len(places)),
        states=Plural("%(number)s State", "%(number)s States", states),
    )
    note = Phrase(
        "%(places)s of these cannot be drawn, for want of coordinates, and %(acts)s cannot be counted, for want of a "
        "date of adoption; the tables have the former.",
        places=Plural("%(number)s place", "%(number)s places", len(places) - len(pins)),
        acts=Plural("%(number)s act", "%(number)s acts", undated),
    )
    return Result(sentence, parts, (note,), Map(at, pins, _years(every)))


def adoptions(facts: Facts, kind: str, framework: str) -> list[Adoption]:
    """The adopted acts of local places with a date: of a kind and about a framework, where these are given."""
    local = {place for name in LOCAL for place in facts.of_class(name)}
    found = []
    for act in _wanted(facts, kind, framework):
        days = facts.dates(act, ADOPTED)
        if days:
            ended = max(facts.dates(act, ("lapsed", "repealed")), key=last, default="")
            began = min(days, key=first)
            found += [
                Adoption(act, place, began, ended)
                for place in facts.values(act, "hrc:actOf")
                if place in local
            ]
    return sorted(found, key=lambda one: (first(one.began), one.place, one.act))


def _wanted(facts: Facts, kind: str, framework: str) -> list[str]:
    return [
        act
        for act in facts.of_class("hrc:Act")
        if (not kind or kind in facts.values(act, "hrc:actType"))
        and (
            not framework
            or any(
                framework in facts.broader(one)
                for one in facts.values(act, "eli:cites", "hrc:invokes")
            )
        )
    ]


def _undated(facts: Facts, kind: str, framework: str) -> int:
    """Commitments without a date of adoption."""
    acts = (act for act in _wanted(facts, kind, framework) if facts.standing(act) != "not adopted")
    return sum(not facts.dates(act, ADOPTED) for act in acts)


def _pin(facts: Facts, place: str, acts: Sequence[Adoption]) -> Pin | None:
    north, east = facts.value(place, "wgs84:lat"), facts.value(place, "wgs84:long")
    if not north or not east:
        return None
    return Pin(place, float(north), float(east), len(acts), acts[0].began[:4])


def _years(every: Sequence[Adoption]) -> tuple[tuple[str, int], ...]:
    """Each year from the first adoption to the last, with the number of places that had adopted an act by its end."""
    if not every:
        return ()
    begins: dict[str, int] = {}
    for one in every:
        begins.setdefault(one.place, int(one.began[:4]))
    new = Counter(begins.values())
    years = range(min(new), int(every[-1].began[:4]) + 1)
    return tuple(
        (str(year), sum(count for begun, count in new.items() if begun <= year)) for year in years
    )


def _stages(facts: Facts, act: str) -> list[Statement]:
    return [
        said
        for stage in facts.values(act, "hrc:stage")
        for said in facts.said(stage, "hrc:happenedOn")
    ]


def _places(facts: Facts, places: Mapping[str, Sequence[Adoption]]) -> Part:
    rows = []
    for place, adopted in places.items():
        acts = [one.act for one in adopted]
        cells = {
            "place": thing(facts, place),
            "country": text(country(facts, place)),
            "since": text(adopted[0].began),
            "acts": number(len(acts)),
            "which": names(facts, acts),
            "latitude": text(facts.value(place, "wgs84:lat")),
            "longitude": text(facts.value(place, "wgs84:long")),
        }
        rows.append(Row(cells, tuple(said for act in acts for said in _stages(facts, act))))
    return Part(
        "places",
        Phrase("Where"),
        Phrase("The places with an act in force at the date, those that had one first at the top."),
        ("place", "country", "since", "acts", "which", "latitude", "longitude"),
        tuple(rows),
        Phrase("No such act was in force at this date, as far as this graph knows."),
    )


def _spread(facts: Facts, every: Sequence[Adoption], at: str) -> Part:
    known = [one for one in every if first(one.began) <= last(at)]
    begins: dict[str, str] = {}
    for one in known:
        begins.setdefault(one.place, one.began[:4])
    acts, new = Counter(one.began[:4] for one in known), Counter(begins.values())
    rows, total = [], 0
    for year in sorted(acts):
        total += new[year]
        rows.append(
            Row(
                {
                    "year": text(year),
                    "acts": number(acts[year]),
                    "new places": number(new[year]),
                    "places so far": number(total),
                }
            )
        )
    about = Phrase("Acts adopted in each year, and places that adopted their first.")
    return Part(
        "spread",
        Phrase("How it spread"),
        about,
        ("year", "acts", "new places", "places so far"),
        tuple(rows),
    )


def _first(facts: Facts, every: Sequence[Adoption], at: str) -> Part:
    """Of each State the first place."""
    rows, seen = [], set()
    for one in every:
        state = country(facts, one.place)
        if state and state not in seen and first(one.began) <= last(at):
            seen.add(state)
            cells = {
                "country": text(state),
                "place": thing(facts, one.place),
                "act": thing(facts, one.act),
                "on": text(one.began),
            }
            rows.append(Row(cells, tuple(_stages(facts, one.act))))
    about = Phrase(
        "The first place of each State, in the order of the dates: the way from State to State."
    )
    return Part(
        "first",
        Phrase("From State to State"),
        about,
        ("country", "place", "act", "on"),
        tuple(rows),
    )


def _instruments(facts: Facts) -> set[str]:
    bearings = over(facts)
    cited = {
        one
        for name in ("eli:cites", "hrc:invokes")
        for act, value in facts.pairs(name)
        if facts.is_a(act, "hrc:Act")
        for one in facts.broader(value)
    }
    return {one for one in cited if bearings.kind(one) == "instrument"}


VIEW = View(
    "atlas",
    "Where are acts in force, and how did they spread?",
    "The map at a date; choose another year below it.",
    (
        Field("at", "Date", "Year, month or day. Left empty: the latest on record."),
        Field(
            "kind",
            "Kind of act",
            "",
            lambda facts: choices(facts, {kind for _, kind in facts.pairs("hrc:actType")}),
        ),
        Field(
            "instrument",
            "Citing",
            "An instrument or framework.",
            lambda facts: choices(facts, _instruments(facts)),
        ),
    ),
    ATLAS,
    ask,
    {"since": "The first day of the oldest of these acts.", "on": "The day of adoption."},
)
