"""Which place, of all that bear a name, a row of a table means; or that nobody can tell.

A row gives a name and perhaps a country, a division, coordinates, a number of inhabitants. Candidates are all places
that bear the name, or one of its shorter forms, or, in the row's country, one spelt much like it. What the row says of
its place must hold for a candidate. Of several that are left one is taken only if it is far larger than all others:
`_LARGER` times in the row's country, `_FAMOUS` times in the world. These thresholds were learned on the half of
`tests/benchmarks/linking/truth.csv` that is marked `learn`; the benchmark reports the other half.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from rapidfuzz import fuzz, process

from kg.linking.countries import country_code
from kg.linking.gazetteer import Place
from kg.linking.names import folded, forms, parts, squeezed

MATCH, UNSURE, NONE = "match", "unsure", "none"
_LARGER = 8.0
_FAMOUS = 15.0
_CLOSE = 25.0  # km within which two entries of one name are one place, or coordinates are a place's
_SPELT_ALIKE = 88.0  # of 100: rapidfuzz's ratio of two folded names in one country
_LEAST_LETTERS = 5  # of a name that is compared by its spelling
_DIVISIONS = {
    "GB": {
        "england": "ENG",
        "scotland": "SCT",
        "wales": "WLS",
        "northernireland": "NIR",
        "cymru": "WLS",
    }
}


@dataclass(frozen=True)
class Row:
    """What a table says of a place. Everything but the name may be empty."""

    name: str
    country: str = ""
    state: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None


@dataclass(frozen=True)
class Candidate:
    """A place with how its name was met (1.0 as written … 0.0) and in which words to say so."""

    place: Place
    likeness: float
    how: str


@dataclass(frozen=True)
class Decision:
    """What is decided about a row; `score` is of 1, comparable within one decision kind only."""

    decision: str
    place: Place | None
    score: float
    why: str
    others: tuple[Place, ...] = field(default=())


class Lookup(Protocol):
    """What a matcher needs of a gazetteer."""

    def called(self, form: str) -> list[tuple[Place, bool]]:
        """The places with this folded name, and whether it is their main one."""

    def forms_in(self, country: str) -> list[str]:
        """All folded names of a country's places."""

    def divisions(self, country: str) -> dict[str, str]:
        """The codes of a country's first-level divisions by their squeezed names and codes."""


class ByForm:
    """The part of a Lookup that any places give which are kept by their folded names."""

    _by_form: Mapping[str, list[Place]]

    def called(self, form: str) -> list[tuple[Place, bool]]:
        return [(place, True) for place in self._by_form.get(form, ())]

    def forms_in(self, country: str) -> list[str]:
        return [
            form
            for form, found in self._by_form.items()
            if any(place.country == country for place in found)
        ]


class Matcher:
    """Decides about rows, given a gazetteer and the graph's own places."""

    def __init__(self, gazetteer: Lookup, ours: Iterable[Place], well_known: int = 15_000) -> None:
        """`well_known`: inhabitants from which a name is believed without its country."""
        self._gazetteer, self._well_known = gazetteer, well_known
        self._by_geonames = {place.geonames: place for place in ours if place.geonames}
        self._unlinked: dict[str, list[Place]] = {}
        for place in ours:
            if not place.geonames:
                self._unlinked.setdefault(folded(place.name), []).append(place)

    def decide(self, row: Row) -> Decision:
        name, behind = parts(row.name)
        if not name:
            return Decision(NONE, None, 0.0, "the row has no name")
        country, state, said = _where(row, behind, self._gazetteer)
        if row.country and country is None:
            return Decision(NONE, None, 0.0, f"no country is known as {row.country!r}")
        candidates = self._candidates(name, country)
        fitting = [one for one in candidates if _fits(one.place, country, row)]
        if state and fitting:
            inside = self._in_state(fitting, state)
            if not inside:
                why = f"none of that name is known to lie in {state!r}"
                return Decision(UNSURE, fitting[0].place, 0.3, why, _rest(fitting))
            fitting = inside
        if not fitting:
            return Decision(NONE, None, 0.0, _nothing(candidates, country, name))
        return self._choice(fitting, country, bool(state), row, said)

    def _choice(
        self, fitting: Sequence[Candidate], country: str | None, in_state: bool, row: Row, said: str
    ) -> Decision:
        ranked = _one_of_each(sorted(fitting, key=_weight, reverse=True))
        first, others = ranked[0], ranked[1:]
        spelt = first.likeness < 0.9
        clues = [
            first.how,
            *([said] if said else []),
            *(["the division given"] if in_state else []),
        ]
        if row.latitude is not None:
            clues.append(f"within {_CLOSE:.0f} km")
        if row.population and first.place.population:
            apart = abs(math.log(row.population / first.place.population))
            if apart > math.log(4):
                return Decision(
                    UNSURE,
                    first.place,
                    0.4,
                    "; ".join([*clues, "its number of inhabitants is far off"]),
                    _rest(ranked),
                )
        if others:
            needed = _LARGER if country else _FAMOUS
            times = _size(first) / _size(others[0])
            if times < needed or (spelt and first.likeness - others[0].likeness < 0.03):
                why = f"{len(ranked)} places fit, and the largest is not {needed:.0f} times larger than the next"
                return Decision(UNSURE, first.place, 0.5, why, _rest(ranked))
            clues.append(f"{times:.0f} times larger than the next of that name")
        if spelt and first.likeness < 0.87:
            return Decision(UNSURE, first.place, first.likeness, "; ".join(clues), _rest(ranked))
        if country is None and first.place.population < self._well_known:
            return Decision(
                UNSURE,
                first.place,
                0.6,
                "; ".join([*clues, "no country is given, and the place is small"]),
                _rest(ranked),
            )
        return Decision(
            MATCH, first.place, round(first.likeness, 3), "; ".join(clues), _rest(ranked)
        )

    def _candidates(self, name: str, country: str | None) -> list[Candidate]:
        """The places of that name; of a shorter form of it; else, in a country, of names spelt much like it."""
        for depth, form in enumerate(forms(name)):
            found = [
                Candidate(
                    self._ours(place),
                    (1.0 if main else 0.97) - 0.02 * depth,
                    _how(main, depth, form),
                )
                for place, main in self._gazetteer.called(form)
            ]
            found += [
                Candidate(place, 1.0 - 0.02 * depth, "the name in the graph")
                for place in self._unlinked.get(form, ())
            ]
            if any(country is None or one.place.country == country for one in found):
                return found
        return self._spelt_alike(name, country) if country else []

    def _spelt_alike(self, name: str, country: str) -> list[Candidate]:
        known = self._gazetteer.forms_in(country)
        found: dict[str, Candidate] = {}
        for form in forms(name):
            if len(form) < _LEAST_LETTERS:
                continue
            for near, ratio, _ in process.extract(
                form, known, scorer=fuzz.ratio, score_cutoff=_SPELT_ALIKE, limit=5
            ):
                for place, _ in self._gazetteer.called(near):
                    one = Candidate(
                        self._ours(place), ratio / 100 * 0.95, f"the spelling is near to {near!r}"
                    )
                    if (
                        place.country == country
                        and one.likeness > found.get(place.geonames, one).likeness - 1e-9
                    ):
                        found[place.geonames] = one
        return list(found.values())

    def _ours(self, place: Place) -> Place:
        """The same place with what the graph knows of it."""
        known = self._by_geonames.get(place.geonames)
        return replace(place, hrc=known.hrc, wikidata=known.wikidata) if known else place

    def _in_state(self, candidates: Sequence[Candidate], state: str) -> list[Candidate]:
        """Those in the division of this name or code."""
        form = squeezed(state)
        inside = []
        for one in candidates:
            country, division = one.place.country, one.place.division
            codes = self._gazetteer.divisions(country) | _DIVISIONS.get(country, {})
            own = {squeezed(division), squeezed(one.place.division_name)} - {""}
            if form in own or (division and codes.get(form) == division):
                inside.append(one)
        return inside


def _where(row: Row, behind: Sequence[str], gazetteer: Lookup) -> tuple[str | None, str, str]:
    """The country's code, the division's name, and how the country became known."""
    country = country_code(row.country) if row.country else None
    state, said = row.state, "the country given" if country else ""
    for piece in reversed(behind):
        code = country_code(piece)
        # "Jackson, MS" and "Athens, GA": a State of the US before a country of the same two letters.
        division = squeezed(piece)
        if (
            division in gazetteer.divisions(country or "US") and len(division) <= 2
        ) or code is None:
            state = state or piece
            if country is None and division in gazetteer.divisions("US"):
                country, said = "US", "the State behind the name"
        elif country is None:
            country, said = code, "the country behind the name"
    return country, state, said


def _fits(place: Place, country: str | None, row: Row) -> bool:
    if country is not None and place.country != country:
        return False
    if (
        row.latitude is None
        or row.longitude is None
        or place.latitude is None
        or place.longitude is None
    ):
        return True
    return kilometres(place, row.latitude, row.longitude) <= _CLOSE


def kilometres(place: Place, latitude: float, longitude: float) -> float:
    """Along a great circle (haversine)."""
    one, other = math.radians(place.latitude or 0), math.radians(latitude)
    east = math.radians(longitude - (place.longitude or 0))
    part = (
        math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(east / 2) ** 2
    )
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, part)))


def _how(main: bool, depth: int, form: str) -> str:
    name = "the name" if main else "another name of it"
    return f"{name}, as {form!r}" if depth else name


def _nothing(candidates: Sequence[Candidate], country: str | None, name: str) -> str:
    if not candidates:
        return f"no place is known as {name!r}" + (f" in {country}" if country else "")
    return "the places of that name are elsewhere: " + ", ".join(
        sorted({one.place.country for one in candidates})
    )


def _size(one: Candidate) -> float:
    """Inhabitants, a fifth of them where only another name fits: a village's own name is not a city's nickname."""
    return (one.place.population + 1) * (1.0 if one.likeness >= 0.975 else 0.2)


def _weight(one: Candidate) -> tuple[float, float]:
    likeness = one.likeness if one.likeness < 0.9 else 1.0
    return likeness, _size(one)


def _one_of_each(ranked: Sequence[Candidate]) -> list[Candidate]:
    """Without the lesser entries for what lies at the same spot: a city and its own centre or district."""
    kept: list[Candidate] = []
    for one in ranked:
        if not any(_at_one_spot(better.place, one.place) for better in kept):
            kept.append(one)
    return kept


def _at_one_spot(one: Place, other: Place) -> bool:
    if None in (one.latitude, other.latitude) or one.country != other.country:
        return False
    return kilometres(one, other.latitude or 0.0, other.longitude or 0.0) <= _CLOSE / 2


def _rest(ranked: Sequence[Candidate]) -> tuple[Place, ...]:
    return tuple(one.place for one in ranked[1:6])
