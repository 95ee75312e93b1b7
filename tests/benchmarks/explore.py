"""How long the views of Explore take, first asked: `python -m tests.benchmarks.explore [1e5 1e6]`.

Graphs of tests/benchmarks/worlds.py are compiled on disk. For each size: the seconds to gather the facts, which
`kg build` does, and for each view, in a process of its own, those to read what was kept, to its answer and to the
words of the rows that a page shows. Seconds of CPU: views have one thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from kg.explore import VIEWS, Facts, proofs
from kg.house import House, find_house
from kg.store import EmbeddedStore
from tests.benchmarks.worlds import compiled

GOAL = 2.0  # seconds at a million quads
SHOWN = 50  # rows of a table on a page
ASKED = {
    "intersections": {"with": ["right:housing", "group:women"]},
    "peers": {"city": ["city:zz-harbourton"]},
    "compare": {
        "act": ["act:zz-larkhaven-2012-equality", "act:zz-harbourton-2014-womens-equality"]
    },
    "model": {
        "instrument": ["instrument:cedaw"],
        "group": ["group:women"],
        "follow-up": ["practice-type:budget"],
    },
}


def measured(house: House, size: int) -> Iterator[tuple[str, float]]:
    """What was done, and its seconds; each view in a process in which nothing was asked before."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads = compiled(house, size, folder / "store")
        began = time.process_time()
        Facts.read(EmbeddedStore(folder / "store", "benchmark")).keep(folder)
        yield f"kg build: facts of {quads:,} quads", time.process_time() - began
        with ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn"), max_tasks_per_child=1
        ) as fresh:
            for view in VIEWS:
                yield view.name, fresh.submit(_first, folder, view.name).result()


def _first(folder: Path, name: str) -> float:
    view = next(view for view in VIEWS if view.name == name)
    began = time.process_time()
    store = EmbeddedStore(folder / "store", "benchmark")
    result = view.answer(Facts.read(store), ASKED.get(view.name, {}))
    proofs(
        store, [said for part in result.parts for row in part.rows[:SHOWN] for said in row.basis]
    )
    return time.process_time() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=float, default=[1e5, 1e6])
    for size in parser.parse_args().sizes:
        for name, seconds in measured(find_house(None), int(size)):
            print(
                f"{int(size):>10,}  {name:<32} {seconds:6.2f} s  {'' if seconds <= GOAL else 'too long'}",
                flush=True,
            )


if __name__ == "__main__":
    main()
