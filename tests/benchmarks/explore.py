"""How long the views of Explore take, first asked: `python -m tests.benchmarks.explore [1e5 1e6]`.

Graphs of tests/benchmarks/worlds.py are compiled on disk. For each size: the seconds to read the facts, which happens
once for a version of the graph, and for each view those to its answer and to the words of the rows that a page shows.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from kg.explore import VIEWS, Facts, View, proofs
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


def measured(house: House, size: int) -> list[tuple[str, float]]:
    """What was done, and its seconds; the views in a process in which nothing was asked before but by them."""
    with tempfile.TemporaryDirectory() as folder:
        quads = compiled(house, size, Path(folder) / "store")
        store = EmbeddedStore(Path(folder) / "store", "benchmark")
        began = time.perf_counter()
        facts = Facts.read(store)
        found = [(f"facts of {quads:,} quads", time.perf_counter() - began)]
        return found + [(view.name, _first(store, facts, view)) for view in VIEWS]


def _first(store: EmbeddedStore, facts: Facts, view: View) -> float:
    began = time.perf_counter()
    result = view.answer(facts, ASKED.get(view.name, {}))
    proofs(
        store, [said for part in result.parts for row in part.rows[:SHOWN] for said in row.basis]
    )
    return time.perf_counter() - began


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
