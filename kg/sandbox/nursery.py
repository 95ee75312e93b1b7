"""Workers for queries, more of them ready than are at work, shared fairly between clients.

Every query begins in a quick place. One that has used its first slice of processor time is a dear one: it goes on in
a place for dear queries, if one is free and its client holds none; else it is stopped and waits for one. It stands
behind everybody else on the processors once these do not suffice for all. So a cheap query waits for a slice at most,
and only behind clients who have used less than its own. A text that was dear once begins among the dear ones.

A worker that is about to be done has its next query sent ahead, so that it need not be woken for each; should it not
be done after a moment, the query is sent to another.

All of it happens on one event loop: the server's own, or else one in a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections import Counter, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kg.errors import Busy, Crashed, OutOfTime, TooMany
from kg.sandbox.answering import READY, Question, Reply, read_reply, work
from kg.sandbox.fairness import FairQueue, Ledger
from kg.sandbox.hand import Hand
from kg.sandbox.pool import processes
from kg.sandbox.tasks import Plan, Task

_MOMENT = 0.04  # seconds after which a query in a quick place is late
_TICK = 0.02  # seconds between looks at what is running
_AT_ONCE = 0.005  # seconds: a worker that began this lately is thought to be done at once
_REMEMBERED = 1_000  # texts that were dear
_RETIRES = 20_000  # answers after which a worker makes room for a fresh one
_DEARTH = 1.0  # seconds that a dear query is charged besides, so that its client waits behind those with cheap ones
_LONG = "long query (one that is not answered at once)"
_STARTING = 60.0  # seconds until the first worker is ready, on the slowest machine
_PAUSE = (
    0.5  # seconds until the next try when a worker could not start, twice as many each time after
)
_LONGEST_PAUSE = 30.0

_log = logging.getLogger(__name__)


class Nursery:
    """Answers questions over one compiled store in workers that are killed when they take too long."""

    def __init__(
        self,
        folder: str,
        version: str,
        plan: Plan | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.plan = plan or Plan()
        self.counts: Counter[str] = Counter()
        self._opens = (folder, version)
        self._processes = processes()
        # Two threads, since a process that stepped back takes its time to end, and nobody is to wait for that.
        self._midwife = ThreadPoolExecutor(1, thread_name_prefix="kg-nursery")
        self._undertaker = ThreadPoolExecutor(1, thread_name_prefix="kg-nursery-end")
        self._ledger = Ledger(time.monotonic)
        self._quick: FairQueue[Task] = FairQueue(self._ledger)
        self._dear = {kind: FairQueue[Task](self._ledger) for kind in ("visitors", "saved")}
        self._known_dear: OrderedDict[bytes, None] = OrderedDict()
        self._of_client: Counter[str] = Counter()
        self._hands: set[Hand[Task]] = set()
        self._idle: list[Hand[Task]] = []
        self._behind: list[Hand[Task]] = []  # idle as well, but only good for dear queries
        self._coming = 0
        self._failures, self._rests_until = 0, 0.0  # tries in a row at which no worker could start
        self._ticking = self._closed = False
        self._begun = 0.0  # when the first worker was ready
        self._thread: threading.Thread | None = None
        self.loop = loop or self._own_loop()
        self.loop.call_soon_threadsafe(self._breed)

    def ask(self, question: Question, client: str, seconds: float) -> Reply:
        """Answer from any thread but the loop's own. Raises what `answer` raises."""
        asked = asyncio.run_coroutine_threadsafe(self._answer(question, client, seconds), self.loop)
        return asked.result()

    def answer(self, question: Question, client: str, seconds: float) -> asyncio.Future[Reply]:
        """Answer, on the loop. A reply may hold an error; else raises Busy, TooMany, OutOfTime or Crashed.

        Who loses interest cancels the future.
        """
        now = time.monotonic()
        future: asyncio.Future[Reply] = self.loop.create_future()
        task = Task(question, client, seconds, future, now)
        if self._of_client[client] >= self.plan.most:
            self._fail(task, TooMany(self.plan.most))
            return future
        if len(self._quick) > self.plan.waiting or self._closed:
            self._fail(task, Busy())
            return future
        self._of_client[client] += 1
        future.add_done_callback(lambda _: self._release(client))
        if self._known_dear and task.mark in self._known_dear:
            self._dear[task.kind].put(client, task)
        elif self._idle and not self._quick and self._at_work(dear=False) < self.plan.quick:
            self._begin(task, self._idle.pop())
            return future
        else:
            self._quick.put(client, task)
        self._dispatch()
        return future

    async def _answer(self, question: Question, client: str, seconds: float) -> Reply:
        return await self.answer(question, client, seconds)

    def standing(self) -> dict[str, int]:
        """How many queries are at work in quick places, at work in dear ones, and waiting."""
        dear = self._at_work(dear=True)
        return {"quick": self._at_work(dear=False), "dear": dear, "waiting": self._waiting()}

    def close(self) -> None:
        """End all workers; what still waits is told that nobody is there."""
        if self._thread is None:
            self._stop()
        else:
            self.loop.call_soon_threadsafe(self._stop)
            self._thread.join(5)
        self._midwife.shutdown(wait=False)
        self._undertaker.shutdown(wait=False)

    # What runs, and what comes next ------------------------------------------------------------------------

    def _dispatch(self) -> None:
        self._feed()
        for kind, queue in self._dear.items():
            idle = self._behind if self._behind and kind == "visitors" else self._idle
            while idle and queue and self._at_work(True, kind) < self.plan.dear:
                task = queue.take(lambda client, kind=kind: self._may(client, kind))  # type: ignore[misc]
                if task is None:
                    break
                if not task.future.done():
                    self._begin(task, idle.pop(), dear=True)
                    idle = self._behind if self._behind and kind == "visitors" else self._idle
        if not self._ticking and (self._busy() or self._waiting()):
            self._ticking = True
            self.loop.call_later(_TICK, self._tick)
        self._breed()

    def _feed(self) -> None:
        """Fill the quick places, and send ahead what comes next."""
        while self._idle and self._quick and self._at_work(dear=False) < self.plan.quick:
            task = self._quick.take()
            if task and not task.future.done():
                self._begin(task, self._idle.pop())
        if not self._quick:
            return
        soon = time.monotonic() - _AT_ONCE
        for hand in self._hands:
            if hand.task and hand.next is None and not hand.task.dear and hand.task.began > soon:
                hand.next = task = self._quick.take()
                if task is None:
                    return
                hand.send(task.question.packed(task.seconds))

    def _take_back(self) -> None:
        """A worker is idle: it shall have what waits behind one that is not done as soon as was thought."""
        soon = time.monotonic() - _AT_ONCE
        for hand in self._hands:
            if hand.task and hand.next and hand.task.began < soon:
                self._recall(hand)

    def _recall(self, hand: Hand[Task]) -> None:
        """What was sent ahead to a worker that is not done shall be answered by another."""
        task = hand.next
        if task and not task.future.done():
            hand.next = task.ghost()
            self._quick.put(task.client, task, first=True)

    def _begin(self, task: Task, hand: Hand[Task], dear: bool = False) -> None:
        task.began, task.dear, hand.task = time.monotonic(), dear, task
        self._make_way()
        hand.send(task.question.packed(task.seconds))
        if not self._ticking:
            self._ticking = True
            self.loop.call_later(_TICK, self._tick)

    def _make_way(self) -> None:
        """Visitors' dear queries go behind all others on the processors, once there are more than processors.

        Not before, for a worker that went behind cannot come back, and another has to be begun in its place.
        """
        busy = self._busy()
        if len(busy) <= self.plan.processors:
            return
        for hand in busy:
            if hand.task and hand.task.dear and hand.task.kind == "visitors" and not hand.is_behind:
                hand.step_back()

    def _tick(self) -> None:
        now, plan = time.monotonic(), self.plan
        since, patience = self._begun, plan.patience if self._begun else _STARTING
        for hand in self._busy():
            task = hand.task
            assert task is not None
            age = now - task.began
            if task.future.done():
                self._let_go(hand)
            elif age >= task.seconds:
                self._ledger.charge(task.client, age)
                self._let_go(hand)
                self._fail(task, OutOfTime(task.seconds))
            elif not task.dear and age >= _MOMENT:
                task.late = True
                self._recall(hand)
                if hand.cpu_used() >= plan.slice:
                    self._found_dear(hand, task, age)
        for queue in (self._quick, *self._dear.values()):
            for task in queue.drop(
                lambda one: one.future.done() or now - max(one.queued, since) > patience
            ):
                self._fail(task, Busy() if self._may(task.client, task.kind) else TooMany(1, _LONG))
        self._ticking = False
        self._dispatch()

    def _found_dear(self, hand: Hand[Task], task: Task, age: float) -> None:
        """A query has used its slice: it goes on in a place for dear ones, or waits to begin again."""
        self.counts["dear"] += 1
        self._ledger.charge(task.client, age + _DEARTH)
        self._known_dear[task.mark] = None
        if len(self._known_dear) > _REMEMBERED:
            self._known_dear.popitem(last=False)
        if self._at_work(True, task.kind) < self.plan.dear and self._may(task.client, task.kind):
            task.dear = True
            self._make_way()
            return
        self._let_go(hand)
        task.queued = time.monotonic()
        self._dear[task.kind].put(task.client, task)

    def _may(self, client: str, kind: str) -> bool:
        """Whether a client holds no dear place yet."""
        held = (hand.task for hand in self._busy())
        return not any(
            task and task.dear and (task.client, task.kind) == (client, kind) for task in held
        )

    def _busy(self) -> list[Hand[Task]]:
        return [hand for hand in self._hands if hand.task]

    def _waiting(self) -> int:
        return len(self._quick) + sum(map(len, self._dear.values()))

    def _at_work(self, dear: bool, kind: str | None = None) -> int:
        tasks = (hand.task for hand in self._hands)
        wanted = (it for it in tasks if it and it.dear == dear and (dear or not it.late))
        return sum(1 for it in wanted if kind in (None, it.kind))

    def _release(self, client: str) -> None:
        self._of_client[client] -= 1
        if not self._of_client[client]:
            del self._of_client[client]

    def _fail(self, task: Task, error: Exception) -> None:
        if not task.future.done():
            self.counts[type(error).__name__] += 1
            task.future.set_exception(error)

    # The workers -------------------------------------------------------------------------------------------

    def _breed(self) -> None:
        """Have as many workers, at work or ready, as the plan and the dear queries ask for."""
        at_work = [hand.task for hand in self._hands if hand.task]
        late = sum(1 for task in at_work if task.late and not task.dear)
        dear = sum(1 for task in at_work if task.dear)
        wanted = self.plan.quick + self.plan.spare + dear + min(late, self.plan.late)
        wanted += len(self._behind)
        if self._closed or time.monotonic() < self._rests_until:
            return
        while len(self._hands) + self._coming < wanted:
            self._coming += 1
            self._midwife.submit(self._bear)

    def _bear(self) -> None:
        """In the midwife's thread: start a process."""
        ours, theirs = self._processes.Pipe()
        process = self._processes.Process(target=work, args=(theirs, *self._opens), daemon=True)
        try:
            process.start()
        except OSError:
            ours.close()
            hand = None
        else:
            hand = Hand[Task](ours, process, self.loop)
        theirs.close()
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            self.loop.call_soon_threadsafe(self._born, hand)

    def _born(self, hand: Hand[Task] | None) -> None:
        self._coming -= 1
        if hand is None:
            self._rest("no process could be made")
        elif self._closed:
            hand.leave()
        else:
            self._hands.add(hand)
            hand.listen(self._hears, self._gone)

    def _rest(self, why: str) -> None:
        """A worker could not start: those who would follow wait, the longer the more tries have failed."""
        now = time.monotonic()
        if self._closed or now < self._rests_until:
            return  # of the same try
        pause = min(_PAUSE * 2**self._failures, _LONGEST_PAUSE)
        self._failures, self._rests_until = self._failures + 1, now + pause
        self.counts["unborn"] += 1
        _log.error("A worker for queries could not start: %s. The next try is in %g s.", why, pause)
        self.loop.call_later(pause + _TICK, self._dispatch)

    def _hears(self, hand: Hand[Task], message: bytes) -> None:
        task, hand.task = hand.task, None
        if message == READY and not hand.jobs:
            hand.begin_count()
            self._begun, self._failures = self._begun or time.monotonic(), 0
        elif task:
            try:
                reply = read_reply(message)
            except Exception:  # whoever has taken a worker over may have it say anything
                hand.task = task
                self._gone(hand)
                return
            self._ledger.charge(task.client, max(reply.cpu - hand.cpu, 0.0))
            hand.cpu = reply.cpu
            if not task.future.done():
                self.counts["answered" if reply.answer else type(reply.error).__name__] += 1
                task.future.set_result(reply)
            crowded = hand.is_behind and len(self._behind) >= self.plan.dear
            if hand.jobs >= _RETIRES or (task.dear and (crowded or not hand.is_light())):
                self._let_go(hand)
        if hand not in self._hands:
            self._dispatch()
            return
        if hand.next:
            hand.task, hand.next = hand.next, None
            hand.task.began = time.monotonic()
        else:
            (self._behind if hand.is_behind else self._idle).append(hand)
            if not self._quick:
                self._take_back()
        if any(self._dear.values()):
            self._dispatch()
        elif self._quick:
            self._feed()

    def _gone(self, hand: Hand[Task]) -> None:
        task, was_ready = hand.task, hand.ready
        self._let_go(hand)
        if task:
            self._ledger.charge(task.client, time.monotonic() - task.began)
            self._fail(task, Crashed())
        if was_ready:
            self._dispatch()
        else:
            self._rest("it ended before it was ready")

    def _let_go(self, hand: Hand[Task]) -> None:
        self._recall(hand)
        hand.task = hand.next = None
        self._hands.discard(hand)
        for idle in (self._idle, self._behind):
            if hand in idle:
                idle.remove(hand)
        hand.leave()
        if not self._closed:
            self._undertaker.submit(hand.end)

    def _stop(self) -> None:
        self._closed = True
        waiting: list[Any] = [hand.task for hand in self._busy()]
        for hand in list(self._hands):
            self._let_go(hand)
        for queue in (self._quick, *self._dear.values()):
            waiting += queue.drop(lambda one: True)
        for task in waiting:
            self._fail(task, Busy())
        if self._thread:
            self.loop.call_later(_TICK, self.loop.stop)  # when those who wait have been told

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=_run, args=(loop,), daemon=True, name="kg-nursery")
        self._thread.start()
        return loop


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()
