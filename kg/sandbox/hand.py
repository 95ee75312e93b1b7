"""The parent's side of a worker for queries: its process and its pipe, read without waiting."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from kg.sandbox.frames import READ, cut, framed

_BEHIND = 10  # niceness: a tenth of the processors where others want them
_LIGHT = 200_000_000  # bytes that a worker may hold after a dear query, to be asked again

T = TypeVar("T")


class Hand(Generic[T]):
    """A worker and what it is working on. All but `end` belongs to the event loop."""

    def __init__(self, pipe: Any, process: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._pipe, self._process, self._loop = pipe, process, loop
        self._fd = pipe.fileno()
        self._got = bytearray()
        self._unsent = b""
        self.task: T | None = None
        self.next: T | None = None  # sent ahead, to be begun when the task is done
        self.ready = self.is_behind = False
        self.jobs = 0
        self.cpu = 0.0  # seconds used when it last said so
        self.hears: Callable[[Hand[T], bytes], None]
        self.gone: Callable[[Hand[T]], None]

    def listen(
        self, hears: Callable[[Hand[T], bytes], None], gone: Callable[[Hand[T]], None]
    ) -> None:
        """Have whole messages, and the end of the process, reported."""
        self.hears, self.gone = hears, gone
        os.set_blocking(self._fd, False)
        self._loop.add_reader(self._fd, self._readable)

    def send(self, message: bytes) -> None:
        self.jobs += 1
        waiting, self._unsent = self._unsent, self._unsent + framed(message)
        if not waiting:
            self._writable()

    def cpu_used(self) -> float:
        """CPU seconds used for what it is working on; where the system does not say, infinitely many."""
        if not sys.platform.startswith("linux"):
            return float("inf")
        try:
            return time.clock_gettime((~self._process.pid << 3) | 2) - self.cpu
        except OSError:
            return 0.0  # it has ended, which is reported elsewhere

    def is_light(self) -> bool:
        """Whether it holds little memory after its work; where the system does not say, it does not."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            return False
        return pages * resource.getpagesize() < _LIGHT

    def begin_count(self) -> None:
        """It is ready: what it used until now is for nobody's account."""
        self.ready = True
        used = self.cpu_used()
        self.cpu = used if used < float("inf") else 0.0

    def step_back(self) -> None:
        """Let everybody else go first on the processors from now on; there is no way back."""
        self.is_behind = True
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _BEHIND)

    def leave(self) -> None:
        """Stop listening, and end the process at once; `end` waits for that, elsewhere."""
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._process.kill()

    def end(self) -> None:
        """Wait for the process to have ended, and close the pipe."""
        self._process.join(5)
        self._pipe.close()

    def _writable(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._fd, self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent = b""  # its end is seen by the reader
        if self._unsent:
            self._loop.add_writer(self._fd, self._continue)

    def _continue(self) -> None:
        self._loop.remove_writer(self._fd)
        self._writable()

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.gone(self)
            return
        self._got += data
        while (message := self._message()) is not None:
            self.hears(self, message)

    def _message(self) -> bytes | None:
        try:
            return cut(self._got)
        except ValueError:  # no worker of ours says that
            self._process.kill()
            return None
