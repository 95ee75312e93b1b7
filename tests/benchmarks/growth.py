"""How each saved question grows with the graph: `python -m tests.benchmarks.growth [1e5 1e6 1e7]`.

Graphs of tests/benchmarks/worlds.py are compiled on disk as `kg build` does it, and each question is asked of each, to
the complete answer as JSON: about the first copy of the invented world, with the values of tests/queries, and again
with every parameter left open. Times are CPU time, all of it spent in one thread, so they are the wall times of a
machine that has nothing else to do; the best of three counts. A question's growth is the power of the graph's size that
its time follows between two sizes, a time below 20 ms being taken for 20 ms. It is too steep if it is above 1.15, above
its answer's own by more than 0.15, and above that of the yardstick: the plainest join that there is, each act with
its place, which shows what the store itself takes for looking things up in a larger index.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from kg.answers import Wanted
from kg.house import House, find_house
from kg.namespaces import TERMS
from kg.queries import ANY, Query, every
from kg.store import EmbeddedStore
from tests.benchmarks.worlds import compiled

EXPECTED = Path(__file__).parents[1] / "queries"
DEADLINE = 30.0  # seconds of CPU for one question, once, unless --deadline says otherwise
GOAL = 2.0  # seconds at a million quads
NOTHING = 0.02  # seconds below which a time says nothing of growth
STEEP, BESIDE = 1.15, 0.15
YARDSTICK = f"""SELECT ?act ?place WHERE {{
  ?act a <{TERMS}Act> ; <{TERMS}actOf> ?place .
}}"""


@dataclass
class Asked:
    """One question with one set of values, and for each size the seconds (infinite: stopped) and rows."""

    query: Query
    given: dict[str, list[str]]
    seconds: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        values = [value for values in self.given.values() for value in values]
        said = "" if not values else " (open)" if set(values) == {ANY} else " (asked)"
        return self.query.name + said


def questions(house: House) -> Iterator[Asked]:
    """Each question about the first copy of the world, and with its parameters left open where that differs."""
    for query in every(house):
        given = told(query.name)
        yield Asked(query, given)
        left = {p.name: [ANY] for p in query.parameters if not p.required and not p.datatype}
        standing = query.bind(given, _Nowhere()) if not given else ""
        if left and query.bind(left, _Nowhere()) != standing:
            yield Asked(query, left)


class _Nowhere:
    """A store for values that need no look-up."""

    version = ""


def told(name: str) -> dict[str, list[str]]:
    """What the worked-out answer of tests/queries was asked about."""
    lines = next(EXPECTED.glob(f"{name}.*")).read_text(encoding="utf-8").splitlines()
    given: dict[str, list[str]] = {}
    for line in lines:
        if not line.startswith("# "):
            break
        parameter, _, value = line[2:].partition("=")
        given.setdefault(parameter, []).append(value)
    return given


class Worker:
    """A process with a store open, that ends when a question takes too much of its time."""

    def __init__(self, folder: Path, deadline: float) -> None:
        self._folder = folder
        self.deadline = deadline
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_work, args=(theirs, self._folder, self.deadline), daemon=True
        )
        self._process.start()
        theirs.close()

    def ask(self, text: str) -> tuple[float, int]:
        """The CPU seconds that an answer took, and its rows. Raises EOFError when it was stopped."""
        self._pipe.send(text)
        try:
            taken: tuple[float, int] = self._pipe.recv()
        except (EOFError, ConnectionError):
            self._process.join()
            self._start()
            raise EOFError from None
        return taken

    def close(self) -> None:
        self._process.kill()
        self._process.join()


def _work(pipe: Connection, folder: Path, deadline: float) -> None:
    store = EmbeddedStore(folder, "growing")
    while True:
        text = pipe.recv()
        began = time.process_time()
        limit = int(began + deadline + 1)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        answer = store.answer(text, Wanted("json", "ntriples"))
        taken = time.process_time() - began
        rows = len(answer.table()) if answer.kind == "table" else answer.body.count(b"\n")
        pipe.send((taken, rows))


def ask(worker: Worker, store: EmbeddedStore, asked: Asked) -> None:
    """Ask three times, or once if that takes long; the best counts."""
    text = asked.query.bind(asked.given, store)
    best, rows = math.inf, 0
    for _ in range(3):
        try:
            taken, rows = worker.ask(text)
        except EOFError:
            print(f"    {asked.name}: stopped after {worker.deadline:g} s", flush=True)
            break
        best = min(best, taken)
        if taken > 2 * GOAL:
            break
    asked.seconds.append(best)
    asked.rows.append(rows)


def power(sizes: Sequence[int], values: Sequence[float], floor: float) -> float:
    """The power of the size that the last two values follow."""
    if len(values) < 2:
        return 0.0
    before, after = (max(value, floor) for value in values[-2:])
    return math.log(after / before) / math.log(sizes[-1] / sizes[-2])


def steep(sizes: Sequence[int], asked: Asked, yardstick: Asked) -> bool:
    grown = power(sizes, asked.seconds, NOTHING)
    plainest = power(sizes, yardstick.seconds, NOTHING)
    return grown > max(STEEP, plainest, power(sizes, asked.rows, 1) + BESIDE)


def table(sizes: Sequence[int], every: Sequence[Asked]) -> Iterator[str]:
    wide = max(len(asked.name) for asked in every)
    head = "".join(f"{f'rows {size:.0e}':>14}{f'ms {size:.0e}':>12}" for size in sizes)
    yield f"{'':{wide}}{head}  rows^  time^"
    for asked in sorted(every, key=lambda one: -one.seconds[-1]):
        cells = "".join(
            f"{rows:>14,}{seconds * 1000:>12,.0f}"
            for rows, seconds in zip(asked.rows, asked.seconds, strict=True)
        )
        grown = f"{power(sizes, asked.rows, 1):7.2f}{power(sizes, asked.seconds, NOTHING):7.2f}"
        said = "  TOO STEEP" if steep(sizes, asked, every[0]) else ""
        yield f"{asked.name:{wide}}{cells}{grown}{said}"


def verdict(sizes: Sequence[int], every: Sequence[Asked]) -> Iterator[str]:
    """Goals, met or missed, by the names of those that miss them."""
    if 1_000_000 in sizes:
        at = sizes.index(1_000_000)
        slow = [asked.name for asked in every if asked.seconds[at] > GOAL]
        yield f"over {GOAL:g} s at 1e6: {', '.join(slow) or 'none'}"
    steeper = [asked.name for asked in every if steep(sizes, asked, every[0])]
    yield f"steeper than their answers: {', '.join(steeper) or 'none'}"


@contextmanager
def store_of(house: House, size: int, kept: Path | None) -> Iterator[Path]:
    """The folder of a compiled graph: one that was kept, or a new one."""
    with tempfile.TemporaryDirectory(dir=kept) as folder:
        place = kept / f"{size:.0e}" if kept else Path(folder) / "store"
        if not place.exists():
            began = time.process_time()
            quads = compiled(house, size, Path(folder) / "store")
            taken = time.process_time() - began
            print(f"{quads:,} quads compiled in {taken:.0f} s of CPU", flush=True)
            (Path(folder) / "store").rename(place)
        yield place


def measured(
    house: House, size: int, every: Sequence[Asked], deadline: float, kept: Path | None
) -> None:
    with store_of(house, size, kept) as place:
        store = EmbeddedStore(place, str(size))
        worker = Worker(place, deadline)
        try:
            for asked in every:
                ask(worker, store, asked)
        finally:
            worker.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("sizes", nargs="*", type=float, default=[1e5, 1e6])
    options.add_argument("--only", default="", help="ask only questions whose names hold this")
    options.add_argument("--deadline", type=float, default=DEADLINE, help="seconds for a question")
    options.add_argument("--kept", type=Path, help="a folder to keep the compiled graphs in")
    given = options.parse_args()
    sizes = sorted(int(size) for size in given.sizes)
    house = find_house()
    yardstick = Asked(Query("YARDSTICK", "", YARDSTICK), {})
    every = [yardstick, *(asked for asked in questions(house) if given.only in asked.name)]
    for number, size in enumerate(sizes, 1):
        measured(house, size, every, given.deadline, given.kept)
        told = sizes[:number]  # after each, for a large one may be stopped
        print("\n".join((*table(told, every), *verdict(told, every))), flush=True)


if __name__ == "__main__":
    main()
