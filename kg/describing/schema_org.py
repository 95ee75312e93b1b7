"""schema.org, as pages carry it for search engines. What a thing is there follows from the ontology's alignments."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox

from kg.citing import AUTHOR, TITLE
from kg.describing.catalog import DUMPS, File
from kg.describing.void import CONTRIBUTORS, DATASET, DESCRIPTION
from kg.export import LICENSE
from kg.namespaces import PREFIXES
from kg.store import Store

_SCHEMA = PREFIXES["schema"]
_HEAD = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n"
    for name in ("rdfs", "skos", "dcterms", "owl", "schema", "wgs84")
)
_KINDS = """SELECT DISTINCT ?kind WHERE {
  %(thing)s a/rdfs:subClassOf*/skos:closeMatch? ?kind FILTER(STRSTARTS(STR(?kind), "%(schema)s"))
} ORDER BY ?kind"""
_SAID = """SELECT DISTINCT ?term ?value WHERE {
  %(thing)s ?property ?value .
  ?property rdfs:subPropertyOf*/skos:closeMatch? ?term
  FILTER(STRSTARTS(STR(?term), "%(schema)s") && !isBlank(?value))
} ORDER BY ?term ?value"""
_NAMED = """SELECT DISTINCT ?term ?value WHERE {
  VALUES (?property ?term) {
    (rdfs:label "name") (skos:prefLabel "name") (dcterms:title "name") (skos:altLabel "alternateName")
    (dcterms:description "description") (skos:definition "description")
    (skos:exactMatch "sameAs") (schema:sameAs "sameAs") (owl:sameAs "sameAs")
    (wgs84:lat "latitude") (wgs84:long "longitude")
  }
  %(thing)s ?property ?value FILTER(!isBlank(?value))
} ORDER BY ?term ?value"""


def kinds(store: Store, iri: str) -> tuple[str, ...]:
    """What a thing is in schema.org, as IRIs."""
    found = [row["kind"].value for row in _rows(store, _KINDS, iri) if row["kind"]]
    return tuple(found) or (_SCHEMA + "Thing",)


def of_thing(store: Store, iri: str, root: str) -> dict[str, Any]:
    """A thing in schema.org, as a JSON-LD object. `root`: the address of the server that has its page."""
    body: dict[str, Any] = {
        "@context": _SCHEMA,
        "@id": iri,
        "@type": [kind.removeprefix(_SCHEMA) for kind in kinds(store, iri)],
        "mainEntityOfPage": f"{root}{iri.removeprefix(DATASET)}.html",
        "subjectOf": {"@type": "Dataset", "@id": DATASET, "name": TITLE, "url": root},
    }
    where: dict[str, str] = {}
    for row in _rows(store, _NAMED, iri):
        if (term := row["term"]) and (value := row["value"]):
            if term.value in ("latitude", "longitude"):
                where[term.value] = value.value
            elif value.kind == "uri":
                body.setdefault(term.value, []).append(value.value)
            else:
                body.setdefault(term.value, []).append(_text(value.value, value.language))
    if len(where) == 2:
        body["geo"] = {"@type": "GeoCoordinates"} | where
    for row in _rows(store, _SAID, iri):
        if (term := row["term"]) and (value := row["value"]):
            name = term.value.removeprefix(_SCHEMA)
            said = (
                {"@id": value.value} if value.kind == "uri" else _text(value.value, value.language)
            )
            if said not in body.setdefault(name, []):
                body[name].append(said)
    return {name: _single(value) for name, value in body.items()}


def of_dataset(version: str, files: Iterable[File], root: str) -> dict[str, Any]:
    """The data set in schema.org, with its files, as a JSON-LD object."""
    author = {"@type": "Organization", "@id": CONTRIBUTORS, "name": AUTHOR}
    downloads = [
        {
            "@type": "DataDownload",
            "name": one.title,
            "contentUrl": f"{root}{DUMPS}/{one.path}",
            "encodingFormat": one.served_as,
            "contentSize": f"{one.bytes} B",
            "sha256": one.sha256,
        }
        for one in files
    ]
    return {
        "@context": _SCHEMA,
        "@id": DATASET,
        "@type": "Dataset",
        "name": TITLE,
        "description": DESCRIPTION,
        "url": root,
        "license": LICENSE,
        "version": version,
        "creator": author,
        "publisher": author,
        "isAccessibleForFree": True,
        "keywords": ["human rights cities", "human rights", "intersectionality"],
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": f"{DATASET}catalog",
            "url": f"{root}catalog",
        },
        "distribution": downloads,
    }


def _rows(store: Store, pattern: str, iri: str) -> list[Any]:
    return (
        store.answer(_HEAD + pattern % {"thing": ox.NamedNode(iri), "schema": _SCHEMA}).table().rows
    )


def _text(value: str, language: str) -> Any:
    return {"@value": value, "@language": language} if language else value


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value
