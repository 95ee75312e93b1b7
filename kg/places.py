"""Where places lie, to draw them on a map."""

from __future__ import annotations

from dataclasses import dataclass

from kg.namespaces import PREFIXES
from kg.store import Store


@dataclass(frozen=True)
class Spot:
    """Where a place lies, in degrees, and what it is called."""

    latitude: float
    longitude: float
    name: str


def spots(store: Store) -> dict[str, Spot]:
    """All places with coordinates, by IRI."""
    wgs84, rdfs = PREFIXES["wgs84"], PREFIXES["rdfs"]
    query = f"""SELECT ?place (MIN(?name) AS ?label) (MIN(?lat) AS ?north) (MIN(?long) AS ?east) WHERE {{
        ?place <{wgs84}lat> ?lat ; <{wgs84}long> ?long ; <{rdfs}label> ?name .
    }} GROUP BY ?place"""
    found = {}
    for row in store.answer(query).table():
        place, label, north, east = (cell.value if cell else "" for cell in row)
        found[place] = Spot(float(north), float(east), label)
    return found
