"""Another server that is asked: what is sent, what is tried again, and what is said of a server that is down, slow,
overloaded, moved, not a SPARQL server at all, or that breaks off in the middle."""

from __future__ import annotations

import email.utils
import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kg.answers import Ceiling, Wanted
from kg.dialect import as_sent, in_order
from kg.endpoint import TRIES
from kg.errors import Overflow, SourceUnavailable, SyntaxFault
from kg.namespaces import BASE
from kg.store import RemoteStore
from tests.server_process import free_port

JSON = "application/sparql-results+json"
ONE = json.dumps(
    {
        "head": {"vars": ["x"]},
        "results": {"bindings": [{"x": {"type": "literal", "value": "one"}}]},
    }
).encode()
Reply = tuple[int, dict[str, str], bytes]


def good(body: bytes = ONE, kind: str = JSON, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return 200, {"Content-Type": kind, **named}, body


class Scripted:
    """A server on loopback that answers with one reply after the other, the last again and again."""

    def __init__(self) -> None:
        self.replies: list[Reply | Callable[[http.server.BaseHTTPRequestHandler], None]] = [good()]
        self.asked: list[dict[str, list[str]]] = []
        self.headers: list[dict[str, str]] = []
        self.peers: set[int] = set()
        script = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                script.asked.append(parse_qs(self.rfile.read(length).decode()))
                script.headers.append(dict(self.headers))
                script.peers.add(self.client_address[1])
                reply = script.replies.pop(0) if len(script.replies) > 1 else script.replies[0]
                if callable(reply):
                    reply(self)
                    return
                status, headers, body = reply
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/sparql"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.close()


QUERY = "SELECT ?x { ?x ?p ?o }"


def value(store: RemoteStore, query: str = QUERY) -> str:
    term = store.answer(query).table().rows[0]["x"]
    assert term is not None
    return term.value


def test_many_questions_go_over_one_connection(scripted: Scripted):
    store = RemoteStore(scripted.address)
    assert [value(store) for _ in range(5)] == ["one"] * 5
    assert len(scripted.peers) == 1
    assert scripted.asked[0] == {"query": [QUERY]}
    assert JSON in scripted.headers[0]["Accept"]


def test_the_address_says_which_default_graph_and_who_asks(scripted: Scripted):
    """A query that names graphs itself is sent as it is; no message shows the password."""
    host = scripted.address.removeprefix("http://")
    store = RemoteStore(f"http://me:secret@{host}?default-graph-uri=urn:all&x=1")
    value(store)
    value(store, "SELECT ?x { GRAPH ?x { ?s ?p ?o } }")
    assert [asked.get("default-graph-uri") for asked in scripted.asked] == [["urn:all"], None]
    assert scripted.headers[0]["Authorization"] == "Basic bWU6c2VjcmV0"
    store.answer(QUERY, default_graphs=["urn:a", "urn:b"], named_graphs=["urn:c"])
    assert scripted.asked[2]["default-graph-uri"] == ["urn:a", "urn:b"]
    assert scripted.asked[2]["named-graph-uri"] == ["urn:c"]
    scripted.replies = [(401, {}, b"")]
    with pytest.raises(SourceUnavailable, match="who asks") as said:
        value(store)
    assert "secret" not in str(said.value)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int, scripted: Scripted):
    scripted.replies = [(status, {}, b""), (status, {"Retry-After": "0"}, b""), good()]
    assert value(RemoteStore(scripted.address)) == "one"
    assert len(scripted.asked) == 3


def test_the_time_that_a_server_names_is_kept(scripted: Scripted):
    for dated, least in ((False, 1.0), (True, 0.9)):
        named = email.utils.formatdate(time.time() + 2, usegmt=True) if dated else "1"
        scripted.replies = [(429, {"Retry-After": named}, b""), good()]
        began = time.monotonic()
        assert value(RemoteStore(scripted.address)) == "one"
        assert time.monotonic() - began >= least


def test_no_one_waits_for_an_hour(scripted: Scripted):
    scripted.replies = [(429, {"Retry-After": "3600"}, b"")]
    began = time.monotonic()
    with pytest.raises(
        SourceUnavailable, match=r"too many questions .* asks to be left alone for 3600 s"
    ):
        value(RemoteStore(scripted.address))
    assert time.monotonic() - began < 5
    assert len(scripted.asked) == 1


def test_a_server_that_is_down_is_said_to_be():
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=f"nothing answers .* after {TRIES} tries"):
        value(RemoteStore(f"http://127.0.0.1:{free_port()}/sparql"))
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("address", ["example.org/sparql", "ftp://example.org", "https://", ""])
def test_what_is_no_address_is_said_to_be_none(address: str):
    with pytest.raises(SourceUnavailable, match="it is no address"):
        RemoteStore(address)


def _silent(handler: http.server.BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)
    handler.close_connection = True


def _dripping(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(ONE)))
    handler.end_headers()
    for byte in ONE[:12]:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.15)
    handler.close_connection = True


@pytest.mark.parametrize("slow", [_silent, _dripping])
def test_a_slow_server_is_left_in_time_and_not_asked_twice(
    slow: Callable[..., None], scripted: Scripted
):
    scripted.replies = [slow]
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=r"not answered after 0\.5 s"):
        value(RemoteStore(scripted.address, seconds=0.5))
    assert time.monotonic() - began < 1.4
    assert len(scripted.asked) == 1


def _broken(handler: http.server.BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", str(len(ONE)))
    handler.end_headers()
    handler.wfile.write(ONE[:20])
    handler.close_connection = True


def test_a_connection_that_breaks_off_is_tried_again(scripted: Scripted):
    scripted.replies = [_broken, good()]
    assert value(RemoteStore(scripted.address)) == "one"
    scripted.replies = [_broken]
    with pytest.raises(SourceUnavailable, match="broke off before the answer was whole"):
        value(RemoteStore(scripted.address))


HTML = b"<!doctype html><title>Welcome</title>"


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (good(ONE[:25]), "breaks off"),
        (good(b'{"head": 1}'), "breaks off or is not what SPARQL servers send"),
        (good(HTML, "text/html; charset=utf-8"), "web page, not SPARQL .*end in /sparql"),
        (good(ONE, "text/plain"), "sent text/plain where"),
        ((404, {"Content-Type": "text/html"}, HTML), "web page"),
        (
            (301, {"Location": "https://example.org/new"}, b""),
            "It points to https://example.org/new",
        ),
        (
            (500, {}, b"\n\nVirtuoso 42000 Error\nmore"),
            "status 500, and says: Virtuoso 42000 Error",
        ),
        ((403, {}, b""), "who asks"),
        (good(ONE, X_SPARQL_MaxRows="1"), "cuts answers off at 1 rows"),
        (good(ONE, X_SQL_State="S1TAT"), "its own time limit"),
    ],
)
def test_what_is_no_whole_answer_is_not_taken_for_one(reply: Reply, words: str, scripted: Scripted):
    scripted.replies = [reply]
    with pytest.raises(SourceUnavailable, match=words):
        value(RemoteStore(scripted.address))
    assert len(scripted.asked) == 1


def test_a_query_that_it_cannot_read_is_the_askers(scripted: Scripted):
    scripted.replies = [(400, {"Content-Type": "text/plain"}, b"syntax error at '}'")]
    with pytest.raises(SyntaxFault, match="cannot read it, and says: syntax error"):
        value(RemoteStore(scripted.address))


def test_an_answer_has_its_ceiling(scripted: Scripted):
    with pytest.raises(Overflow):
        RemoteStore(scripted.address).answer(QUERY, ceiling=Ceiling(bytes=4))
    with pytest.raises(Overflow):
        RemoteStore(scripted.address).answer(QUERY, ceiling=Ceiling(rows=0))


def test_a_graph_has_each_statement_once(scripted: Scripted):
    scripted.replies = [good(b"<a:b> <a:c> 1, 1, 2 . <a:b> <a:c> 1 .", "text/turtle")]
    answer = RemoteStore(scripted.address).answer(
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", Wanted("json", "ntriples")
    )
    assert len(answer.body.splitlines()) == 2
    assert "text/turtle" in scripted.headers[0]["Accept"]


def test_a_query_is_sent_as_every_server_understands_it():
    assert as_sent("SELECT * { VALUES ?x { UNDEF } ?x ?p <city/a> }") == (
        f"BASE <{BASE}> SELECT * {{  ?x ?p <city/a> }}"
    )
    as_it_is = 'SELECT * { VALUES ?x { <a:b> } VALUES (?y) { (UNDEF) } ?x ?p "{ UNDEF }" }'
    assert as_sent(as_it_is) == as_it_is


def test_rows_are_put_in_the_order_that_the_query_asks_for():
    ox_rows = ox.Store().query(
        'SELECT ?x ?n { VALUES (?x ?n) { ("b"@en 2) ("a"@en 10) (UNDEF 3) } }'
    )
    results = ox_rows.serialize(format=ox.QueryResultsFormat.JSON)
    asked = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?x ?n {} ORDER BY "

    def order(by: str) -> list[str]:
        return [row["n"].value for row in in_order(asked + by, results)]

    assert order("?x") == ["3", "10", "2"]
    assert order("DESC(xsd:integer(?n))") == ["10", "3", "2"]
    assert order("?elsewhere") == ["2", "10", "3"]
    assert order("?x LIMIT 3") == ["2", "10", "3"]
