"""The whole graph and every saved answer as files, with a list of what was written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg import __version__
from kg.answers import Wanted
from kg.errors import SourceUnavailable
from kg.house import House
from kg.queries import every
from kg.store import AnyStore

LICENSE = "https://creativecommons.org/licenses/by/4.0/"


def export(house: House, store: AnyStore, folder: Path) -> list[Path]:
    """Write dumps, answers and `manifest.json` into a folder; files of other names are left alone.

    Dumps: N-Quads and TriG by named graph, Turtle of the merged graph. Answers: CSV for tables, Turtle for
    graphs. Raises SourceUnavailable when the folder cannot be written.
    """
    try:
        (folder / "answers").mkdir(parents=True, exist_ok=True)
        written = [*_dumps(store, folder), *_answers(house, store, folder / "answers")]
        written.append(_manifest(store, folder, written))
    except OSError as error:
        raise SourceUnavailable(str(folder), error.strerror or str(error)) from error
    return written


def _dumps(store: AnyStore, folder: Path) -> Iterator[Path]:
    for name, form in (("hrcities.nq", ox.RdfFormat.N_QUADS), ("hrcities.trig", ox.RdfFormat.TRIG)):
        store.dump(folder / name, form)
        yield folder / name
    store.dump(folder / "hrcities.ttl", ox.RdfFormat.TURTLE, default_only=True)
    yield folder / "hrcities.ttl"


def _answers(house: House, store: AnyStore, folder: Path) -> Iterator[Path]:
    for query in every(house):
        answer = store.answer(query.text, Wanted("csv", "turtle"))
        file = folder / f"{query.name}.{answer.format.suffix}"
        file.write_bytes(answer.body)
        yield file


def _manifest(store: AnyStore, folder: Path, written: list[Path]) -> Path:
    files = [
        {
            "path": file.relative_to(folder).as_posix(),
            "bytes": file.stat().st_size,
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        }
        for file in written
    ]
    facts = {
        "name": "Human Rights Cities Knowledge Graph",
        "software": __version__,
        "version": store.version,
        "license": LICENSE,
        "files": files,
    }
    file = folder / "manifest.json"
    file.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return file
