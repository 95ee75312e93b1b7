"""Kept answers are sent by the thread that took the request apart, before the event loop hears of it.

By way of the loop even an empty answer costs half as much again in processor time, since the loop has to be woken and
another thread after it; and a task of its own for each query costs more than handing it to a worker. granian hands each
request to a scheduler; this one first asks whether there is a shorter way.
"""

from __future__ import annotations

from asyncio import tasks
from collections.abc import Callable
from functools import partial
from typing import Any

from granian import _granian
from granian.server import embed

_Scheduler: Any = _granian.CallbackScheduler  # not in its stub


AtOnce = Callable[[Any, Any, Callable[[], None]], bool]


def install(at_once: AtOnce) -> None:
    """Have servers that start from now on call `at_once(scope, protocol, done)`; where it is false, they go on as ever.

    `at_once` is called from a thread of the server's and must not wait. Where it is true, the request is answered, or
    will be, and `done` is called after that.
    """

    class Scheduler(_Scheduler):  # type: ignore[misc]
        _schedule_fn: Any

        def __init__(self, loop: Any, callback: Any, *_: Any) -> None:
            super().__init__()
            self._schedule_fn = _schedule(at_once, loop, callback, self._ctx)

    def scheduler(loop: Any, callback: Any, impl_asyncio: bool = True) -> Any:
        enter, leave = partial(tasks._enter_task, loop), partial(tasks._leave_task, loop)
        return Scheduler(loop, callback, None, enter, leave)

    embed._new_cbscheduler = scheduler  # type: ignore[attr-defined]


def _schedule(at_once: AtOnce, loop: Any, callback: Any, context: Any) -> Callable[[Any], None]:
    def begin(coroutine: Any, watcher: Any) -> None:
        watcher.taskref(loop.create_task(coroutine))

    def schedule(watcher: Any) -> None:
        try:
            taken = at_once(watcher.scope, watcher.proto, watcher.done)
        except Exception as error:
            watcher.err(error)
            return
        if not taken:
            loop.call_soon_threadsafe(begin, callback(watcher), watcher, context=context)

    return schedule
