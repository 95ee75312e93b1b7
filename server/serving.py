"""The server that carries the application: granian, embedded, one process; its signals; new versions without a pause.

Chosen by measurement (`python -m tests.benchmarks.http`): it carries an empty answer several times as fast as
waitress does, which leaves the processors to the queries; with uvloop's loop a query costs a sixth less. One process is
enough, for the work is done in worker processes (`kg.sandbox`).
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, TextIO

from flask import Flask
from granian import _granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from server import ahead
from server.cli import BACKLOG
from server.front import Front

_HOLDER: Any = _granian.SocketHolder  # its stub says nothing of what it takes
_HEAD_BYTES = 128_000  # that a request's head may have, about
# Seconds for which a thread that makes a page keeps the interpreter from the one thread that takes requests apart and
# sends what is kept. With four such threads nobody waits longer for a kept answer, but each costs twice as much.
_TURN = 0.001
_STOPPING = 1.5  # seconds for what is at work, once told to stop


class _Embedded(Server):
    """granian on a socket that is ours already."""

    def __init__(self, front: Front, listener: socket.socket, head_seconds: float) -> None:
        settings = HTTP1Settings(
            header_read_timeout=int(head_seconds * 1_000), max_buffer_size=_HEAD_BYTES
        )
        super().__init__(
            front,
            interface=Interfaces.RSGI,
            http=HTTPModes.http1,
            http1_settings=settings,
            websockets=False,
            log_enabled=False,
        )
        self._listener = listener

    def _init_shared_socket(self) -> None:
        self._ssp: Any = None
        self._shd: Any = _HOLDER(self._listener.fileno(), False, BACKLOG)
        self._sfd = self._shd.get_fd()


def run(
    app: Flask,
    listener: socket.socket,
    again: Callable[[], Flask],
    behind_proxy: bool = False,
    told: Callable[[str], None] = print,
    log: TextIO | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. On SIGHUP, `again` makes a new application, which takes over once ready."""
    with asyncio.Runner(loop_factory=_loop) as runner:
        runner.run(_serve(app, listener, again, behind_proxy, told, log))


def _loop() -> asyncio.AbstractEventLoop:
    """uvloop's where there is one: everywhere but on Windows."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


async def _serve(
    app: Flask,
    listener: socket.socket,
    again: Callable[[], Flask],
    behind_proxy: bool,
    told: Callable[[str], None],
    log: TextIO | None,
) -> None:
    loop = asyncio.get_running_loop()
    _bound(listener, app.config["UNREAD_SECONDS"])
    front = Front(app, loop, behind_proxy, log)
    _ready(app, loop)
    ahead.install(front.at_once)
    server = _Embedded(front, listener, app.config["HEAD_SECONDS"])
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    renewing = asyncio.Lock()
    tasks: set[asyncio.Task[None]] = set()

    def renew() -> None:
        task = loop.create_task(_renew(front, loop, again, renewing, told))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    loop.add_signal_handler(signal.SIGHUP, renew)
    sys.setswitchinterval(_TURN)
    gc.freeze()  # what is loaded by now stays; the collector need not look at it again
    serving = loop.create_task(server.serve())
    stopping = loop.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.stop()  # type: ignore[no-untyped-call]
    with contextlib.suppress(TimeoutError, asyncio.CancelledError):
        await asyncio.wait_for(serving, _STOPPING)
    front.close()


async def _renew(
    front: Front,
    loop: asyncio.AbstractEventLoop,
    again: Callable[[], Flask],
    one_at_a_time: asyncio.Lock,
    told: Callable[[str], None],
) -> None:
    async with one_at_a_time:
        try:
            app = await loop.run_in_executor(None, again)
        except Exception as error:
            told(f"Not reloaded, and the old version goes on: {error}")
            return
        _ready(app, loop)
        await loop.run_in_executor(None, app.extensions["desk"].warm)
        front.replace(app)
        told(f"Reloaded: version {app.extensions['desk'].store.version} is served.")


def _ready(app: Flask, loop: asyncio.AbstractEventLoop) -> None:
    """Have an application's queries answered on this loop, by workers that start now."""
    desk = app.extensions["desk"]
    desk.loop = loop
    desk.begin()


def _bound(listener: socket.socket, seconds: float) -> None:
    """Have the system end connections whose reader does not read; accepted sockets inherit it."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(seconds * 1_000))


def leave() -> None:
    """End the process without waiting for threads that are still at work for somebody."""
    os._exit(0)
