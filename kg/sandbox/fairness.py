"""Whose turn it is: the client who has used the least lately.

A client that asks for much waits behind all who asked for little, and behind nobody else. What somebody used is
forgotten by half every few seconds, so nobody waits for what was long ago.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

_HALF = 10.0  # seconds after which half of what somebody used is forgotten
_FORGOTTEN = 0.001  # seconds of use that are not worth remembering
_MANY = 10_000  # clients that are remembered before those who used next to nothing are let go

T = TypeVar("T")


class Ledger:
    """How many seconds of work each client has used, fading."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._used: dict[str, tuple[float, float]] = {}

    def charge(self, client: str, seconds: float) -> None:
        self._used[client] = (self.used(client) + seconds, self._clock())
        if len(self._used) > _MANY:
            worth = {one: self._used[one] for one in self._used if self.used(one) > _FORGOTTEN}
            self._used = worth if len(worth) <= _MANY else {}

    def used(self, client: str) -> float:
        if client not in self._used:
            return 0.0
        seconds, when = self._used[client]
        return seconds * math.exp2((when - self._clock()) / _HALF)


class FairQueue(Generic[T]):
    """What waits, one line for each client; who has used least is served first, and each in the order they came."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lines: dict[str, deque[T]] = {}

    def put(self, client: str, what: T, first: bool = False) -> None:
        """Let something wait, behind what its client has waiting or before it."""
        line = self._lines.setdefault(client, deque())
        (line.appendleft if first else line.append)(what)

    def take(self, may: Callable[[str], bool] = lambda client: True) -> T | None:
        """The next of the client, among those who may, who has used least; None when there is none."""
        waiting = [client for client in self._lines if may(client)]
        if not waiting:
            return None
        return self._first_of(min(waiting, key=self._ledger.used))

    def drop(self, unwanted: Callable[[T], bool]) -> list[T]:
        """Take out, and return, what is not wanted any more."""
        dropped = [one for one in self if unwanted(one)]
        for one in dropped:
            for client, line in list(self._lines.items()):
                if one in line:
                    line.remove(one)
                    self._forget_empty(client)
        return dropped

    def __iter__(self) -> Iterator[T]:
        return (one for line in self._lines.values() for one in line)

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def __bool__(self) -> bool:
        return bool(self._lines)

    def _first_of(self, client: str) -> T:
        first = self._lines[client].popleft()
        self._forget_empty(client)
        return first

    def _forget_empty(self, client: str) -> None:
        if not self._lines[client]:
            del self._lines[client]
