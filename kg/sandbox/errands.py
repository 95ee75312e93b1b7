"""Questions that a worker has asked for it: it has no network, so its parent asks the server where the graph lies.

The worker's own code writes the question. The parent looks at it as at a visitor's, asks the one server that it was
started with, and hands the answer back unread. So a worker that somebody took over could ask no more than anybody may
ask at /sparql, and could ask nobody else.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from kg.endpoint import MOST, Door
from kg.errors import KgError, Refused, TooLarge
from kg.screening import screen

_MOST_ERRANDS = 2_000  # of one job
_MOST_BYTES = 400_000_000  # of all answers to one job
_SPARE = 0.5  # seconds that are left to the worker to tell what became of its errand


class Errands:
    """The worker's way to the other server: through the pipe to its parent."""

    def __init__(self, pipe: Connection, url: str) -> None:
        self._pipe, self.url = pipe, url

    def ask(
        self,
        query: str,
        kind: str,
        seconds: float | None = None,
        graphs: tuple[Sequence[str], Sequence[str]] = ((), ()),
        most: int = MOST,
    ) -> bytes:
        """As `Endpoint.ask`; how long it may take is for the parent to say."""
        self._pipe.send((None, (query, kind, graphs, most)))
        done, result = self._pipe.recv()
        if not done:
            raise result
        answer: bytes = result
        return answer


class Runner:
    """The parent's side, for one job, until a point of the monotonic clock."""

    def __init__(self, door: Door | None, ends: float) -> None:
        self._door, self._ends = door, ends
        self._count = self._bytes = 0

    def run(self, asked: Any) -> tuple[bool, Any]:
        """Whether the answer was had, and it or the error that says why not."""
        query, kind, graphs, most = asked
        try:
            self._admit(query)
            assert self._door is not None
            left = max(self._ends - time.monotonic() - _SPARE, 0.1)
            answer = self._door.ask(query, kind, left, graphs, min(most, MOST))
        except KgError as error:
            return False, error
        self._bytes += len(answer)
        return True, answer

    def _admit(self, query: str) -> None:
        if self._door is None:
            raise Refused("This worker has nobody to ask.")
        self._count += 1
        if self._count > _MOST_ERRANDS or self._bytes > _MOST_BYTES:
            raise TooLarge(
                "More would have to be asked of the other server than one check may ask."
            )
        screen(query)
