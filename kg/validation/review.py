"""What comes to be checked, and what is said about it: loaded in a moment, as the checker is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.validation.findings import Finding

if TYPE_CHECKING:
    from kg.validation.effects import Effect
    from kg.validation.summary import Summary


@dataclass(frozen=True)
class Brought:
    """One text as it came: what to call it, its bytes, its syntax, and the named graph it takes the place of."""

    what: str
    content: bytes
    syntax: str
    replaces: str | None = None


@dataclass(frozen=True)
class Review:
    """What was found about a contribution, and what it would do. `findings` as the contributor reads the files."""

    what: str
    findings: tuple[Finding, ...]
    summary: Summary
    effects: tuple[Effect, ...]
    engine: str
    scope: str
    looked_at: int  # statements that were judged
    seconds: float
    statements: int
    weighed: bool = True  # whether the effects on saved answers were looked for
    unasked: tuple[str, ...] = ()  # saved questions for which there was no time

    @property
    def conforms(self) -> bool:
        return not any(finding.blocks for finding in self.findings)

    @property
    def blocking(self) -> int:
        return sum(finding.blocks for finding in self.findings)
