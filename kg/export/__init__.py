"""The whole graph and every saved answer as files, in the forms that people and programs read, with a list of them.

The same graph gives the same bytes: blank nodes are named by RDFC-1.0, statements and rows stand in one order, and no
file holds the time. So the SHA-256 of `hrcities.nq` is the RDFC-1.0 hash of the data set.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from kg import __version__
from kg.answers import Wanted
from kg.canonical import curated_quads
from kg.errors import SourceUnavailable
from kg.export import csvw, database, datapackage, dumps
from kg.export.files import LICENSE, MANIFEST, SUMS, TITLE, Written, media_type
from kg.export.tables import tables
from kg.house import House
from kg.queries import every
from kg.store import AnyStore

__all__ = ["LICENSE", "export"]
_OURS = re.compile(r"(tables|answers)/[a-z0-9_-]+\.[a-z]+")


def export(house: House, store: AnyStore, folder: Path) -> list[Path]:
    """Write all of it into a folder; files that no export wrote are left alone.

    `hrcities.*` in N-Quads, TriG and JSON-LD by named graph, Turtle of the merged graph, and SQLite; `tables/` with a
    CSV file for each class, described by `csv-metadata.json` (CSVW) and `datapackage.json` (Frictionless);
    `answers/` with each saved question's answer (CSV, or Turtle for a graph); `manifest.json` and `SHA256SUMS`.
    Raises SourceUnavailable when the folder cannot be written.
    """
    try:
        for name in ("answers", "tables"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        old = _listed(folder)
        written = list(_written(house, store, folder))
        written.append(datapackage.write(written, folder))
        written.append(_manifest(store, folder, written))
        written.append(_sums(folder, written))
        for path in old - {one.path for one in written}:  # of a class that has no things any more
            (folder / path).unlink(missing_ok=True)
    except OSError as error:
        raise SourceUnavailable(str(folder), error.strerror or str(error)) from error
    return [folder / one.path for one in written]


def _listed(folder: Path) -> set[str]:
    """The tables and answers that an earlier export wrote into this folder."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return set()
    return {path for line in lines if _OURS.fullmatch(path := line[66:])}


def _written(house: House, store: AnyStore, folder: Path) -> Iterator[Written]:
    quads = curated_quads(store)
    yield from dumps.write(quads, folder)
    found = tables(quads)
    yield from csvw.write(found, folder)
    yield database.write(quads, found, folder)
    for query in every(house):
        answer = store.answer(query.text, Wanted("csv", "turtle"))
        file = folder / "answers" / f"{query.name}.{answer.format.suffix}"
        file.write_bytes(answer.body)
        yield Written.of(file, folder, query.summary)


def _manifest(store: AnyStore, folder: Path, written: list[Written]) -> Written:
    files = [
        {
            "path": one.path,
            "title": one.title,
            "media_type": media_type(one.path),
            "bytes": (folder / one.path).stat().st_size,
            "sha256": _sha256(folder / one.path),
        }
        for one in written
    ]
    facts = {
        "name": TITLE,
        "software": __version__,
        "version": store.version,
        "license": LICENSE,
        "files": files,
    }
    file = folder / MANIFEST
    file.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return Written.of(file, folder, "What is in this folder, for programs")


def _sums(folder: Path, written: list[Written]) -> Written:
    lines = [f"{_sha256(folder / one.path)}  {one.path}\n" for one in written]
    file = folder / SUMS
    file.write_text("".join(sorted(lines, key=lambda line: line[66:])), encoding="utf-8")
    return Written.of(file, folder, "Checksums; `sha256sum -c SHA256SUMS` reads them")


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
