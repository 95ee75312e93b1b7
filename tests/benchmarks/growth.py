"""How each saved question grows with the graph: `python -m tests.benchmarks.growth [1e5 1e6 1e7]`.

Graphs of tests/benchmarks/worlds.py are compiled on disk as `kg build` does it, and each question is asked of each
as the server asks it: in a worker, to the complete answer as JSON. It is asked about the first copy of the invented
world, with the values of tests/queries, and again with every parameter left open. The best of three times counts.
A question's growth is the power of the graph's size that its time follows between two sizes; a time below 20 ms is
taken for 20 ms. It is too steep if it is above 1.15 and above its answer's own by more than 0.15.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.answers import Ceiling, Wanted
from kg.errors import KgError
from kg.house import House, find_house
from kg.queries import ANY, Query, every
from kg.sandbox import Lane, Sandbox
from kg.store import EmbeddedStore
from tests.benchmarks.worlds import compiled

EXPECTED = Path(__file__).parents[1] / "queries"
DEADLINE = 60.0  # seconds for one question, once
GOAL = 2.0  # seconds at a million quads
NOTHING = 0.02  # seconds below which a time says nothing of growth
STEEP, BESIDE = 1.15, 0.15


@dataclass
class Asked:
    """One question with one set of values, and for each size the seconds (infinite: stopped) and rows."""

    query: Query
    given: dict[str, list[str]]
    seconds: list[float] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        said = ",".join(value for values in self.given.values() for value in values)
        return f"{self.query.name} ({said})" if said else self.query.name


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


def ask(sandbox: Sandbox, store: EmbeddedStore, asked: Asked) -> None:
    """Ask three times, or once if that takes long; the best counts."""
    text = asked.query.bind(asked.given, store)
    best, rows = math.inf, 0
    for _ in range(3):
        began = time.perf_counter()
        try:
            answer = sandbox.run(
                "own", "query", text, Wanted("json", "ntriples"), (), (), Ceiling(bytes=1 << 30)
            )
        except KgError as error:
            print(f"    {asked.name}: {error}", flush=True)
            break
        taken = time.perf_counter() - began
        best = min(best, taken)
        rows = len(answer.table()) if answer.kind == "table" else answer.body.count(b"\n")
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


def steep(sizes: Sequence[int], asked: Asked) -> bool:
    grown = power(sizes, asked.seconds, NOTHING)
    return grown > STEEP and grown > power(sizes, asked.rows, 1) + BESIDE


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
        yield f"{asked.name:{wide}}{cells}{grown}{'  TOO STEEP' if steep(sizes, asked) else ''}"


def verdict(sizes: Sequence[int], every: Sequence[Asked]) -> Iterator[str]:
    """Goals, met or missed, by the names of those that miss them."""
    if 1_000_000 in sizes:
        at = sizes.index(1_000_000)
        slow = [asked.name for asked in every if asked.seconds[at] > GOAL]
        yield f"over {GOAL:g} s at 1e6: {', '.join(slow) or 'none'}"
    yield f"steeper than their answers: {', '.join(a.name for a in every if steep(sizes, a)) or 'none'}"


def measured(house: House, size: int, every: Sequence[Asked]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "store"
        began = time.perf_counter()
        quads = compiled(house, size, place)
        print(f"{quads:,} quads compiled in {time.perf_counter() - began:.0f} s", flush=True)
        store = EmbeddedStore(place, str(size))
        sandbox = Sandbox(house.root, place, str(size), {"own": Lane(1, DEADLINE)})
        try:
            for asked in every:
                ask(sandbox, store, asked)
        finally:
            sandbox.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("sizes", nargs="*", type=float, default=[1e5, 1e6])
    options.add_argument("--only", default="", help="ask only questions whose names hold this")
    given = options.parse_args()
    sizes = sorted(int(size) for size in given.sizes)
    house = find_house()
    every = [asked for asked in questions(house) if given.only in asked.name]
    for size in sizes:
        measured(house, size, every)
    print("\n".join((*table(sizes, every), *verdict(sizes, every))))


if __name__ == "__main__":
    main()
