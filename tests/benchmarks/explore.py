"""How long the pages of Explore take: `python -m tests.benchmarks.explore [1e5 1e6]`.

Graphs of tests/benchmarks/worlds.py are compiled on disk (`--store FOLDER`: one that was compiled before). For each:
the seconds to gather the facts, which `kg build` does; then for each page, in a process of its own in which nothing was
asked before, the seconds to the answer with the words of the rows that are shown, to the whole page (HTML), and to the
same page once more. Last, how long the page is, and whether what stands before the application keeps it, so that the
second who asks waits for nothing. Then the same of each view's data (CSV of its first table, JSON of all) and of its
document, where it has one. `--only WORD`: those whose address has it. Seconds of CPU: views have one thread.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from kg.build import Built
from kg.explore import VIEWS, Facts, proofs
from kg.house import House, find_house
from kg.store import EmbeddedStore
from server import create_app
from server.desk import Desk
from server.explore.page import SHOWN
from server.gateway import Response
from server.kept import Shelf
from server.versions import Versions
from tests.benchmarks.worlds import compiled

GOAL = 2.0  # seconds at a million quads
PAGES = (
    "intersections",
    "intersections?with=right:housing&with=group:women",
    "intersections?table=triples",
    "intersections?with=group:women&count=place&table=triples",
    "silos",
    "silos?at=2012&ties=member",
    "peers?city=city:zz-harbourton",
    "compare",
    "compare?act=act:zz-larkhaven-2012-equality&act=act:zz-harbourton-2014-womens-equality",
    "model",
    "model?instrument=instrument:cedaw&group=group:women&follow-up=practice-type:budget",
    "gaps",
    "gaps?part=ranks",
    "reviews",
    "reviews?part=subject",
    "atlas",
)
DATA = (
    *(f"{view.name}.{suffix}" for view in VIEWS for suffix in ("csv", "json", *view.documents)),
    "silos.csv?part=ties",
    "reviews.csv?part=subject",
    "model.docx?instrument=instrument:cedaw&group=group:women&follow-up=practice-type:budget",
)


@dataclass(frozen=True)
class Measured:
    """Seconds to the answer (None for data), to the page or the data, and to the same once more; its size in kB, and
    whether it is kept whole."""

    answer: float | None
    page: float
    again: float
    size: float
    kept: bool


def measured(folder: Path, only: str = "") -> Iterator[tuple[str, Measured]]:
    """Each page and each view's data, asked for in a process in which nothing was asked before."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, max_tasks_per_child=1) as fresh:
        for path in (path for path in (*PAGES, *DATA) if only in path):
            answered = None if path in DATA else fresh.submit(_answered, folder, path).result()
            yield path, Measured(answered, *fresh.submit(_paged, folder, path).result())


def _answered(folder: Path, path: str) -> float:
    name, _, asked = path.partition("?")
    view = next(view for view in VIEWS if view.name == name)
    given = {key: values for key, values in parse_qs(asked).items() if key != "part"}
    began = time.process_time()
    store = EmbeddedStore(folder / "store", "benchmark")
    result = view.answer(Facts.read(store), given)
    proofs(store, [it for part in result.parts for row in part.rows[:SHOWN] for it in row.basis])
    return time.process_time() - began


def _paged(folder: Path, path: str) -> tuple[float, float, float, bool]:
    app = create_app()
    app.extensions["desk"].close()
    built = Built(folder, "benchmark", 0, 0, False, files="benchmark")
    desk = app.extensions["desk"] = Desk.from_config(app.config, built)
    app.extensions["versions"] = Versions(app.config, desk)
    client, times = app.test_client(), []
    for _ in range(2):
        began = time.process_time()
        page = client.get(f"/explore/{path}", headers={"Accept": "text/html, */*;q=0.1"})
        times.append(time.process_time() - began)
        assert page.status_code == 200, page.text
    shelf = Shelf()
    headers = [(name.lower(), value) for name, value in page.headers]
    shelf.put((path,), Response(200, headers, page.data))
    desk.close()
    return times[0], times[1], len(page.data) / 1000, bool(len(shelf))


def _prepared(house: House, size: int, folder: Path, store: Path | None) -> None:
    """A store and its facts in a folder; says how long the facts took."""
    if store is None:
        quads = f"{compiled(house, size, folder / 'store'):,}"
    else:
        (folder / "store").symlink_to(store.resolve())
        quads = str(store)
    began = time.process_time()
    Facts.read(EmbeddedStore(folder / "store", "benchmark")).keep(folder)
    print(f"kg build: facts of {quads} quads: {time.process_time() - began:.2f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=float, default=[1e5, 1e6])
    parser.add_argument("--store", type=Path, help="a compiled store, instead of sizes")
    parser.add_argument("--only", default="", help="a word of the addresses that are asked for")
    given = parser.parse_args()
    print(f"{'page':88} {'answer':>7} {'page':>7} {'again':>7} {'kB':>7}  kept")
    for size in [0] if given.store else given.sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            _prepared(find_house(None), int(size), folder, given.store)
            for path, one in measured(folder, given.only):
                late = "" if max(one.answer or 0, one.page) <= GOAL else "too long"
                answer = "" if one.answer is None else f"{one.answer:.2f}"
                times = f"{answer:>7} {one.page:7.2f} {one.again:7.2f}"
                kept = "yes" if one.kept else "no"
                print(f"{path:88} {times} {one.size:7.0f}  {kept:4} {late}", flush=True)


if __name__ == "__main__":
    main()
