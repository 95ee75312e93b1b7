"""Which values are believed: each kind of field has a form, and what has another is no value of it."""

from __future__ import annotations

import re

import pyoxigraph as ox

from kg.enriching.settings import Field
from kg.namespaces import PREFIXES

WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
# Virtuoso, and so DBpedia, gives each WKT point a datatype of its own.
_VIRTUOSOS_WKT = "http://www.openlinksw.com/schemas/virtrdf#Geometry"
NUMBERS = [
    PREFIXES["xsd"] + name
    for name in ("integer", "decimal", "double", "nonNegativeInteger", "int", "float")
]
POINT = r"^\s*[Pp][Oo][Ii][Nn][Tt]\s*\(\s*(-?\d{1,3}(?:\.\d+)?)\s+(-?\d{1,2}(?:\.\d+)?)\s*\)\s*$"
_IRI = re.compile(r"^https?://[^\s<>\"{}|\\^`]{1,2000}$")
_NUMBER = re.compile(r"[-+]?\d{1,20}(\.\d{1,20})?([eE][-+]?\d{1,2})?", re.ASCII)
_LONGEST = 2_000  # letters of a text


def as_published(value: ox.NamedNode | ox.Literal) -> ox.NamedNode | ox.Literal:
    """The value with the datatype that it was published with, where a server is known to change it."""
    if isinstance(value, ox.Literal) and value.datatype.value == _VIRTUOSOS_WKT:
        return ox.Literal(value.value, datatype=ox.NamedNode(WKT))
    return value


def reason_against(field: Field, value: ox.NamedNode | ox.Literal) -> str:
    """Why a value is not believed; empty for one that is."""
    if field.kind == "thing":
        fits = isinstance(value, ox.NamedNode) and bool(_IRI.match(value.value))
        return "" if fits else "that are no IRI"
    if not isinstance(value, ox.Literal):
        return f"that are no {field.kind}"
    if field.kind == "text":
        plain = len(value.value) <= _LONGEST and value.value.isprintable()
        return "" if plain and value.language else "that are no plain text in a language"
    if field.kind == "point":
        return (
            ""
            if value.datatype.value == WKT and point_of(value.value)
            else "that are no point on Earth"
        )
    number = number_of(value)
    most = 180.0 if field.kind == "degrees" else 1e11
    least = -180.0 if field.kind == "degrees" else 0.0
    return "" if number is not None and least <= number <= most else f"that are no {field.kind}"


def number_of(value: ox.Literal) -> float | None:
    fits = value.datatype.value in NUMBERS and _NUMBER.fullmatch(value.value)
    return float(value.value) if fits else None


def point_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of a WKT point, which has them the other way round."""
    found = re.match(POINT, text)
    if not found:
        return None
    longitude, latitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None
