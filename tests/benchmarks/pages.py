"""How large each kind of page is, and how long it takes: `python -m tests.benchmarks.pages`.

Sizes in kB without pictures (SVG). Times in ms of this process and its workers together, for the first and the second
who asks; on the wall too, which other programs disturb.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from server import create_app
from tests.browser.test_craft import PAGES
from tests.conftest import HTML

_TICKS = os.sysconf("SC_CLK_TCK")
EXPLORE = {
    f"explore {name}": f"/explore/{name}"
    for name in ("intersections", "silos", "peers", "compare", "model", "gaps", "reviews", "atlas")
}


def main() -> None:
    app = create_app()
    try:
        client = app.test_client()
        print(f"{'page':22} {'kB':>7} {'first, ms':>10} {'second, ms':>11} {'first, wall':>12}")
        for name, path in (PAGES | EXPLORE).items():
            times = []
            for _ in range(2):
                spent, began = _spent(), time.perf_counter()
                answer = client.get(path, headers=HTML)
                times.append((1000 * (_spent() - spent), 1000 * (time.perf_counter() - began)))
            assert answer.status_code == 200, path
            size = len(re.sub(r"<svg.*?</svg>", "", answer.text, flags=re.S).encode()) / 1000
            first, second = times
            print(f"{name:22} {size:7.1f} {first[0]:10.0f} {second[0]:11.0f} {first[1]:12.0f}")
    finally:
        app.extensions["desk"].close()


def _spent() -> float:
    """Seconds of processor time of this process and of all that it started and that still run."""
    children = {os.getpid()}
    total = 0.0
    stats = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        stats[int(file.parent.name)] = (int(fields[1]), sum(map(int, fields[11:13])) / _TICKS)
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in stats.items() if parent in children} - children
        children |= more
        grown = bool(more)
    for pid in children:
        total += stats.get(pid, (0, 0.0))[1]
    return total


if __name__ == "__main__":
    main()
