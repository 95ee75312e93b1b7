"""One SPARQL server over HTTP: SPARQLWrapper writes the request, urllib3 keeps connections open and sends it.

Besides `kg.client`, which asks a server of ours where a person names one, and `kg.enriching`,
the only module that opens the network. A request has one deadline for all its tries. What may pass is tried again
(no connection, a connection that broke off, 429, 502, 503, 504), after the time that the server names in
`Retry-After` or else after a longer pause each time; a query that took its whole time is not sent twice. An answer
counts only if it is whole and of a kind that was asked for.
"""

from __future__ import annotations

import datetime
import email.utils
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import urllib3
from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from kg.errors import Overflow, SourceSlow, SourceUnavailable, SyntaxFault
from kg.lexer import tokens, without_comments

TRIES = 4
_CONNECT = 5.0  # seconds to wait for a connection
_PAUSE = 0.25  # seconds before the second try; twice as long before each further one
_AGAIN = (429, 502, 503, 504)
_CHUNK = 1 << 16
MOST = 1 << 30  # bytes of an answer
_RESULTS = ("application/sparql-results+json", "application/json")
_GRAPH = (
    "text/turtle",
    "application/turtle",
    "application/x-turtle",
    "application/n-triples",
    "text/plain",
)


@dataclass(frozen=True)
class _Address:
    """Where a server listens, without what is for us to say: default graphs, name and password."""

    url: str
    default_graphs: tuple[str, ...] = ()
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, text: str) -> _Address:
        """Raises SourceUnavailable for what is no address of the web."""
        parts = urlsplit(text.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            why = "it is no address. Write it like https://example.org/sparql"
            raise SourceUnavailable(f"The endpoint {text!r}", why)
        given = parse_qsl(parts.query)
        graphs = tuple(value for name, value in given if name == "default-graph-uri")
        rest = urlencode([pair for pair in given if pair[0] != "default-graph-uri"])
        host = parts.netloc.rsplit("@", 1)[-1]
        plain = urlunsplit((parts.scheme, host, parts.path or "/", rest, ""))
        return cls(plain, graphs, parts.username or "", parts.password or "")


class _Again(Exception):
    """A try that failed in a way that may pass: why, and the seconds that the server asks to wait."""

    def __init__(self, why: str, wait: float | None = None, slow: bool = False) -> None:
        super().__init__(why)
        self.why, self.wait, self.slow = why, wait, slow


class Door(Protocol):
    """The way to a SPARQL server; `Endpoint` is the straight one."""

    @property
    def url(self) -> str: ...

    def ask(
        self,
        query: str,
        kind: str,
        seconds: float | None = None,
        graphs: tuple[Sequence[str], Sequence[str]] = ((), ()),
        most: int = MOST,
    ) -> bytes:
        """As `Endpoint.ask`."""


class Endpoint:
    """A SPARQL 1.1 server. Its address may name `default-graph-uri=`, and `user:password@` before the host.

    A server without a default graph of its own (Virtuoso) is told which one to take for it, in each query that does
    not name graphs itself.
    """

    def __init__(self, address: str, seconds: float = 60.0) -> None:
        self._address = _Address.of(address)
        self._seconds = seconds
        self._pool = urllib3.PoolManager(maxsize=16, retries=False)

    @property
    def url(self) -> str:
        """The address without a password."""
        return self._address.url

    def ask(
        self,
        query: str,
        kind: str,
        seconds: float | None = None,
        graphs: tuple[Sequence[str], Sequence[str]] = ((), ()),
        most: int = MOST,
    ) -> bytes:
        """The server's whole answer, JSON results to a query of the kind "table", else Turtle; `most` bytes of it.

        `graphs`: the default and the named graphs that take the place of the query's own. Raises SyntaxFault when
        it cannot read the query, Overflow, and SourceUnavailable when it does not answer as it must.
        """
        limit = min(seconds or self._seconds, self._seconds)
        deadline = time.monotonic() + limit
        request = self._request(query, kind, *graphs)
        most = min(most, MOST)
        for number in range(TRIES):
            try:
                return self._tried(request, kind, deadline, most)
            except _Again as failed:
                pause = _PAUSE * 2**number * random.uniform(1, 1.5)
                wait = pause if failed.wait is None else failed.wait
                if number == TRIES - 1 or time.monotonic() + wait >= deadline:
                    why = _given_up(failed, number + 1)
                    raise self._unavailable(why, failed.wait, failed.slow) from failed
                time.sleep(wait)
            except (ReadTimeoutError, _Late) as late:
                why = f"it had not answered after {limit:.3g} s. Ask for less, or ask it later"
                raise self._unavailable(why, slow=True) from late
        raise AssertionError

    def close(self) -> None:
        """Let the connections go."""
        self._pool.clear()

    def _request(
        self, query: str, kind: str, default_graphs: Sequence[str], named_graphs: Sequence[str]
    ) -> Any:
        wrapper = SPARQLWrapper(self._address.url)
        wrapper.setMethod(POST)
        # Without comments: SPARQLWrapper takes the word "load" in one for an update.
        wrapper.setQuery(without_comments(query))
        wrapper.setOnlyConneg(True)
        wrapper.setReturnFormat(JSON if kind == "table" else TURTLE)
        if self._address.user:
            wrapper.setCredentials(self._address.user, self._address.password)
        if not any(token.is_word("GRAPH", "FROM") for token in tokens(query)) and not named_graphs:
            default_graphs = default_graphs or self._address.default_graphs
        for graph in default_graphs:
            wrapper.addParameter("default-graph-uri", graph)
        for graph in named_graphs:
            wrapper.addParameter("named-graph-uri", graph)
        return wrapper._createRequest()

    def _tried(self, request: Any, kind: str, deadline: float, most: int) -> bytes:
        left = deadline - time.monotonic()
        try:
            response = self._pool.request(
                "POST",
                request.full_url,
                body=request.data,
                headers=dict(request.header_items()),
                timeout=urllib3.Timeout(connect=min(_CONNECT, left), read=left),
                preload_content=False,
                redirect=False,
            )
            try:
                body = _whole(response, deadline, most)
            finally:
                response.release_conn()
        except ReadTimeoutError:
            raise
        except SSLError as error:
            raise self._unavailable(f"its certificate is not accepted ({error})") from error
        except (NewConnectionError, ConnectTimeoutError) as error:
            raise _Again("nothing answers at this address") from error
        except (ProtocolError, HTTPError) as error:
            raise _Again("the connection broke off before the answer was whole") from error
        self._check(response, body, kind)
        return body

    def _check(self, response: Any, body: bytes, kind: str) -> None:
        """Raises unless this is a whole answer of the right kind."""
        status, said = response.status, _first_line(body)
        media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if status in _AGAIN:
            wait = retry_after(response.headers.get("Retry-After"))
            raise _Again(_REFUSED[status], wait, slow=status == 504)
        if status in (401, 403):
            raise self._unavailable(f"it wants to know who asks (status {status})")
        if status == 404 or 300 <= status < 400 or (media == "text/html" and status != 400):
            where = response.headers.get("Location")
            moved = f" It points to {where}." if where else ""
            why = f"there is a web page, not SPARQL (status {status}); such addresses often end in /sparql.{moved}"
            raise self._unavailable(why)
        if status == 400:
            raise SyntaxFault("The query", f"{self.url} cannot read it, and says: {said}")
        if status != 200:
            raise self._unavailable(f"it failed with status {status}, and says: {said}")
        expected = _RESULTS if kind == "table" else _GRAPH
        if media not in expected:
            raise self._unavailable(
                f"it sent {media or 'something unnamed'} where {expected[0]} was asked for"
            )
        rows, partial = (response.headers.get(name) for name in ("X-SPARQL-MaxRows", "X-SQL-State"))
        if rows or partial:
            limit = f"{rows} rows" if rows else "its own time limit"
            raise self._unavailable(f"it cuts answers off at {limit}, and this one was cut")

    def _unavailable(
        self, why: str, wait: float | None = None, slow: bool = False
    ) -> SourceUnavailable:
        kind = SourceSlow if slow else SourceUnavailable
        return kind(f"The endpoint {self.url}", f"{why.rstrip('.')}.", wait)


class _Late(Exception):
    """The deadline passed while an answer came in."""


def _whole(response: Any, deadline: float, most: int) -> bytes:
    """All bytes of an answer, however slowly they come, up to the deadline and to a limit."""
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if time.monotonic() > deadline:
            raise _Late
        if len(body) > most:
            raise Overflow(most)
    return bytes(body)


_REFUSED = {
    429: "it has had too many questions from here (429)",
    502: "the server behind it does not answer (502)",
    503: "it is overloaded or being mended (503)",
    504: "the server behind it took too long (504)",
}


def _given_up(failed: _Again, tries: int) -> str:
    if failed.wait is not None:
        return f"{failed.why}, and asks to be left alone for {failed.wait:.0f} s"
    return f"{failed.why}, after {tries} tries" if tries > 1 else failed.why


def retry_after(text: str | None) -> float | None:
    """The seconds of a Retry-After, which is a number or a date; None where there is none that can be read."""
    if not text:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        then = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if not then.tzinfo:
        return None
    return max(0.0, (then - datetime.datetime.now(datetime.UTC)).total_seconds())


def _first_line(body: bytes) -> str:
    lines = body[:2000].decode("utf-8", "replace").split("\n")
    return next((line.strip()[:300] for line in lines if line.strip()), "nothing")
