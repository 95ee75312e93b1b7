"""How large each kind of page is, and how long its first answer takes: `python -m tests.benchmarks.pages [NAME …]`.

Each page is asked of a server of its own that was just started and has answered nothing yet but that it is well, once
it rests; then again, from another host's name, so that it is made again and not sent as it is kept. Times in ms of
all processes of the server together; on the wall too, which other programs disturb. Sizes in kB without pictures
(SVG). Names leave all other pages out; `--endpoint URL` asks over another server, whose time is not counted.
"""

from __future__ import annotations

import argparse
import re
import time

from kg.house import find_house
from tests.benchmarks.load import System, ours
from tests.browser.test_craft import PAGES
from tests.conftest import HTML

EXPLORE = {
    f"explore {name}": f"/explore/{name}"
    for name in ("intersections", "silos", "peers", "compare", "model", "gaps", "reviews", "atlas")
}
# One of each kind of thing, and what else there is.
MORE = {
    "act": "/act/us-pittsburgh-2016-cedaw.html",
    "actor": "/actor/afsc.html",
    "instrument": "/instrument/cedaw.html",
    "group": "/group/women.html",
    "position": "/group/black-women.html",
    "state": "/state/us.html",
    "practice": "/practice/us-washington-cedaw-city-effort.html",
    "event": "/event/us-washington-2018-workshop.html",
    "claim": "/claim/at-graz-eccar-2005.html",
    "source": "/source/natural-earth-populated-places.html",
    "membership": "/membership/hrcn-ecf.html",
    "recommendation": "/recommendation/ar-rapporteur-2011-64-allocation.html",
    "vision": "/vision/new-social-contract.html",
    "file": "/data/cities/us-pittsburgh.html",
    "property": "/ontology/core.html",
    "shape": "/shape/Act.html",
    "search": "/search?q=migrant+women",
    "explore": "/explore",
    "api": "/api",
    "data": "/about/data",
    "datasheet": "/about/datasheet",
    "personal data": "/about/personal-data",
    "void": "/void.ttl",
    "catalog": "/catalog.ttl",
    "openapi": "/openapi.json",
    "words": "/sparql/words.json",
    "suggest": "/reconcile/suggest/entity?prefix=gra",
}
_RESTS = 0.4  # seconds without work after which a server rests
_GOAL = 1.0  # seconds of the first answer


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("names", nargs="*")
    reader.add_argument("--endpoint")
    options = reader.parse_args()
    pages = {
        name: path
        for name, path in (PAGES | MORE | EXPLORE).items()
        if not options.names or name in options.names
    }
    print(f"{'page':22} {'kB':>7} {'first, ms':>10} {'again, ms':>10} {'first, wall':>12}")
    slow = []
    for name, path in pages.items():
        with ours(find_house(), ENDPOINT=options.endpoint) as system:
            system.running.await_answer()
            _rest(system)
            first, wall, size = _asked(system, path, "127.0.0.1")
            again, _, _ = _asked(system, path, "localhost")
        print(
            f"{name:22} {size:7.1f} {1000 * first:10.0f} {1000 * again:10.0f} {1000 * wall:12.0f}"
        )
        if first > _GOAL:
            slow.append(name)
    print(f"Over {_GOAL:g} s of processor time: {', '.join(slow) or 'none'}")


def _asked(system: System, path: str, host: str) -> tuple[float, float, float]:
    """Seconds of processor time and on the wall that a page takes, and its kB without pictures."""
    spent, began = system.cpu(), time.perf_counter()
    status, _, body = system.running.ask(path, headers=HTML | {"Host": host})
    wall = time.perf_counter() - began
    _rest(system)
    assert status == 200, f"{path}: {status}"
    size = len(re.sub(rb"<svg.*?</svg>", b"", body, flags=re.S)) / 1000
    return system.cpu() - spent, wall, size


def _rest(system: System) -> None:
    """Wait until a server does nothing."""
    used = -1.0
    while (now := system.cpu()) != used:
        used = now
        time.sleep(_RESTS)


if __name__ == "__main__":
    main()
