"""How long it takes to find things and to tell of them: `python -m tests.benchmarks.around [1e4 1e5 1e6]`.

Graphs of tests/benchmarks/worlds.py are compiled on disk and indexed as `kg build` does it. The median of seven times
counts, the first left out; a page is told by a reader that has read nothing yet.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.house import House, find_house
from kg.namespaces import expand
from kg.search import INDEX, Finder, Wish, write_index
from kg.store import EmbeddedStore
from kg.stories import Reader, tell
from tests.benchmarks.worlds import compiled

WISHES = {
    "one word": Wish("harbourton"),
    "two words": Wish("water march"),
    "a phrase": Wish('"clean water"'),
    "a misspelt word": Wish("harborton"),
    "acts on one right": Wish("", {"kind": ["Act"], "right": ["right:womens-rights"]}),
    "everything": Wish(""),
}
THINGS = (
    "city:zz-harbourton",
    "act:zz-harbourton-2014-womens-equality",
    "right:housing",
    "group:women",
)


def measure(house: House, statements: int, folder: Path) -> None:
    """Compile one graph, and print what it takes to index and to ask it."""
    began = time.perf_counter()
    quads = compiled(house, statements, folder / "store")
    loaded = time.perf_counter() - began
    store = EmbeddedStore(folder / "store", "measured")
    began = time.perf_counter()
    write_index(store, folder / INDEX)
    indexed = time.perf_counter() - began
    size = (folder / INDEX).stat().st_size / 1e6
    print(
        f"\n{quads:,} quads: loaded in {loaded:.1f} s, indexed in {indexed:.1f} s ({size:.0f} MB)"
    )
    finder = Finder(folder / INDEX)
    for name, wish in WISHES.items():
        total = finder.find(wish).total
        print(f"  search: {name:20} {total:>9,} found {median(finder.find, wish):9.1f} ms")
    for name in THINGS:
        iri = expand(name) or name
        print(f"  story:  {name:40} {median(lambda one: tell(Reader(store), one), iri):9.1f} ms")


def median(ask: Callable[[Any], object], of: Any, times: int = 7) -> float:
    """The median time of an answer, in milliseconds."""
    ask(of)
    took = []
    for _ in range(times):
        began = time.perf_counter()
        ask(of)
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def main() -> None:
    for asked in sys.argv[1:] or ("1e4", "1e5"):
        with tempfile.TemporaryDirectory() as folder:
            measure(find_house(), int(float(asked)), Path(folder))


if __name__ == "__main__":
    main()
