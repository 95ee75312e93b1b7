"""What a worker can be asked to do, each on what it opened when it started.

A job takes and returns plain values that a pipe can carry, and raises KgErrors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg import rdf
from kg.answers import Answer, Wanted
from kg.house import House
from kg.store import EmbeddedStore
from kg.validation import Contribution, Finding, Judge


@dataclass
class Bench:
    """What a worker has at hand: the opened store, and a judge made when it is first needed."""

    house: House
    store: EmbeddedStore

    @classmethod
    def set_up(cls, house: str, folder: str, version: str) -> Bench:
        return cls(House(Path(house)), EmbeddedStore(Path(folder), version))

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.house, self.store)


def query(
    bench: Bench,
    text: str,
    wanted: Wanted,
    default_graphs: tuple[str, ...] = (),
    named_graphs: tuple[str, ...] = (),
    ceiling: int = 10_000_000,
) -> Answer:
    """Answer a query, in at most `ceiling` bytes."""
    return bench.store.answer(text, wanted, default_graphs, named_graphs, ceiling)


def validate(
    bench: Bench, text: bytes, what: str, syntax: str, replaces: str | None
) -> list[Finding]:
    """Parse and judge a contribution."""
    statements = tuple(rdf.parse(text, what, syntax))
    return bench.judge.findings([Contribution(what, statements, replaces)])


JOBS: dict[str, Callable[..., Any]] = {"query": query, "validate": validate}
