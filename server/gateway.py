"""The Flask application behind an asynchronous server: each request in a thread, threads shared fairly by client."""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from kg.errors import Busy, TooMany
from kg.sandbox.fairness import FairQueue, Ledger

THREADS = 64
_WAITING = 1_000  # requests of all clients that wait for a thread
_OF_ONE = 100  # and of one client

Headers = list[tuple[str, str]]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass
class Response:
    """A whole response: status, headers with names in small letters, body."""

    status: int
    headers: Headers
    body: bytes
    origin: str = "page"


@dataclass
class Asking:
    """What a request is, for WSGI: as the server took it apart, with its body read."""

    method: str
    path: str
    query_string: str
    headers: Headers
    body: bytes
    length: int
    client: str
    scheme: str
    server: tuple[str, str]

    def environ(self) -> dict[str, Any]:
        """As PEP 3333 wants it."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path.encode().decode("latin-1"),
            "QUERY_STRING": self.query_string.encode().decode("latin-1"),
            "SERVER_NAME": self.server[0],
            "SERVER_PORT": self.server[1],
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.client,
            "CONTENT_LENGTH": str(self.length),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers:
            key = name.upper().replace("-", "_")
            if key == "CONTENT_TYPE":
                environ[key] = value
            elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING") and "_" not in name:
                key = "HTTP_" + key
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ


def call(application: Application, asking: Asking) -> Response:
    """The application's whole answer to a request."""
    begun: list[tuple[str, Headers]] = []
    parts = application(
        asking.environ(), lambda status, headers, problem=None: begun.append((status, headers))
    )
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    status, headers = begun[-1]
    return Response(int(status[:3]), [(name.lower(), value) for name, value in headers], body)


class Threads:
    """Runs work in threads for the event loop. One client has its share of them, and who used least is next."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="kg-page")
        self._ledger = Ledger(time.monotonic)
        self._queue: FairQueue[tuple[str, Callable[[], Any], asyncio.Future[Any]]] = FairQueue(
            self._ledger
        )
        self._running: Counter[str] = Counter()
        self._here: Counter[str] = Counter()

    def run(self, client: str, work: Callable[[], Any]) -> asyncio.Future[Any]:
        """The result of some work for a client. Raises Busy or TooMany where there is no room to wait."""
        if self._here[client] >= _OF_ONE:
            raise TooMany(_OF_ONE, "requests")
        if len(self._queue) >= _WAITING:
            raise Busy
        self._here[client] += 1
        future: asyncio.Future[Any] = self._loop.create_future()
        self._queue.put(client, (client, work, future))
        self._dispatch()
        return future

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _dispatch(self) -> None:
        while self._queue and self._running.total() < THREADS:
            taken = self._queue.take(self._may)
            if taken is None:
                return
            client, work, future = taken
            self._running[client] += 1
            self._pool.submit(self._work, client, work, future, time.monotonic())

    def _may(self, client: str) -> bool:
        """Half of the threads for one client alone, and less the more there are."""
        return self._running[client] < max(2, THREADS // (1 + max(1, len(self._running))))

    def _work(
        self, client: str, work: Callable[[], Any], future: asyncio.Future[Any], began: float
    ) -> None:
        try:
            result, error = work(), None
        except BaseException as problem:
            result, error = None, problem
        seconds = time.monotonic() - began
        self._loop.call_soon_threadsafe(self._done, client, future, result, error, seconds)

    def _done(
        self,
        client: str,
        future: asyncio.Future[Any],
        result: Any,
        error: BaseException | None,
        seconds: float,
    ) -> None:
        self._ledger.charge(client, seconds)
        for count in (self._running, self._here):
            count[client] -= 1
            if not count[client]:
                del count[client]
        if not future.done():
            if error:
                future.set_exception(error)
            else:
                future.set_result(result)
        self._dispatch()
