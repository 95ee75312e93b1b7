"""Requests answered each second, beside Oxigraph's own server and rdflib-endpoint, all in one run over one graph.

Run by hand: `pip install '.[benchmark]'`, then `python -m tests.benchmarks.http` (less than four minutes). Each round
starts each system anew and asks all of them the same; what counts is the median of each round's ratio to
Oxigraph's server, since only ratios within a round mean something on a machine that does other things too. The
processor time that a server's processes use for one request stands beside it, and what Oxigraph's server uses for the
same, and for a point query, in parts of it. Eight connections, one thread of asking: wrk (`apt-get install wrk`), for a
client in Python costs more than a kept answer and would be what is measured; Python asks only where each request is
sent once, or from two addresses, and what is asked takes milliseconds.

Oxigraph's server is asked twice: with a limit on the time of a query, as every server that is open to all needs one
and ours has, and without. With the limit it uses thrice the time for a point query.

`--heavy 10` measures the heavy query alone, in so many turns: all three servers stand and one after the other is asked,
the next turn the other way round; each time in wordings that were not asked before, and in one that was. A turn differs
from the next by 20 %, so what counts is the median of the turns' ratios.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kg.answers import Wanted
from kg.build import Built, build
from kg.house import House, find_house
from tests.benchmarks.load import (
    JSON,
    System,
    get,
    load,
    ours,
    oxigraph,
    query,
    rdflib_endpoint,
    wrk,
)
from tests.server_process import Running, free_port

CLIENTS = 8
TWO = ("127.0.0.1", "127.0.0.2")  # clients, for one has one heavy query at once with us
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
QUESTION = "/queries/practices-at-an-intersection.json"
HEAVY = (
    "SELECT ?type ?p (COUNT(DISTINCT ?o) AS ?n) WHERE { ?s a ?type ; ?p ?o } "
    "GROUP BY ?type ?p ORDER BY DESC(?n) LIMIT 20"
)
_EMPTY = {
    "granian, at once": """
import asyncio, sys
from server import ahead
def at_once(scope, proto, done):
    proto.response_bytes(200, [("content-type", "text/plain")], b"ok")
    done()
    return True
ahead.install(at_once)
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
class App:
    async def __rsgi__(self, scope, proto): ...
server = Server(App(), port=int(sys.argv[1]), interface=Interfaces.RSGI, http=HTTPModes.http1,
    websockets=False, log_enabled=False)
asyncio.run(server.serve())
""",
    "granian, by the loop": """
import asyncio, sys
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
class App:
    async def __rsgi__(self, scope, proto):
        proto.response_bytes(200, [("content-type", "text/plain")], b"ok")
server = Server(App(), port=int(sys.argv[1]), interface=Interfaces.RSGI, http=HTTPModes.http1,
    websockets=False, log_enabled=False)
asyncio.run(server.serve())
""",
    "granian, WSGI": """
import sys
from granian import Granian
from granian.constants import HTTPModes, Interfaces
def app(environ, start):
    start("200 OK", [("content-type", "text/plain"), ("content-length", "2")])
    return [b"ok"]
if __name__ == "__main__":
    Granian("x", port=int(sys.argv[1]), interface=Interfaces.WSGI, http=HTTPModes.http1,
        websockets=False, log_enabled=False, blocking_threads=8).serve(target_loader=lambda *a: app)
""",
    "waitress, WSGI": """
import sys, waitress
def app(environ, start):
    start("200 OK", [("content-type", "text/plain"), ("content-length", "2")])
    return [b"ok"]
waitress.serve(app, port=int(sys.argv[1]), threads=8, _quiet=True)
""",
}


class WentDown(RuntimeError):
    """A server ended while it was measured."""


@dataclass
class Figures:
    """Of each system and each case: the rates of the rounds, and the processor seconds of a request."""

    rate: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    start: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    memory: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def measure(
        self,
        system: System,
        case: str,
        requests: list[bytes],
        seconds: float,
        clients: int = CLIENTS,
        most: int | None = None,
        sources: Sequence[str] = ("127.0.0.1",),
    ) -> None:
        before = system.cpu()
        if most or len(sources) > 1:
            found = load(system.port, requests, clients, seconds, sources, most)
        else:
            found = wrk(system.port, requests, clients, seconds)
        if system.ended is not None:
            raise WentDown(f"{system.name} went down while it was asked this: {case}.")
        used = system.cpu() - before
        if set(found.statuses) - {200, 304} or found.lost:
            print(
                f"  {system.name}, {case}: {dict(found.statuses)}, lost {found.lost}",
                file=sys.stderr,
            )
        if count := found.statuses.total():
            self.rate[system.name, case].append(found.rate)
            self.cpu[system.name, case].append(used / count)


@contextmanager
def empty(name: str, program: str) -> Iterator[System]:
    """A server that says "ok" and does nothing else."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(port)], stderr=subprocess.DEVNULL
    )
    try:
        yield System(name, "/", Running(port, process))
    finally:
        process.terminate()
        try:
            process.wait(3)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def points(built: Built, path: str) -> list[bytes]:
    """One query for each place, so that no two that follow are the same."""
    text = "SELECT ?place { ?place a <https://w3id.org/hrcities/ontology#City> } ORDER BY ?place"
    rows = built.open().answer(text, Wanted()).table().rows
    places = [row["place"].value for row in rows if row["place"]]
    return [
        query(f"SELECT ?label WHERE {{ <{place}> <{LABEL}> ?label }}", path) for place in places
    ]


def saved(built: Built, system: System) -> list[bytes]:
    """A saved question about each place: to us by its name, to others as its text."""
    from kg.queries import find

    text = "SELECT ?place { ?place a <https://w3id.org/hrcities/ontology#City> } ORDER BY ?place"
    rows = built.open().answer(text, Wanted()).table().rows
    places = [row["place"].value for row in rows if row["place"]]
    if system.name == "this server":
        path = "/queries/practices-of-a-place.json"
        return [get(f"{path}?{urlencode({'place': place})}") for place in places]
    question, store = find(find_house(), "practices-of-a-place"), built.open()
    return [query(question.bind({"place": [place]}, store), system.path) for place in places]


def heavy(path: str, mark: str) -> list[bytes]:
    """The heavy query in more wordings than are asked in a turn, so that no answer can have been kept."""
    return [query(HEAVY.replace("?n", f"?{mark}{number}"), path) for number in range(1_000)]


def round_of(system: System, built: Built, figures: Figures, seconds: float) -> None:
    """One system, from its start to its end."""
    began = time.perf_counter()
    point = points(built, system.path)
    system.first_answer(point[0])
    figures.start[system.name].append(time.perf_counter() - began)
    load(system.port, point, CLIENTS, 1.0)
    figures.memory[system.name].append(system.memory())
    asked = saved(built, system)
    figures.measure(system, "saved, new parameters", asked, 60.0, most=len(asked))
    figures.measure(system, "point", point, seconds)
    load(system.port, heavy(system.path, "first"), 2, 0.0, TWO)
    asked = heavy(system.path, "then")
    figures.measure(system, "heavy", asked, seconds, clients=2, sources=TWO)
    if system.name == "this server":
        kept(system, figures, seconds)


def kept(system: System, figures: Figures, seconds: float) -> None:
    """A saved question answered again: as it is, packed as browsers ask for it, and to who has it already."""
    for case, said in (("kept", ""), ("kept, gzip", "Accept-Encoding: gzip\r\n")):
        again = [get(QUESTION, JSON, said)]
        load(system.port, again, 1, 0.0)
        figures.measure(system, case, again, seconds)
    etag = system.running.ask(QUESTION, headers={"Accept": JSON, "Accept-Encoding": "gzip"})[1][
        "etag"
    ]
    known = [get(QUESTION, JSON, f"{said}If-None-Match: {etag}\r\n")]
    figures.measure(system, "kept, 304", known, seconds)


def empties(figures: Figures, seconds: float) -> None:
    for name, program in _EMPTY.items():
        with empty(name, program) as system:
            try:
                system.first_answer(get("/"), 20.0)
            except RuntimeError as error:
                print(f"  {error}", file=sys.stderr)
                continue
            figures.measure(system, "empty", [get("/")], seconds)


def turns(house: House, built: Built, number: int, seconds: float) -> None:
    """The heavy query, asked of one server after the other, several times."""
    figures = Figures()
    with oxigraph(built, 1) as limited, oxigraph(built, None) as free, ours(house) as us:
        standing = [limited, us, free]
        for system in standing:
            system.first_answer(query(HEAVY, system.path))
        for turn in range(number):
            for system in standing if turn % 2 else reversed(standing):
                new, known = heavy(system.path, f"t{turn}x"), [query(HEAVY, system.path)]
                for case, asked in (("heavy, new", new), ("heavy, known", known)):
                    figures.measure(system, case, asked, seconds, clients=2, sources=TWO)
            print(f"turn {turn + 1} of {number}", file=sys.stderr)
    print(f"Medians of {number} turns: answers a second, and processor time for one")
    for (name, case), rates in figures.rate.items():
        used = figures.cpu[name, case]
        told = f"{statistics.median(rates):6.1f} {statistics.median(used) * 1e3:8.1f} ms"
        if name != us.name:
            rate, cpu = figures.rate[us.name, case], figures.cpu[us.name, case]
            told += f"; {us.name} to it {_ratio(rate, rates)} by rate, {_ratio(used, cpu)} by time"
        print(f"{name:20} {case:14} {told}")


def table(figures: Figures) -> None:
    """Each case: median rate, its ratio within the rounds to Oxigraph's point query and same case, and CPU."""
    base = "Oxigraph's server"
    print(
        "\nRatios: the rate beside that of Oxigraph's server for the same, of its point query, of an"
    )
    print(
        "empty answer by WSGI; and by processor time, its time for the same, and for a point query.\n"
    )
    print(
        f"{'system':20} {'case':22} {'per s':>7} {'same':>6} {'point':>6} {'empty':>6}"
        f" {'CPU µs':>8} {'same':>6} {'point':>6}"
    )
    for (name, case), rates in figures.rate.items():
        used = figures.cpu[name, case]
        row = [
            f"{name:20} {case:22} {statistics.median(rates):7.0f}",
            _ratio(rates, figures.rate.get((base, case))),
            _ratio(rates, figures.rate.get((base, "point"))),
            _ratio(rates, figures.rate.get(("granian, WSGI", "empty"))),
            f"{statistics.median(used) * 1e6:8.0f}",
            _ratio(figures.cpu.get((base, case)), used),
            _ratio(figures.cpu.get((base, "point")), used),
        ]
        print(" ".join(f"{one:>6}" for one in row))
    print(f"\n{'system':20} {'start to first answer':>24} {'memory':>10}")
    for name, times in figures.start.items():
        memory = statistics.median(figures.memory[name]) / 1e6
        print(f"{name:20} {statistics.median(times):22.2f} s {memory:7.0f} MB")


def _ratio(ours: list[float] | None, theirs: list[float] | None) -> str:
    if not ours or not theirs:
        return "-"
    return f"{statistics.median(a / b for a, b in zip(ours, theirs, strict=False)):.2f}"


def systems(house: House, built: Built, without: set[str]) -> Iterator[System]:
    for name, one in (
        ("oxigraph", oxigraph(built, 1)),
        ("oxigraph", oxigraph(built, None)),
        ("ours", ours(house)),
        ("rdflib", rdflib_endpoint(built)),
    ):
        if name not in without:
            with one as system:
                yield system


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--seconds", type=float, default=2.0)
    reader.add_argument(
        "--without", nargs="*", default=[], choices=["oxigraph", "ours", "rdflib", "empty"]
    )
    reader.add_argument(
        "--heavy", type=int, metavar="TURNS", help="the heavy query alone, in turns"
    )
    options = reader.parse_args()
    house = find_house()
    built = build(house)
    if options.heavy:
        turns(house, built, options.heavy, options.seconds)
        return
    figures, down = Figures(), set[str]()
    without = set(options.without)
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        if "empty" not in options.without:
            empties(figures, options.seconds)
        for system in systems(house, built, without):
            if system.name in down:  # its rounds would no longer stand beside the others'
                continue
            try:
                round_of(system, built, figures, options.seconds)
            except WentDown as told:
                print(f"  {told} It is not asked again.", file=sys.stderr)
                down.add(system.name)
        without.add("rdflib")  # in the first round only, for it takes long to start
    table(figures)


if __name__ == "__main__":
    main()
