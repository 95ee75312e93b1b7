"""What stands before the pages: kept answers and queries are answered here, everything else by Flask in a thread.

An answer that Flask once made is sent again as it was, for as long as the version of the graph is the same. A query
by the protocol, from a program, goes straight to a worker and its bytes straight back. Everything unusual about a
request makes it Flask's, so that there is one place where each thing is decided.

`Front` speaks RSGI, the interface of the server that `serving` chooses.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, TextIO

from flask import Flask

from kg.answers import Wanted
from kg.errors import KgError, NotAcceptable
from kg.sandbox import Reply
from server.asking import Pending, failed, problem, query_of, watch, written
from server.desk import Desk
from server.gateway import Asking, Response, Threads, call
from server.headers import EVERYWHERE
from server.kept import Key, Shelf, encoded, takes_gzip, unless_known
from server.languages import preferred
from server.lasting import Lasting
from server.metrics import MEDIA_TYPE, Metrics
from server.protocol import Asked

_DRAINED = 16  # times the most that a body may have is read and thrown away, so that its sender hears the refusal
_WATCHED = 0.3  # seconds after which it is looked whether who asked is still there
_ENDPOINT = ("/sparql", "/sparql/")
_DROPPED = ("content-length", "connection", "transfer-encoding")
_CONDITIONS = ("if-none-match", "if-modified-since")


@dataclass(eq=False)
class Edition:
    """The application over one version of the graph, or over another server, and its answers so far."""

    app: Flask
    at_work: int = 0
    retired: bool = False
    _shelf: Lasting[Shelf] = field(init=False)

    def __post_init__(self) -> None:
        self._shelf = Lasting(self.desk.store, Shelf)

    @property
    def shelf(self) -> Shelf:
        """The answers over the present version; another server's graph has another every five minutes."""
        return self._shelf.get()

    @property
    def desk(self) -> Desk:
        desk: Desk = self.app.extensions["desk"]
        return desk

    def left(self) -> None:
        """One request less; the last one of a retired edition closes it."""
        self.at_work -= 1
        self.close_if_done()

    def close_if_done(self) -> None:
        if self.retired and not self.at_work:
            asyncio.get_running_loop().run_in_executor(None, self.desk.close)


class Front:
    """All requests come here. `behind_proxy`: who asks is whom the proxy names last in X-Forwarded-For."""

    def __init__(
        self,
        app: Flask,
        loop: asyncio.AbstractEventLoop,
        behind_proxy: bool = False,
        log: TextIO | None = None,
    ) -> None:
        self.edition = Edition(app)
        self.metrics = Metrics(log)
        self._threads = Threads(loop)
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        self._proxy = behind_proxy
        self._body_seconds = float(app.config["BODY_SECONDS"])
        self._most = int(app.config["MAX_CONTENT_LENGTH"])

    def replace(self, app: Flask) -> None:
        """Answer from another application from now on; what is at work ends on the one it began on."""
        old, self.edition = self.edition, Edition(app)
        old.retired = True
        old.close_if_done()

    def close(self) -> None:
        self._threads.close()
        self.edition.desk.close()

    def at_once(self, scope: Any, proto: Any, done: Callable[[], None]) -> bool:
        """Send an answer that is kept, or hand a query to the loop, if it is either. From any thread."""
        began = time.perf_counter()
        headers, path = scope.headers, scope.path
        if path in _ENDPOINT:
            return self._pass_on(scope, headers, proto, done, began)
        key = self._key(scope, path, headers)
        kept = self.edition.shelf.get(key) if key else None
        if kept is None:
            return False
        status, size = kept.send(proto, headers.get("if-none-match"))
        done()
        self.metrics.note(scope.method, path, status, "kept", time.perf_counter() - began, size)
        return True

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        began = time.perf_counter()
        edition = self.edition
        key = self._key(scope, scope.path, scope.headers)
        edition.at_work += 1
        try:
            response = await self._answer(edition, scope, proto, key)
        except asyncio.CancelledError:
            return  # who asked has left
        finally:
            edition.left()
        self._send(scope, proto, response, began)

    def _send(self, scope: Any, proto: Any, response: Response, began: float) -> None:
        proto.response_bytes(response.status, response.headers, response.body)
        taken, size = time.perf_counter() - began, len(response.body)
        self.metrics.note(scope.method, scope.path, response.status, response.origin, taken, size)

    def _key(self, scope: Any, path: str, headers: Any) -> Key:
        """What an answer depends on, besides the version of the graph; empty where none is kept."""
        got = headers.get
        if path in _ENDPOINT or scope.method not in ("GET", "HEAD") or "range" in headers:
            return ()
        tongue = preferred(got("accept-language", "")[:500])
        packed = "gzip" if takes_gzip(_encodings(headers)) else ""
        key = (path, scope.query_string, got("accept", ""), tongue, packed, got("host", ""))
        return (*key, got("x-forwarded-proto", "")) if self._proxy else key

    async def _answer(self, edition: Edition, scope: Any, proto: Any, key: Key) -> Response:
        try:
            body, length = await self._body(scope, proto)
            client = self._client(scope)
            if scope.path in _ENDPOINT and scope.method in ("GET", "POST"):
                response = await self._query(edition, scope, proto, body, length, client)
                if response:
                    return response
            if scope.path == "/metrics" and _from_here(scope):
                return self._counted(edition)
            return await self._page(edition, scope, body, length, client, key)
        except TimeoutError:
            seconds = self._body_seconds
            return problem(408, f"The request's body did not arrive within {seconds:g} s.")
        except KgError as error:
            return failed(error)

    async def _body(self, scope: Any, proto: Any) -> tuple[bytes, int]:
        """What was sent, as far as it may be long, and how long it is or says that it is."""
        said = scope.headers.get("content-length")
        if said is None and scope.headers.get("transfer-encoding") is None:
            return b"", 0
        length = int(said) if said and said.isdecimal() else 0
        if length > self._most * _DRAINED:
            return b"", length
        parts, size = [], 0
        async with asyncio.timeout(self._body_seconds):
            async for part in proto:
                size += len(part)
                if size > self._most * _DRAINED:
                    break
                if size <= self._most:
                    parts.append(part)
        return b"".join(parts), max(size, length)

    def _counted(self, edition: Edition) -> Response:
        desk = edition.desk
        counts, standing = desk.nursery.counts, desk.nursery.standing()
        text = self.metrics.written(desk.store.version, counts, standing)
        headers = [("content-type", MEDIA_TYPE), ("cache-control", "no-store"), *EVERYWHERE]
        return Response(200, headers, text.encode())

    # Queries ------------------------------------------------------------------------------------------------

    def _pass_on(
        self, scope: Any, headers: Any, proto: Any, done: Callable[[], None], began: float
    ) -> bool:
        """Have the loop ask what a program asks with GET; false for all else. From any thread."""
        has_body = "content-length" in headers or "transfer-encoding" in headers
        if scope.method != "GET" or has_body or not self.edition.desk.is_embedded:
            return False
        query = query_of("GET", scope.query_string, headers, b"")
        if query is None:
            return False
        pending = Pending(scope, proto, done, began, *query)
        self._loop.call_soon_threadsafe(self._ask, pending)
        return True

    def _ask(self, pending: Pending) -> None:
        """Ask a worker, without a task of its own, which would cost more than the asking."""
        edition = self.edition
        edition.at_work += 1
        future = self._put(edition, pending.asked, pending.wanted, self._client(pending.scope))
        watching = self._loop.call_later(_WATCHED, watch, pending.proto, future)
        future.add_done_callback(partial(self._reply, pending, edition, watching))

    def _reply(
        self,
        pending: Pending,
        edition: Edition,
        watching: asyncio.TimerHandle,
        future: asyncio.Future[Reply],
    ) -> None:
        watching.cancel()
        edition.left()
        if future.cancelled():  # who asked has left
            pending.done()
            return
        error = future.exception()
        if error is None:
            reply = future.result()
            if isinstance(reply.error, NotAcceptable):
                self._at_length(pending)
                return
            response = written(reply, "GET", pending.scope.headers.get("if-none-match"))
        else:
            response = failed(error)
        self._send(pending.scope, pending.proto, response, pending.began)
        pending.done()

    def _at_length(self, pending: Pending) -> None:
        """What turned out to be Flask's to decide."""
        task = self._loop.create_task(self.__rsgi__(pending.scope, pending.proto))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: pending.done())

    async def _query(
        self, edition: Edition, scope: Any, proto: Any, body: bytes, length: int, client: str
    ) -> Response | None:
        """The answer to a query from a program; None for what is Flask's to decide."""
        if length > self._most or not edition.desk.is_embedded:
            return None
        query = query_of(scope.method, scope.query_string, scope.headers, body)
        if query is None:
            return None
        future = self._put(edition, *query, client)
        watching = self._loop.call_later(_WATCHED, watch, proto, future)
        try:
            reply = await future
        finally:
            watching.cancel()
        if isinstance(reply.error, NotAcceptable):
            return None
        return written(reply, scope.method, scope.headers.get("if-none-match"))

    def _put(
        self, edition: Edition, asked: Asked, wanted: Wanted, client: str
    ) -> asyncio.Future[Reply]:
        desk = edition.desk
        question = desk.question_of(asked, wanted)
        return desk.nursery.answer(question, client, desk.seconds_of(asked))

    # Pages --------------------------------------------------------------------------------------------------

    async def _page(
        self, edition: Edition, scope: Any, body: bytes, length: int, client: str, key: Key
    ) -> Response:
        host, _, port = scope.server.rpartition(":")
        headers, known = scope.headers.items(), scope.headers.get("if-none-match")
        if key and known:  # it is made whole, to be kept, and compared here
            headers = [(name, value) for name, value in headers if name not in _CONDITIONS]
        asking = Asking(
            "GET" if key else scope.method,
            scope.path,
            scope.query_string,
            headers,
            body,
            length,
            client,
            self._scheme(scope),
            (host, port),
        )
        gzip = takes_gzip(_encodings(scope.headers)) if key else None
        shelf = edition.shelf  # not that of a version which begins while the answer is made
        work = partial(_made, edition.app, asking, gzip)
        if scope.path == "/health":  # asks nobody and waits for nobody
            response = work()
        else:
            response = await self._threads.run(client, work)
        if scope.method != "HEAD" or key:
            response.headers = [(n, v) for n, v in response.headers if n not in _DROPPED]
        if key:
            shelf.put(key, response)
            return unless_known(response, known)
        return response

    def _scheme(self, scope: Any) -> str:
        said = scope.headers.get("x-forwarded-proto", "") if self._proxy else ""
        return said if said in ("http", "https") else str(scope.scheme)

    def _client(self, scope: Any) -> str:
        """Whose turn it is: an address; of the newer kind, the network that one household or office has."""
        address = scope.client.rpartition(":")[0].strip("[]")
        if self._proxy:
            address = scope.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or address
        return _network(address) if ":" in address else address


@lru_cache(4_096)
def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    mapped = getattr(found, "ipv4_mapped", None)
    return str(mapped) if mapped else str(ipaddress.ip_network((found, 64), strict=False))


def _from_here(scope: Any) -> bool:
    """Whether a request is from this machine itself, and no proxy's."""
    address = scope.client.rpartition(":")[0].strip("[]")
    forwarded = any(scope.headers.get(it) for it in ("x-forwarded-for", "forwarded", "x-real-ip"))
    return (address.startswith("127.") or address == "::1") and not forwarded


def _encodings(headers: Any) -> str:
    said: str = headers.get("accept-encoding", "")
    return said[:200]


def _made(app: Flask, asking: Asking, gzip: bool | None) -> Response:
    """What Flask answers. `gzip`: as it is kept for those who take gzip, or do not; None: it is not kept."""
    response = call(app.wsgi_app, asking)
    return response if gzip is None else encoded(response, gzip)
