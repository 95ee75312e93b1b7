"""The names: one base, one prefix for each kind of thing, and the vocabularies of others.

The prefixes are those that every file of the project uses, so a prefixed name means the same on the
command line, in a form and in Turtle.
"""

from __future__ import annotations

from functools import lru_cache

BASE = "https://w3id.org/hrcities/"
ONTOLOGY = BASE + "ontology"
EXTERNAL = BASE + "external/"  # graphs with other people's statements; see kg/external.py
TERMS = ONTOLOGY + "#"

KINDS = [
    "act",
    "act-type",
    "actor",
    "actor-type",
    "binding-force",
    "city",
    "claim",
    "consent",
    "county",
    "disagreement",
    "disagreement-type",
    "event",
    "evidence",
    "framework-type",
    "grade",
    "ground",
    "group",
    "initiation",
    "instrument",
    "link",
    "linkset",
    "measure",
    "membership",
    "name",
    "participation",
    "population",
    "practice",
    "practice-type",
    "principle",
    "provision",
    "question",
    "reading",
    "recommendation",
    "region",
    "right",
    "role-type",
    "scheme",
    "search",
    "settlement",
    "shape",
    "source",
    "stage",
    "stage-type",
    "state",
    "statement",
    "statement-type",
    "status",
    "status-type",
    "testimony",
    "theme",
    "treaty-action",
    "treaty-action-type",
    "village",
    "vision",
]

PREFIXES: dict[str, str] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "eurovoc": "http://eurovoc.europa.eu/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hrc": TERMS,
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sdg": "http://metadata.un.org/sdg/",
    "semapv": "https://w3id.org/semapv/vocab/",
    "sh": "http://www.w3.org/ns/shacl#",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "wd": "http://www.wikidata.org/entity/",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
} | {kind: f"{BASE}{kind}/" for kind in KINDS}


@lru_cache(1 << 14)
def shorten(iri: str) -> str:
    """The prefixed name of an IRI, or the IRI itself where no prefix covers it."""
    fits = [name for name, space in PREFIXES.items() if iri.startswith(space) and iri != space]
    if not fits:
        return iri
    best = max(fits, key=lambda name: len(PREFIXES[name]))
    return f"{best}:{iri[len(PREFIXES[best]) :]}"


def expand(name: str) -> str | None:
    """The IRI of a prefixed name, or None where its prefix is not one of ours."""
    prefix, colon, local = name.partition(":")
    return PREFIXES[prefix] + local if colon and prefix in PREFIXES else None
