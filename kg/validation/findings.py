"""One thing to mend, as it is found: what, where in the contributor's own file, and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.positions.spot import Spot

VIOLATION, WARNING, INFO = "violation", "warning", "info"
_ORDER = {VIOLATION: 0, WARNING: 1, INFO: 2}


@dataclass(frozen=True)
class Fix:
    """What to write instead. `text` takes the place of what stands at `spot`; None where it is a sentence only."""

    sentence: str
    text: str | None = None
    spot: Spot | None = None


@dataclass(frozen=True, order=True)
class Finding:
    """One thing to mend. IRIs are whole; `path` and `value` may be empty.

    `path` is an IRI, `^iri` for an inverse, `a|b` for alternatives. `written` is the value as N-Triples, so that
    "2018" and "2018"^^xsd:gYear differ. The fields below `label` say where it was met and how to mend it; two
    findings that differ in nothing else are one.
    """

    severity: str
    thing: str
    path: str
    value: str
    shape: str
    message: str
    written: str = ""
    label: str = field(default="", compare=False)
    file: str = field(default="", compare=False)
    spot: Spot | None = field(default=None, compare=False)
    fix: Fix | None = field(default=None, compare=False)

    @property
    def blocks(self) -> bool:
        return self.severity == VIOLATION


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """What blocks first; then by thing and property, each finding once."""
    return sorted(set(findings), key=lambda one: (_ORDER.get(one.severity, 3), one))


def by_place(findings: Iterable[Finding]) -> list[Finding]:
    """What blocks first; then as the contributor reads the file, from its first line to its last."""

    def place(one: Finding) -> tuple[int, str, tuple[int, int]]:
        spot = (one.spot.line, one.spot.column) if one.spot else (1 << 30, 0)
        return _ORDER.get(one.severity, 3), one.file, spot

    return sorted(worst_first(findings), key=place)
