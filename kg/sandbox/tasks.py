"""A question on its way to a worker, and how many may be on theirs."""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import dataclass, field, replace

from kg.sandbox.answering import Question, Reply


def _processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Plan:
    """How many queries run at once, and for how long (seconds).

    `dear` places each for visitors' and for saved questions; `patience` is how long a query may wait for a place. A
    query that is late, because the processors are busy or because it is dear, leaves its quick place to others and
    goes on, up to `late` of them. `processors` is how many can be at work without one waiting for another.
    """

    quick: int = 4
    spare: int = 2
    late: int = 12
    dear: int = 2
    slice: float = 0.1
    patience: float = 5.0
    most: int = 64  # of one client, at once
    waiting: int = 1_000  # of all clients
    processors: int = field(default_factory=_processors)


@dataclass(eq=False)
class Task:
    """A question on its way: whose it is, how long it may take, where it stands."""

    question: Question
    client: str
    seconds: float
    future: asyncio.Future[Reply]
    queued: float
    began: float = 0.0
    dear: bool = False
    late: bool = False  # in its quick place after a moment, and no longer counted against it

    @property
    def kind(self) -> str:
        return "saved" if self.question.ours else "visitors"

    @property
    def mark(self) -> bytes:
        """Tells texts apart, so that one that was dear is known again."""
        return hashlib.blake2b(self.question.text.encode(errors="replace"), digest_size=16).digest()

    def ghost(self) -> Task:
        """What stands for it with a worker that was sent it and is no longer waited for."""
        nobody: asyncio.Future[Reply] = self.future.get_loop().create_future()
        nobody.cancel()
        return replace(self, future=nobody)
