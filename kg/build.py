"""Compile a house into an on-disk store, a search index, the facts of Explore and the counts of pages, once for each
state of its files.

The store lives in a cache folder named by the content of the files, so equal files never build twice
and two processes may build at once: the first to finish wins, the other takes what it finds.

Dumps that stand beside the house (kg/external.py) have a store of their own. The house is compiled into a copy of
it that shares its files, so that editing the house never loads a dump again. Which dumps stand beside which house
is noted in the cache when all is compiled: until then, whatever happens, the store of before serves.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs
import pyoxigraph as ox

from kg import external
from kg.describing import describe, describe_store
from kg.errors import KgError, SourceUnavailable
from kg.external import Dump, Externals
from kg.house import FOLDERS, House
from kg.queries import every, load
from kg.rdf import parse_file
from kg.search import INDEX, Finder, write_index
from kg.store import EmbeddedStore
from kg.wording import labels

LAYOUT = "6"  # changes when the same files would compile into another store
KEEP = 4  # earlier stores left in the cache, and all that were opened within a day: who serves from one starts workers
_DAY = 86_400  # seconds

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Built:
    """A compiled store: where it is, what it holds, and whether this call had to make it.

    `triples` counts the curated statements, `external` those of the dumps beside them.
    """

    folder: Path
    version: str
    triples: int
    graphs: int
    fresh: bool
    external: int = 0
    files: str = ""  # the digest of the house's files; `version` too where no dumps stand beside it

    def open(self) -> EmbeddedStore:
        return EmbeddedStore(self.folder / "store", self.version)

    def finder(self) -> Finder:
        """What finds things by words in it."""
        return Finder(self.folder / INDEX)


def cache_folder() -> Path:
    """KG_CACHE, or this person's cache folder for the project."""
    named = os.environ.get("KG_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("human-rights-cities-kg"))


def build(house: House, progress: Progress | None = None, cache: Path | None = None) -> Built:
    """The compiled store of a house; made now if its files changed since the last time.

    `progress(done, total, file)` is called for each file. `cache` is where the store lies, if not with those of the
    present. Raises SyntaxFault with the file and line that
    cannot be read, BadQueryFile, SourceUnavailable when the cache cannot be written.
    """
    return _built(house, None if cache else _beside(house), progress, cache)


def build_with(
    house: House, files: Sequence[Path], loading: external.Progress, progress: Progress | None
) -> Built:
    """The compiled store of a house with external dumps beside it, which later calls of `build` then keep.

    No files: with none any more. Raises as `build` and `Externals.load` do; what served before then still does.
    """
    dumps = {dump.key: dump for dump in map(Dump.of, files)}
    beside = Externals(tuple(dumps.values()), cache_folder()) if dumps else None
    if beside:
        beside.load(loading)
    built = _built(house, beside.folder if beside else None, progress)
    noted = _noted()
    noted[str(house.root.resolve())] = beside.folder.name if beside else ""
    fresh = cache_folder() / f"beside-{os.getpid()}.new"
    fresh.write_text(json.dumps(noted))
    fresh.replace(cache_folder() / "beside.json")
    for old in cache_folder().glob("external-*"):
        if old.name not in noted.values():
            shutil.rmtree(old, ignore_errors=True)
    return built


def _noted() -> dict[str, str]:
    """By the folder of a house, the cache folder of the dumps that stand beside it."""
    file = cache_folder() / "beside.json"
    notes: dict[str, str] = json.loads(file.read_text()) if file.is_file() else {}
    return notes


def _beside(house: House) -> Path | None:
    name = _noted().get(str(house.root.resolve()))
    if not name:
        return None
    folder = cache_folder() / name
    if not (folder / "loaded.json").is_file():
        why = "it was deleted. Run `kg build --with FILE…` again, or `kg build --without`"
        raise SourceUnavailable(f"The store of external statements {folder}", why)
    return folder


def _built(
    house: House, beside: Path | None, progress: Progress | None, cache: Path | None = None
) -> Built:
    version = files = house.digest()
    if beside:
        version = hashlib.sha256(f"{version} {beside.name}".encode()).hexdigest()[:16]
    folder = (cache or cache_folder()) / f"{version}-{LAYOUT}-{ox.__version__}"
    fresh = not _complete(folder)
    if fresh:
        _make(house, Plan(folder, version, beside), progress or (lambda done, total, file: None))
        _forget_old(folder)
    return replace(_read(folder, fresh), files=files)


@dataclass(frozen=True)
class Plan:
    """A store to be made: where it goes, its version, and the dumps' store that it begins with."""

    folder: Path
    version: str
    beside: Path | None

    def begun(self, place: Path) -> ox.Store:
        if self.beside:
            ox.Store.read_only(str(self.beside / "store")).backup(str(place))
        return ox.Store(str(place))

    @property
    def external(self) -> int:
        if not self.beside:
            return 0
        return sum(json.loads((self.beside / "loaded.json").read_text()).values())


def _make(house: House, plan: Plan, progress: Progress) -> None:
    folder = plan.folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix="building-", dir=folder.parent))
    except OSError as error:
        raise SourceUnavailable(f"The cache folder {folder.parent}", str(error)) from error
    try:
        engine = plan.begun(work / "store")
        _fill(engine, house, progress)
        facts = {
            "version": plan.version,
            "external": plan.external,
            "triples": sum(
                1 for _ in engine.quads_for_pattern(None, None, None, ox.DefaultGraph())
            ),
            "graphs": sum(1 for _ in engine.named_graphs()),
        }
        if not plan.beside:  # the dumps' store is in good order, and too large to sort again
            engine.optimize()
        engine.flush()
        del engine
        store = EmbeddedStore(work / "store", plan.version)
        write_index(store, work / INDEX)
        del store
        describe_store(work, plan.version, every(house))
        finished = EmbeddedStore(work / "store", plan.version)
        _keep_facts(finished, work)
        _keep_counts(finished, house, work)
        _keep_patterns(house, work)
        (work / "built.json").write_text(json.dumps(facts))
        _publish(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _keep_facts(store: EmbeddedStore, folder: Path) -> None:
    from kg.explore import Facts  # with its libraries, which only this needs here

    Facts.read(store).keep(folder)


def _keep_counts(store: EmbeddedStore, house: House, folder: Path) -> None:
    from kg.counts import Counts

    # A question that cannot be answered is no reason to serve nothing: its page says what is wrong with it.
    with contextlib.suppress(KgError):
        Counts.of(house, store).keep(folder)


def _keep_patterns(house: House, folder: Path) -> None:
    from kg.validation import kept_patterns  # which reads stores that were built

    kept_patterns.write((query.text for query in every(house) if query.kind == "table"), folder)


def _fill(engine: ox.Store, house: House, progress: Progress) -> None:
    files = [file for folder in FOLDERS for file in house.files(folder)]
    engine.bulk_extend(_quads(house, files, progress))
    progress(len(files), len(files), "")


def _quads(house: House, files: list[Path], progress: Progress) -> Iterator[ox.Quad]:
    """Each file's statements in its named graph and in the default graph; one stream, so one bulk load."""
    for done, file in enumerate(files):
        shown = file.relative_to(house.root).as_posix()
        progress(done, len(files), shown)
        graph = ox.NamedNode(house.graph_name(file) or "")
        found = [quad.triple for quad in _statements(house, file, shown)]
        for home in (graph, ox.DefaultGraph()):
            yield from _at_home(found, home)


def named_quads(house: House) -> Iterator[ox.Quad]:
    """Every statement of a house's files in its named graph, without compiling anything. Raises as `build` does."""
    files = [file for folder in FOLDERS for file in house.files(folder)]
    every = _quads(house, files, lambda done, total, file: None)
    return (quad for quad in every if quad.graph_name != ox.DefaultGraph())


def _at_home(found: list[ox.Triple], home: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Quad]:
    return (ox.Quad(one.subject, one.predicate, one.object, home) for one in found)


def _statements(house: House, file: Path, shown: str) -> Iterable[ox.Quad]:
    if file.suffix != ".rq":
        return parse_file(file, shown)
    query = load(file)
    return [*describe(query), *labels(house, query)]


def _publish(work: Path, folder: Path) -> None:
    try:
        work.rename(folder)
    except OSError:
        if not _complete(folder):  # a broken earlier build, not another process that was quicker
            shutil.rmtree(folder, ignore_errors=True)
            work.rename(folder)


def _complete(folder: Path) -> bool:
    return (folder / "built.json").is_file()


def _read(folder: Path, fresh: bool) -> Built:
    facts = json.loads((folder / "built.json").read_text())
    with contextlib.suppress(OSError):  # from a cache that cannot be written nothing is swept away
        os.utime(folder)
    counts = (facts["triples"], facts["graphs"], fresh, facts.get("external", 0))
    return Built(folder, facts["version"], *counts)


def _forget_old(folder: Path) -> None:
    forget_old(other for other in folder.parent.iterdir() if other != folder and _complete(other))


def forget_old(folders: Iterable[Path]) -> None:
    """Delete all of these but the latest few, and those that were used within a day."""
    for old in sorted(folders, key=lambda one: one.stat().st_mtime, reverse=True)[KEEP:]:
        if old.stat().st_mtime < time.time() - _DAY:
            shutil.rmtree(old, ignore_errors=True)
