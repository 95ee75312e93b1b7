"""Worker processes, kept ready, in lanes that cannot starve each other.

Workers are forked from a server process that has imported everything and opened nothing (forkserver), so a
replacement is ready in well under a tenth of a second. A lane is a number of workers with one deadline.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import tempfile
import threading
import time
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kg.endpoint import Door
from kg.errors import Busy, Crashed, KgError, OutOfTime
from kg.sandbox import cage
from kg.sandbox.errands import Errands, Runner

_STARTING = 60.0  # seconds for a worker to open its store, on the slowest machine
_SCRATCH_BYTES = 64_000_000  # that a file of a worker's copy may grow to
_RETIRES = 500  # jobs after which a worker makes room for a fresh one


@dataclass(frozen=True)
class Lane:
    """How many workers share one kind of work, how long a job may take, and how long one may queue.

    With `scratch` each worker has a copy of the store to try changes on, in a folder that ends with the worker.
    """

    workers: int
    seconds: float
    patience: float = 5.0
    scratch: bool = False


class Sandbox:
    """Lanes of worker processes over one house and its compiled store; or over another server, behind `door`."""

    def __init__(
        self,
        house: Path,
        folder: Path,
        version: str,
        lanes: dict[str, Lane],
        door: Door | None = None,
    ) -> None:
        self._context, self._door = processes(), door
        self._opens = (str(house), str(folder), version, door.url if door else "")
        self._lanes = lanes
        self._idle: dict[str, queue.LifoQueue[_Worker]] = {}
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        for name, lane in lanes.items():
            self._idle[name] = queue.LifoQueue()
            for _ in range(lane.workers):
                self._idle[name].put(self._start(lane))

    def run(self, lane: str, job: str, /, *facts: Any, seconds: float | None = None) -> Any:
        """Have a worker of this lane do a job, and return what it returns.

        Raises what the job raises, or Busy (no worker came free in time), OutOfTime, Crashed.
        """
        limit = self._lanes[lane].seconds if seconds is None else seconds
        try:
            worker = self._idle[lane].get(timeout=self._lanes[lane].patience)
        except queue.Empty:
            raise Busy from None
        try:
            return worker.do(job, facts, limit, self._door)
        finally:
            self._idle[lane].put(worker if worker.fit else self._replaced(worker, lane))

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
            self._all.clear()
        for worker in workers:
            worker.end()

    def _start(self, lane: Lane) -> _Worker:
        worker = _Worker(self._context, self._opens, lane.scratch and not self._door)
        with self._lock:
            self._all.add(worker)
        return worker

    def _replaced(self, worker: _Worker, lane: str) -> _Worker:
        with self._lock:
            self._all.discard(worker)
        worker.end()
        return worker if self._closed else self._start(self._lanes[lane])


def processes() -> Any:
    """How worker processes are made: forked from one that has imported what they need and opened nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kg.sandbox.jobs", "kg.sandbox.answering"])
    return context


def begin() -> None:
    """Have the process that all workers are forked from begin to import; it takes about as long as our own imports."""
    processes()
    forkserver.ensure_running()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, context: Any, opens: tuple[str, ...], scratch: bool) -> None:
        self._pipe, theirs = context.Pipe()
        self._scratch = tempfile.TemporaryDirectory(prefix="kg-scratch-") if scratch else None
        folder = self._scratch.name if self._scratch else ""
        self._process = context.Process(target=_work, args=(theirs, *opens, folder), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = False
        self._jobs = 0
        self.fit = True

    def do(self, job: str, facts: tuple[Any, ...], seconds: float, door: Door | None) -> Any:
        self._jobs += 1
        done = False
        try:
            self._await_ready()
            worked, result = self._outcome((job, facts, seconds), door)
            done = True
        except (EOFError, ConnectionError):
            raise self._died(seconds) from None
        finally:
            self.fit = done and self._jobs < _RETIRES
        if worked:
            return result
        raise result

    def _outcome(self, told: tuple[str, tuple[Any, ...], float], door: Door | None) -> Any:
        """Whether it worked, and what came of it; errands are run meanwhile."""
        seconds = told[2]
        ends = time.monotonic() + seconds
        runner = Runner(door, ends)
        self._pipe.send(told)
        while True:
            if not self._pipe.poll(max(ends - time.monotonic(), 0)):
                raise OutOfTime(seconds)
            worked, result = self._pipe.recv()
            if worked is not None:
                return worked, result
            self._pipe.send(runner.run(result))

    def _await_ready(self) -> None:
        if not self._ready:
            if not self._pipe.poll(_STARTING):
                raise EOFError
            self._ready = bool(self._pipe.recv())

    def _died(self, seconds: float) -> KgError:
        self._process.join(1)
        return OutOfTime(seconds) if self._process.exitcode == -signal.SIGXCPU else Crashed()

    def end(self) -> None:
        self.fit = False
        self._process.kill()
        self._process.join(5)
        self._pipe.close()
        if self._scratch:
            self._scratch.cleanup()


def _work(pipe: Connection, house: str, folder: str, version: str, url: str, scratch: str) -> None:
    """The worker's whole life: shut itself in, open the store, do jobs until the pipe closes."""
    from kg.sandbox.jobs import JOBS, Bench

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    network_is_cut = cage.cut_network()
    bench = Bench.set_up(house, folder, version, scratch, Errands(pipe, url) if url else None)
    cage.close_up(network_is_cut, _SCRATCH_BYTES if scratch else 0)
    pipe.send(True)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            job, facts, seconds = pipe.recv()
            cage.allow_seconds(seconds)
            pipe.send(_outcome(JOBS[job], bench, facts))


def _outcome(job: Any, bench: Any, facts: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, job(bench, *facts)
    except KgError as error:
        return False, error
    except (MemoryError, RecursionError):
        return False, Crashed()
    except Exception as error:  # a defect of ours: said as such, not as the visitor's fault
        return False, RuntimeError(f"{type(error).__name__}: {error}")
