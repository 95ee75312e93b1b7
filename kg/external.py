"""Other people's dumps beside the curated graph: loaded once, in steps, into a store of their own.

External statements stand in named graphs of their own and never in the default graph, which the saved questions,
the pages and the checks read: `GRAPH ?g { … }` or `FROM NAMED` reaches them, and nothing else changes. A dump's
statements without a graph go into `…/external/<file's name>`; a graph that bears one of our names is moved under
that name too, so that nobody's dump can pass for curated.

Loading writes down how far it came after each step, and every step can be taken twice: blank nodes are called by
what the dump calls them, not at random. So a load that was killed goes on where it was, and what is complete is
only ever renamed into place.
"""

from __future__ import annotations

import bz2
import fcntl
import gzip
import hashlib
import json
import lzma
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from kg.errors import SourceUnavailable, SyntaxFault, UnknownFormat
from kg.namespaces import BASE, EXTERNAL

STEP = 1_000_000  # statements between two notes of how far it came
_LOOK = 20_000  # statements between two words of progress
_FORMATS = {
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".ttl": ox.RdfFormat.TURTLE,
    ".trig": ox.RdfFormat.TRIG,
}
_BY_LABEL = (ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES)  # in which every blank node has a label
_PACKINGS: dict[str, Callable[[IO[bytes]], Any]] = {
    "": lambda raw: raw,
    ".gz": lambda raw: gzip.GzipFile(fileobj=raw),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}

Progress = Callable[["Loaded"], None]


@dataclass(frozen=True)
class Loaded:
    """How far the loading of one dump is: statements so far, and bytes of the file read and in all."""

    file: str
    statements: int
    read: int
    size: int


@dataclass(frozen=True)
class Dump:
    """An external file: where it is, what it contains (a hash), and how to read it."""

    path: Path
    digest: str
    format: ox.RdfFormat
    packing: str

    @classmethod
    def of(cls, path: Path) -> Dump:
        """Look at a file. Raises UnknownFormat by its name, SourceUnavailable when it cannot be read."""
        packing = path.suffix if path.suffix in (*_PACKINGS, ".zst") and path.suffix else ""
        ending = path.with_suffix("").suffix if packing else path.suffix
        if ending not in _FORMATS:
            raise UnknownFormat(path.name, [*_FORMATS, ".nq.gz", ".nq.zst", "…"])
        try:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise SourceUnavailable(str(path), error.strerror or str(error)) from error
        return cls(path.resolve(), digest, _FORMATS[ending], packing)

    @property
    def key(self) -> str:
        """Equal for equal statements in equal graphs."""
        return f"{self.graph} {self.digest}"

    @property
    def graph(self) -> str:
        """The named graph for statements that the dump puts in none."""
        stem = self.path.name.split(".")[0]
        return EXTERNAL + (re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-") or self.digest[:12])

    def quads(self, on: Callable[[int], None], done: int = 0) -> Iterator[ox.Quad]:
        """Its statements after the first `done`, in graphs of their own; `on` is told the bytes read.

        Raises SyntaxFault.
        """
        node = _renamer(self.digest[:12], self.format)
        try:
            with self.path.open("rb") as raw, _unpacked(raw, self.packing, self.path) as text:
                for at, quad in enumerate(ox.parse(text, format=self.format)):
                    if at % _LOOK == 0:
                        on(raw.tell())
                    if at < done and self.format in _BY_LABEL:
                        continue
                    home = self._home(quad.graph_name, node)
                    moved = ox.Quad(node(quad.subject), quad.predicate, node(quad.object), home)
                    if at >= done:
                        yield moved
                on(raw.tell())
        except SyntaxError as error:
            raise _fault(self.path, error) from error
        except (OSError, EOFError, lzma.LZMAError) as error:
            raise SourceUnavailable(str(self.path), str(error)) from error

    def _home(self, graph: Any, node: Callable[[Any], Any]) -> Any:
        if isinstance(graph, ox.DefaultGraph):
            return ox.NamedNode(self.graph)
        if isinstance(graph, ox.NamedNode) and graph.value.startswith(BASE):
            return ox.NamedNode(f"{self.graph}/{graph.value.removeprefix(BASE)}")
        return node(graph)


@contextmanager
def _unpacked(raw: IO[bytes], packing: str, path: Path) -> Iterator[Any]:
    if packing != ".zst":
        yield _PACKINGS[packing](raw)
        return
    try:
        import zstandard
    except ImportError:
        why = "zstd needs a library. Install it with: pip install 'human-rights-cities-kg[zstd]'"
        raise SourceUnavailable(str(path), why) from None
    try:
        yield zstandard.ZstdDecompressor().stream_reader(raw, read_across_frames=True)
    except zstandard.ZstdError as error:
        raise SourceUnavailable(str(path), str(error)) from error


def _renamer(prefix: str, form: ox.RdfFormat) -> Callable[[Any], Any]:
    """Names for blank nodes, the same at every reading: by label, or in Turtle, where some have none, by order."""
    if form in _BY_LABEL:
        return lambda term: (
            ox.BlankNode(f"x{prefix}-{term.value}") if isinstance(term, ox.BlankNode) else term
        )
    met: dict[str, ox.BlankNode] = {}
    number = count()

    def named(term: Any) -> Any:
        if not isinstance(term, ox.BlankNode):
            return term
        if term.value not in met:
            met[term.value] = ox.BlankNode(f"x{prefix}-{next(number)}")
        return met[term.value]

    return named


def _fault(path: Path, error: SyntaxError) -> SyntaxFault:
    return SyntaxFault(str(path), f"this cannot be read: {error.msg}", error.lineno, error.offset)


@dataclass(frozen=True)
class Externals:
    """Dumps to stand beside the curated graph, and the folder of their store."""

    dumps: tuple[Dump, ...]
    cache: Path

    @property
    def key(self) -> str:
        """16 hex digits: equal for equal contents under equal names."""
        said = "\n".join(sorted(dump.key for dump in self.dumps))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def folder(self) -> Path:
        return self.cache / f"external-{self.key}-{ox.__version__}"

    def load(self, progress: Progress) -> int:
        """Load what is not loaded yet. Returns the number of statements read, in this call or an earlier one.

        Raises SyntaxFault, SourceUnavailable. Whenever it ends before its time, it goes on from there the next time.
        """
        if not (self.folder / "loaded.json").is_file():
            work = self.folder.with_name(f"loading-{self.key}-{ox.__version__}")
            with _alone(work):
                _load(self.dumps, work, progress)
                shutil.rmtree(self.folder, ignore_errors=True)
                work.rename(self.folder)
        notes = json.loads((self.folder / "loaded.json").read_text())
        return sum(notes.values())


@contextmanager
def _alone(work: Path) -> Iterator[None]:
    """Hold the folder for this process; the hold ends with the process, however that ends."""
    try:
        work.mkdir(parents=True, exist_ok=True)
        held = (work / "held").open("w")
    except OSError as error:
        raise SourceUnavailable(f"The cache folder {work.parent}", str(error)) from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            why = "another `kg build --with` is loading the same files; wait for it"
            raise SourceUnavailable(str(work), why) from None
        yield


def _load(dumps: Sequence[Dump], work: Path, progress: Progress) -> None:
    if (work / "loaded.json").is_file():
        return
    notes = work / "progress.json"
    done: dict[str, int] = json.loads(notes.read_text()) if notes.is_file() else {}
    engine = ox.Store(str(work / "store"))
    for dump in dumps:
        for statements in _steps(engine, dump, done.get(dump.key, 0), progress):
            done[dump.key] = statements
            _note(notes, done)
    engine.optimize()
    engine.flush()
    del engine
    notes.rename(work / "loaded.json")


def _steps(engine: ox.Store, dump: Dump, done: int, progress: Progress) -> Iterator[int]:
    """Load a dump from its statement number `done` on, yielding the number loaded after each step."""
    size, seen = dump.path.stat().st_size, done

    def tell(read: int) -> None:
        progress(Loaded(dump.path.name, seen, read, size))

    def counted() -> Iterator[ox.Quad]:
        nonlocal seen
        for quad in dump.quads(tell, done):
            seen += 1
            yield quad

    quads = counted()
    while first := next(quads, None):
        engine.bulk_extend(chain([first], islice(quads, STEP - 1)))
        engine.flush()
        yield seen
    yield seen


def _note(file: Path, done: dict[str, int]) -> None:
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(done))
    fresh.replace(file)
