"""How much faster the judge is over a pyoxigraph store than over an rdflib graph, on the published data.

Run by hand: `python tests/benchmarks/judging.py`. Prints the median of each, and their ratios, measured in turn.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pyshacl

from kg.build import build
from kg.house import find_house
from kg.validation import Judge, as_rdflib

ROUNDS = 5


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    house = find_house()
    judge = Judge(house, build(house).open())
    store = judge.company([])
    graph = as_rdflib(store)

    def plain(data: object) -> None:
        pyshacl.validate(
            data, shacl_graph=judge.shapes, advanced=True, inference="none", inplace=True
        )

    ways: dict[str, Callable[[], object]] = {
        "ours": lambda: judge.findings([]),
        "pySHACL over the same store, as it comes": lambda: plain(store),
        "pySHACL over rdflib": lambda: plain(graph),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            taken[name].append(seconds(way))
    ours = statistics.median(taken["ours"])
    print(f"{len(store):,} statements, median of {ROUNDS}")
    for name, times in taken.items():
        median = statistics.median(times)
        print(f"{median:8.2f} s   {median / ours:6.1f} x   {name}")


if __name__ == "__main__":
    main()
