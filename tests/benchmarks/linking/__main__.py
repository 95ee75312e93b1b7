"""How well names are linked: `python -m tests.benchmarks.linking`, from the top of the checkout.

`truth.csv` has names as people write them, with the GeoNames id that each means, or none where nobody can tell or there
is nothing to link. The ids were looked up by the row's meant place in the checked table of populated places, never by
this matcher. Thresholds were learned on its half `learn`; the other half, `test`, is what counts.
"""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.build import build
from kg.house import find_house
from kg.linking.gazetteer import gazetteer
from kg.linking.match import MATCH, Decision, Matcher, Row
from kg.linking.things import places

TRUTH = Path(__file__).with_name("truth.csv")
GOALS = {"precision": 0.98, "recall": 0.95, "recall on spellings": 0.90}


@dataclass(frozen=True)
class Case:
    """One row of the truth, and what the matcher made of it."""

    part: str
    kind: str
    row: Row
    meant: str
    decision: Decision

    @property
    def linked(self) -> str:
        place = self.decision.place
        return place.geonames if self.decision.decision == MATCH and place else ""

    @property
    def right(self) -> bool:
        return self.linked == self.meant


def cases(matcher: Matcher) -> list[Case]:
    with TRUTH.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return [
        Case(one["part"], one["kind"], row, one["geonames"], matcher.decide(row))
        for one in rows
        for row in [Row(one["name"], one["country"], one["state"])]
    ]


def measures(found: Iterable[Case]) -> dict[str, float]:
    """Precision: of the links made, the right ones. Recall: of the links there are to make, those made rightly."""
    found = list(found)
    made = [one for one in found if one.linked]
    there = [one for one in found if one.meant]
    spellings = [one for one in there if one.kind == "spelling"]
    nothing = [one for one in found if not one.meant]
    return {
        "precision": sum(one.right for one in made) / len(made),
        "recall": sum(one.right for one in there) / len(there),
        "recall on spellings": sum(one.right for one in spellings) / len(spellings),
        "links where there is none to make": sum(bool(one.linked) for one in nothing),
        "rows": len(found),
        "rows without a link": len(nothing),
    }


def told_of(one: Case) -> str:
    place = one.decision.place
    came = f"{place.geonames} {place.name}" if place else ""
    asked = ", ".join(filter(None, (one.row.name, one.row.country, one.row.state)))
    return (
        f"{asked}: meant {one.meant or 'none'}, {one.decision.decision} {came} ({one.decision.why})"
    )


def main() -> int:
    matcher = Matcher(gazetteer(), places(build(find_house()).open()))
    began = time.perf_counter()
    found = cases(matcher)
    seconds = time.perf_counter() - began
    missed = False
    for part in ("learn", "test"):
        told = measures(one for one in found if one.part == part)
        print(
            part,
            ", ".join(
                f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}"
                for name, value in told.items()
            ),
        )
        missed |= any(told[name] < goal for name, goal in GOALS.items())
    print(f"{len(found) / seconds:.0f} names a second")
    for one in found:
        if not one.right:
            print(f"  miss ({one.part}, {one.kind}): {told_of(one)}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
