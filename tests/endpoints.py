"""SPARQL endpoints on loopback: one that answers from a graph, and one that fails in every way that we know of."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pyoxigraph as ox

JSON = "application/sparql-results+json"


@dataclass
class Loopback:
    """A server's address, and the requests that came: their headers and queries."""

    address: str
    requests: list[tuple[dict[str, str], str]] = field(default_factory=list)


Answer = Callable[[Any, str], None]  # given the handler and the query, sends the answer


@contextmanager
def serving(answer: Answer) -> Iterator[Loopback]:
    """A server on a free port of loopback, gone afterwards."""
    seen = Loopback("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            query = parse_qs(body).get("query", [body])[0]
            seen.requests.append((dict(self.headers), query))
            answer(self, query)

        do_GET = do_POST

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    seen.address = f"http://127.0.0.1:{server.server_address[1]}/sparql"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def send(handler: Any, body: bytes, status: int = 200, kind: str = JSON, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {"Content-Length": str(len(body)), **told}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def from_graph(quads: Iterable[ox.Quad]) -> Answer:
    """Answers queries as Oxigraph does, over these statements."""
    store = ox.Store()
    store.extend(quads)

    def answer(handler: Any, query: str) -> None:
        send(handler, store.query(query).serialize(format=ox.QueryResultsFormat.JSON))

    return answer


def rows(*bindings: dict[str, dict[str, str]]) -> bytes:
    return json.dumps(
        {"head": {"vars": ["item", "field", "value"]}, "results": {"bindings": list(bindings)}}
    ).encode()


def slowly(handler: Any, query: str) -> None:
    time.sleep(2.5)
    send(handler, rows())


def a_drip(handler: Any, query: str) -> None:
    """A letter now and then, so that no single wait is long."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def a_page(handler: Any, query: str) -> None:
    send(handler, b"<!DOCTYPE html><html><body>Maintenance</body></html>", kind="text/html")


def a_page_called_json(handler: Any, query: str) -> None:
    send(handler, b"<html><body>Log in first</body></html>")


def half(handler: Any, query: str) -> None:
    send(handler, rows()[:-9])


def less_than_promised(handler: Any, query: str) -> None:
    send(handler, rows(), Content_Length="5000")


def stopped_half_way(handler: Any, query: str) -> None:
    send(handler, rows(), X_SQL_State="S1TAT")


def too_many(handler: Any, query: str) -> None:
    send(handler, b"slow down", 429, "text/plain", Retry_After="3600")


def broken(handler: Any, query: str) -> None:
    send(handler, b"no", 500, "text/plain")


def another_question(handler: Any, query: str) -> None:
    send(handler, b'{"head":{},"boolean":true}')


def hangs_up(handler: Any, query: str) -> None:
    handler.connection.close()
