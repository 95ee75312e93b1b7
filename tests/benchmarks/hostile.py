"""Sixty-four clients, sixteen of them hostile: are the others answered, and how soon?

Run by hand: `python -m tests.benchmarks.hostile --seconds 20` (with Oxigraph's own server beside it where it is
installed: `pip install '.[benchmark]'`). Hostile clients ask for what never ends, what swells and what nests too
deep, each from an address of its own, again as soon as they are answered. The goal: every cheap query is answered, and
of a hundred of them ninety-nine sooner than the greater of 1 s and a hundred times the median without any load.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections import Counter
from contextlib import AbstractContextManager
from multiprocessing import get_context
from typing import Any

from kg.build import build
from kg.house import find_house
from tests.attacks import CHEAP, DEAR, DEEP, SWELLING, nested
from tests.benchmarks.load import Loaded, System, load, ours, oxigraph, query

HOSTILE, PEACEFUL = 16, 48
# Seconds after which an attack counts as not answered: one may wait 5 s for a place and then take 10 s, and both are
# counted while the processors are wanted by all the others.
PATIENCE = 40.0
AHEAD = 3.0  # seconds for which the hostile clients are at work before the others come
_ATTACKS = [*DEAR.values(), *SWELLING.values(), *nested(DEEP // 20).values()]


def attack(port: int, path: str, sources: list[str], seconds: float, told: Any) -> None:
    """In a process of its own: one thread for each hostile client."""
    ends: Counter[str] = Counter()

    def one(number: int) -> None:
        until, turn = time.monotonic() + seconds, number
        while time.monotonic() < until:
            # Another name each time, so that no text is known from before.
            text = _ATTACKS[turn % len(_ATTACKS)].replace("?n)", f"?n{number}x{turn})")
            turn += 5
            source = [sources[number % len(sources)]]
            found = load(port, [query(text, path)], 1, 0.0, source, patience=PATIENCE)
            ends.update(str(status) for status in found.statuses)
            ends["no answer" if found.down is None else "no connection"] += found.lost
            if found.down is not None:
                time.sleep(0.2)

    threads = [
        threading.Thread(target=one, args=(number,), daemon=True) for number in range(HOSTILE)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + PATIENCE)
    told.send(dict(ends))


def measure(
    system: System, seconds: float, one_address: bool
) -> tuple[float, Loaded, dict[str, int]]:
    """The unloaded median, what the peaceful clients met, and how the attacks ended."""
    cheap = [query(CHEAP, system.path)]
    system.first_answer(cheap[0])
    load(system.port, cheap, 1, 1.0)
    calm = load(system.port, cheap, 1, 3.0).percentile(0.5)
    here = ["127.0.0.1"]
    hostile = here if one_address else [f"127.0.1.{n + 1}" for n in range(HOSTILE)]
    peaceful = here if one_address else [f"127.0.2.{n + 1}" for n in range(PEACEFUL)]
    context = get_context("spawn")
    mine, theirs = context.Pipe()
    attackers = context.Process(
        target=attack, args=(system.port, system.path, hostile, seconds + AHEAD, theirs)
    )
    attackers.start()
    time.sleep(AHEAD)
    met = load(system.port, cheap, PEACEFUL, seconds, peaceful)
    ends = mine.recv() if mine.poll(60) else {}
    attackers.kill()
    attackers.join()
    return calm, met, ends


def fate(system: System, met: Loaded) -> str:
    """Whether the server is still there, and if not, since when, in seconds since the attack began."""
    if system.ended is None and met.down is None:
        return "it stayed up"
    when = "later" if met.down is None else f"{AHEAD + met.down:.1f} s after the attack began"
    if met.down == 0.0:
        when = f"within the first {AHEAD:g} s of the attack"
    if system.ended is None:
        return f"it took no connections any more, {when}"
    how = f"by signal {-system.ended}" if system.ended < 0 else f"with status {system.ended}"
    return f"it WENT DOWN {when}: its process ended {how}"


def report(system: System, calm: float, met: Loaded, ends: dict[str, int]) -> None:
    limit = max(100 * calm, 1.0)
    refused = sum(count for status, count in met.statuses.items() if status != 200)
    p50, p99, last = (met.percentile(share) for share in (0.5, 0.99, 1.0))
    kept = not refused and not met.lost and p99 <= limit and system.ended is None
    print(f"\n{system.name}: {fate(system, met)}")
    print(f"  cheap queries answered {met.statuses[200]:,}, refused {refused}, lost {met.lost}")
    print(f"  median {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms, longest {last * 1e3:.0f} ms;")
    print(f"  without load the median is {calm * 1e3:.1f} ms, so the limit {limit * 1e3:.0f} ms")
    print(f"  attacks ended: {ends or 'not told'}")
    print(f"  goal: {'met' if kept else 'NOT met'}")


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--seconds", type=float, default=20.0)
    reader.add_argument("--one-address", action="store_true", help="everybody behind one address")
    reader.add_argument("--only-ours", action="store_true")
    options = reader.parse_args()
    house = find_house()
    built = build(house)
    systems: list[AbstractContextManager[System]] = [ours(house)]
    if not options.only_ours:
        systems.append(oxigraph(built))
    for one in systems:
        with one as system:
            found = measure(system, options.seconds, options.one_address)
            memory = system.memory()
            report(system, *found)
            if system.ended is None:
                print(f"  memory of all its processes afterwards: {memory / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
