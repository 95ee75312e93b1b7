"""A DCAT 3 catalogue of one data set: its files with their bytes and checksums, and the services that answer."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.citing import TITLE
from kg.describing.statements import Values, english, node, said, typed
from kg.describing.void import CONTRIBUTORS, DATASET, DESCRIPTION
from kg.export import LICENSE
from kg.export.files import MANIFEST, media_type
from kg.namespaces import BASE
from kg.store import EmbeddedStore

CATALOG = BASE + "catalog"
DUMPS = "dumps"  # the folder of files to take away, in an address and in a compiled store
MEDIA = "https://www.iana.org/assignments/media-types/"
_PROTOCOL = "http://www.w3.org/TR/sparql11-protocol/"
_OPENAPI = "https://spec.openapis.org/oas/v3.1.1"


@dataclass(frozen=True)
class File:
    """A file that can be taken away: its path below `dumps/`, its size in bytes, its SHA-256 in hexadecimal."""

    path: str
    bytes: int
    sha256: str
    title: str

    @property
    def packed(self) -> bool:
        return self.path.endswith(".gz")

    @property
    def media_type(self) -> str:
        """What it is when unpacked."""
        return media_type(self.path.removesuffix(".gz"))

    @property
    def served_as(self) -> str:
        """What it is as it is sent."""
        return "application/gzip" if self.packed else self.media_type

    @property
    def digest(self) -> str:
        """The SHA-256 in base64, as HTTP writes it (RFC 9530)."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()

    @classmethod
    def of(cls, file: Path, title: str) -> File:
        content = file.read_bytes()
        return cls(file.name, len(content), hashlib.sha256(content).hexdigest(), title)


def write_dumps(store: EmbeddedStore, folder: Path) -> list[File]:
    """The curated graphs as gzipped N-Quads into a folder; equal graphs give equal bytes."""
    folder.mkdir()
    plain, packed = folder / "hrcities.nq", folder / "hrcities.nq.gz"
    store.dump(plain, ox.RdfFormat.N_QUADS)
    with packed.open("wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=0) as body:
        body.write(plain.read_bytes())
    plain.unlink()
    files = [File.of(packed, "All of the graph, file by file, as gzipped N-Quads")]
    (folder / MANIFEST).write_text(json.dumps(_manifest(store.version, files)))
    return files


def _manifest(version: str, files: list[File]) -> dict[str, object]:
    return {"version": version, "files": [asdict(one) for one in files]}


def exported(folder: Path, version: str) -> list[File]:
    """The files of a folder that `kg export` wrote, by its manifest; none, where it is of another version."""
    manifest = folder / MANIFEST
    facts = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
    if facts.get("version") != version:
        return []
    return [
        File(one["path"], one["bytes"], one["sha256"], one.get("title") or one["path"])
        for one in facts["files"]
    ]


def catalog(version: str, files: Iterable[File]) -> Iterator[ox.Triple]:
    """The catalogue, with a distribution for each file."""
    files = list(files)
    services = [f"{BASE}sparql#service", f"{BASE}api#service"]
    yield from said(
        CATALOG,
        {
            "rdf:type": node("dcat:Catalog"),
            "dcterms:title": english(f"Catalogue of the {TITLE}"),
            "dcterms:description": english("The data set, its files, and what can be asked of it."),
            "dcterms:publisher": node(CONTRIBUTORS),
            "dcterms:license": node(LICENSE),
            "foaf:homepage": node(BASE),
            "dcat:dataset": node(DATASET),
            "dcat:service": [node(name) for name in services],
        },
    )
    yield from said(
        DATASET,
        {
            "rdf:type": node("dcat:Dataset"),
            "dcterms:title": english(TITLE),
            "dcterms:description": english(DESCRIPTION),
            "dcterms:publisher": node(CONTRIBUTORS),
            "dcterms:license": node(LICENSE),
            "dcat:version": version,
            "dcat:landingPage": node(BASE),
            "dcat:keyword": [english(word) for word in _KEYWORDS],
            "dcat:distribution": [node(_named(one)) for one in files],
            "void:dataDump": [
                node(_address(one)) for one in files if one.path.startswith("hrcities.")
            ],
        },
    )
    for one in files:
        yield from _distribution(one)
    yield from _services(*services)


_KEYWORDS = ("human rights cities", "intersectionality", "local government", "human rights")


def _named(one: File) -> str:
    return f"{CATALOG}#{one.path}"


def _address(one: File) -> str:
    return f"{BASE}{DUMPS}/{one.path}"


def _distribution(one: File) -> Iterator[ox.Triple]:
    yield from said(
        _named(one),
        {
            "rdf:type": node("dcat:Distribution"),
            "dcterms:title": english(one.title),
            "dcterms:license": node(LICENSE),
            "dcat:accessURL": node(_address(one)),
            "dcat:downloadURL": node(_address(one)),
            "dcat:mediaType": node(MEDIA + one.media_type),
            "dcat:compressFormat": node(MEDIA + "application/gzip") if one.packed else None,
            "dcat:byteSize": typed(str(one.bytes), "nonNegativeInteger"),
            "spdx:checksum": node(f"{_named(one)}-sha256"),
        },
    )
    yield from said(
        f"{_named(one)}-sha256",
        {
            "rdf:type": node("spdx:Checksum"),
            "spdx:algorithm": node("spdx:checksumAlgorithm_sha256"),
            "spdx:checksumValue": typed(one.sha256, "hexBinary"),
        },
    )


def _services(sparql: str, api: str) -> Iterator[ox.Triple]:
    common: dict[str, Values] = {
        "rdf:type": node("dcat:DataService"),
        "dcat:servesDataset": node(DATASET),
        "dcterms:license": node(LICENSE),
        "dcterms:publisher": node(CONTRIBUTORS),
    }
    yield from said(
        sparql,
        common
        | {
            "dcterms:title": english("SPARQL over the whole graph"),
            "dcterms:conformsTo": node(_PROTOCOL),
            "dcat:endpointURL": node(BASE + "sparql"),
            "dcat:endpointDescription": node(BASE + "sparql"),
        },
    )
    yield from said(
        api,
        common
        | {
            "dcterms:title": english("Saved questions, search and checks over HTTP"),
            "dcterms:conformsTo": node(_OPENAPI),
            "dcat:endpointURL": node(BASE),
            "dcat:endpointDescription": node(BASE + "openapi.json"),
        },
    )
