"""How long a contributor waits for findings, by each engine, beside graphs of 10^5 and 10^6 statements.

Run by hand: `python -m tests.benchmarks.validation` (some ten minutes, most of them for pySHACL over everything;
`--sizes 1e4 --skip-naive` for a look). Each round judges another contribution of about 250 statements with eleven
planted faults, four of which break published things, over a store on disk that is open; the best of three times
counts for each, and the median of those. Goals are held to CPU time: all of it is spent in one thread, so it is the
wall time of a machine that has nothing else to do. The wall time as it was stands beside it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl

from kg.house import House, find_house
from kg.rdf import parse_file
from kg.store import EmbeddedStore
from kg.validation import Company, Contribution, Finding, Judge, Verdict
from kg.validation.engines import PySHACL, PyShifty, read_report
from kg.validation.terms import as_rdflib
from tests.benchmarks.faults import KINDS, Planted, contribution
from tests.benchmarks.generate import Page, pages

ROUNDS = 7


@dataclass(frozen=True)
class Taken:
    """Seconds, and what came of them."""

    wall: float
    cpu: float
    result: Any


def timed(work: Callable[[], Any]) -> Taken:
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return Taken(time.perf_counter() - wall, time.process_time() - cpu, result)


def judged(judge: Judge, of: Base, plans: list[Planted]) -> list[Taken]:
    """Each contribution judged three times; the best time of each."""
    return [
        min((timed(partial(_verdict, judge, of, plan)) for _ in range(3)), key=lambda one: one.cpu)
        for plan in plans
    ]


def _verdict(judge: Judge, of: Base, planted: Planted) -> Verdict:
    return judge.verdict(company(of, planted))


def middle(taken: list[Taken]) -> Taken:
    return sorted(taken, key=lambda one: one.cpu)[len(taken) // 2]


@dataclass(frozen=True)
class Base:
    """A published graph of invented places beside the real ontology."""

    store: EmbeddedStore
    statements: int
    places: int


def base(house: House, statements: int, folder: Path) -> Base:
    """Compiled as `kg build` does it: each statement in its named graph and in the default graph."""
    engine = ox.Store(str(folder))
    made = list(pages(statements))
    engine.bulk_extend(_ontology(house))
    engine.bulk_extend(_twice(made))
    engine.optimize()
    engine.flush()
    del engine
    places = sum(page.name.startswith("cities/") for page in made)
    written = sum(len(page.statements) for page in made)
    return Base(EmbeddedStore(folder, "invented"), written, places)


def _ontology(house: House) -> Iterator[ox.Quad]:
    for file in house.files("ontology"):
        graph = ox.NamedNode(house.graph_name(file) or "")
        for quad in parse_file(file):
            yield quad
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)


def _twice(made: list[Page]) -> Iterator[ox.Quad]:
    for page in made:
        for quad in ox.parse("".join(page.lines()).encode(), format=ox.RdfFormat.N_QUADS):
            yield quad
            yield ox.Quad(*quad.triple)


def company(of: Base, planted: Planted) -> Company:
    quads = tuple(ox.parse(planted.lines.encode(), format=ox.RdfFormat.N_TRIPLES))
    return Company(of.store, [Contribution("planted", quads)])


def told(findings: list[Finding]) -> set[tuple[str, str, str, str]]:
    return {(one.thing, one.path, one.shape, one.written) for one in findings}


def goal(what: str, reached: bool, figure: str) -> None:
    print(f"  {'met   ' if reached else 'MISSED'}  {what}: {figure}")


def row(what: str, taken: Taken) -> float:
    """A line of the table. Returns the seconds that goals are held to."""
    print(f"  {taken.cpu * 1000:10,.0f} ms CPU  {taken.wall * 1000:10,.0f} ms  {what}")
    return taken.cpu


def near(judges: dict[str, Judge], of: Base) -> dict[str, float]:
    """Complete findings by the neighbourhood, with each engine; all faults found, and by both alike."""
    seconds = {}
    plans = [contribution(len(KINDS), of.places, seed) for seed in range(ROUNDS)]
    sound = [contribution(0, of.places, seed) for seed in range(ROUNDS)]
    found: dict[str, list[set[tuple[str, str, str, str]]]] = {}
    for name, judge in judges.items():
        taken = judged(judge, of, plans)
        for plan, one in zip(plans, taken, strict=True):
            assert {(f.shape, f.thing) for f in one.result.findings} >= plan.expected
        usual = middle(taken)
        said = f"{len(usual.result.findings)} findings by {name}"
        seconds[name] = row(f"{said}, looking at {usual.result.looked_at:,} statements", usual)
        found[name] = [told(one.result.findings) for one in taken]
        taken = judged(judge, of, sound)
        assert not any(one.result.findings for one in taken)
        row(f"nothing found in a sound contribution, by {name}", middle(taken))
    goal("both engines say the same", found["pyshacl"] == found["pyshifty"], f"{ROUNDS} rounds")
    return seconds


def whole(judges: dict[str, Judge], of: Base, skip_naive: bool) -> float:
    """Everything judged: by pyshifty bare, by us, and by pySHACL as it comes. Returns the last one's seconds."""
    planted = contribution(len(KINDS), of.places)
    fast, beside = judges["pyshifty"], company(of, planted)
    data = [quad.triple for quad in beside.whole(beside.after)]
    print(f"The whole of {len(data):,} statements:")
    text = ox.serialize(data, format=ox.RdfFormat.N_TRIPLES)
    engine = PyShifty(fast.book)
    engine.findings([])
    bare = timed(lambda: engine._whole.validate_w3c(data=text, graph_mode="data", run_infer=False))
    row("pyshifty, bare, from N-Triples in memory", bare)
    ours = timed(lambda: engine.findings(data))
    row("pyshifty, from statements to findings", ours)
    goal("at most 1.5 x the fastest", ours.cpu <= 1.5 * bare.cpu, f"{ours.cpu / bare.cpu:.2f} x")
    verdict = judges["pyshacl"].verdict(beside)
    same = told(verdict.findings) == told(ours.result)
    goal("the neighbourhood's findings are the whole's", same, f"{len(verdict.findings)} findings")
    slow = timed(lambda: PySHACL(fast.book).findings(data))
    row("pySHACL over pyoxigraph, as we use it", slow)
    goal(
        "it finds the same", told(slow.result) == told(ours.result), f"{len(slow.result)} findings"
    )
    if skip_naive:
        return 0.0
    graph, book = as_rdflib(data), fast.book
    naive = timed(
        lambda: pyshacl.validate(graph, shacl_graph=book.graph, advanced=True, inference="none")[1]
    )
    row("pySHACL as it comes, over rdflib", naive)
    same = told(read_report(naive.result, book)) == told(ours.result)
    goal("it finds the same", same, f"{len(ours.result)} findings")
    return naive.cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="1e5,1e6", help="statements, as in 1e5,1e6")
    parser.add_argument("--skip-naive", action="store_true", help="without pySHACL over rdflib")
    asked = parser.parse_args()
    sizes = [int(float(size)) for size in asked.sizes.split(",")]
    house, naive = find_house(), 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="kg-benchmark-") as folder:
            built = timed(partial(base, house, size, Path(folder) / "store"))
            of: Base = built.result
            print(f"\nBeside {of.statements:,} statements about {of.places:,} places:")
            row("generating and loading them", built)
            judges = {}
            for name in ("pyshacl", "pyshifty"):
                made = timed(partial(_ready, house, of.store, name))
                judges[name] = made.result
                row(f"a judge by {name} made ready, once for a process", made)
            seconds = near(judges, of)
            goal("pySHACL under 0.6 s", seconds["pyshacl"] < 0.6, f"{seconds['pyshacl']:.3f} s")
            goal(
                "pyshifty under 60 ms",
                seconds["pyshifty"] < 0.06,
                f"{seconds['pyshifty'] * 1000:.0f} ms",
            )
            if size == min(sizes):
                naive = whole(judges, of, asked.skip_naive)
                for name in judges if naive else ():
                    ratio = naive / seconds[name]
                    goal(f"200 x faster than it with {name}", ratio >= 200, f"{ratio:,.0f} x")


def _ready(house: House, store: EmbeddedStore, by: str) -> Judge:
    judge = Judge(house, store, by)
    judge.verdict(Company(store, []))
    return judge


if __name__ == "__main__":
    main()
