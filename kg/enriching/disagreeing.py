"""What others say of our things and we do not, listed for a person to look at. Nothing is changed."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from typing import TextIO

import pyoxigraph as ox

from kg.enriching.asking import Outcome
from kg.enriching.values import number_of, point_of
from kg.linking.gazetteer import Place
from kg.linking.judgements import guarded
from kg.linking.match import kilometres
from kg.linking.names import folded
from kg.linking.things import places
from kg.namespaces import PREFIXES, shorten
from kg.store import Store

_FAR = 25.0  # km between two points of one place
_OFF = 0.25  # of the larger of two numbers of inhabitants


@dataclass(frozen=True)
class Conflict:
    """A value of theirs that is not ours. Texts, for a person."""

    thing: str
    field: str
    ours: str
    theirs: str
    difference: str
    item: str
    endpoint: str
    day: str


@dataclass(frozen=True)
class Ours:
    """What the graph says of a thing that was asked about."""

    iri: str
    place: Place | None
    inhabitants: tuple[int, ...]
    countries: tuple[str, ...]
    labels: tuple[str, ...]


def ours(store: Store, asked: Iterable[str]) -> dict[str, Ours]:
    """What the graph says of its things that were asked about."""
    wanted = set(asked)
    head = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("hrc", "skos", "rdfs"))

    def told(pattern: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for row in store.answer(
            f"{head}SELECT DISTINCT ?thing ?v {{ {pattern} }} ORDER BY ?thing ?v"
        ).table():
            if row[0] and row[1] and row[0].value in wanted:
                found[row[0].value].append(row[1].value)
        return found

    people = told("?figure hrc:populationOf ?thing ; hrc:inhabitants ?v")
    countries = told("?thing hrc:within* ?state . ?state a hrc:State ; skos:exactMatch ?v")
    labels = told('?thing rdfs:label|skos:prefLabel ?v FILTER(LANG(?v) = "en")')
    by_iri = {place.hrc: place for place in places(store)}
    return {
        iri: Ours(
            iri,
            by_iri.get(iri),
            tuple(map(int, people[iri])),
            tuple(countries[iri]),
            tuple(labels[iri]),
        )
        for iri in wanted
    }


def conflicts(outcome: Outcome, asked: dict[str, str], known: dict[str, Ours]) -> list[Conflict]:
    """What disagrees with ours, thing by thing. Where we say nothing there is nothing to disagree with."""
    found: list[Conflict] = []
    for one in outcome.kept:
        thing = known.get(asked.get(one.item, ""))
        values: dict[str, list[ox.NamedNode | ox.Literal]] = defaultdict(list)
        for _, name, value in one.said:
            values[name].append(value)
        for name, theirs in values.items():
            field = outcome.endpoint.by_name[name]
            told = _COMPARED[field.compare](thing, theirs) if thing and field.compare else None
            if thing and told:
                found.append(
                    Conflict(
                        shorten(thing.iri),
                        name,
                        *told,
                        one.item,
                        outcome.endpoint.title,
                        one.day.isoformat(),
                    )
                )
    return sorted(found, key=astuple)


Told = tuple[str, str, str] | None


def _population(thing: Ours, theirs: list[ox.NamedNode | ox.Literal]) -> Told:
    numbers = [
        n for one in theirs if isinstance(one, ox.Literal) and (n := number_of(one)) is not None
    ]
    if not thing.inhabitants or not numbers:
        return None
    off = min(abs(a - b) / max(a, b, 1) for a in thing.inhabitants for b in numbers)
    if off <= _OFF:
        return None
    mine = ", ".join(f"{one:,}" for one in thing.inhabitants)
    return mine, ", ".join(f"{one:,.0f}" for one in numbers), f"{off:.0%} apart"


def _point(thing: Ours, theirs: list[ox.NamedNode | ox.Literal]) -> Told:
    points = [found for one in theirs if (found := point_of(one.value))]
    place = thing.place
    if place is None or place.latitude is None or place.longitude is None or not points:
        return None
    far = min(kilometres(place, *one) for one in points)
    if far <= _FAR:
        return None
    mine = f"{place.latitude:.4f}, {place.longitude:.4f}"
    return mine, "; ".join(f"{a:.4f}, {b:.4f}" for a, b in points), f"{far:,.0f} km apart"


def _degrees(mine: float | None, theirs: list[ox.NamedNode | ox.Literal]) -> Told:
    numbers = [
        n for one in theirs if isinstance(one, ox.Literal) and (n := number_of(one)) is not None
    ]
    if mine is None or not numbers:
        return None
    off = min(abs(mine - one) for one in numbers)
    shown = ", ".join(f"{one:.4f}" for one in numbers)
    return (f"{mine:.4f}", shown, f"{off:.2f} degrees apart") if off > 0.25 else None


def _country(thing: Ours, theirs: list[ox.NamedNode | ox.Literal]) -> Told:
    named = sorted(one.value for one in theirs)
    if not thing.countries or set(named) & set(thing.countries):
        return None
    alike = [one for one in thing.countries if one.split("/")[2] == named[0].split("/")[2]]
    return (", ".join(alike), ", ".join(named), "another country") if alike else None


def _label(thing: Ours, theirs: list[ox.NamedNode | ox.Literal]) -> Told:
    named = [one.value for one in theirs]
    if not thing.labels or {folded(one) for one in named} & {folded(one) for one in thing.labels}:
        return None
    return " / ".join(thing.labels), " / ".join(named), "another label"


_COMPARED = {
    "population": _population,
    "point": _point,
    "latitude": lambda thing, theirs: _degrees(
        thing.place.latitude if thing.place else None, theirs
    ),
    "longitude": lambda thing, theirs: _degrees(
        thing.place.longitude if thing.place else None, theirs
    ),
    "country": _country,
    "label": _label,
}


def write_conflicts(found: Iterable[Conflict], out: TextIO) -> None:
    """A table for a spreadsheet; no cell is taken for a formula."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(Conflict)])
    writer.writerows([guarded(cell) for cell in astuple(one)] for one in found)
