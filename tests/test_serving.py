"""The server as a process: what stands before Flask answers as Flask does, and nothing is lost when versions change."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kg.build import build
from kg.house import House
from kg.store import RemoteStore
from server import create_app
from tests.server_process import Running, serving, start

pytestmark = pytest.mark.xdist_group("serving")

JSON = {"Accept": "application/sparql-results+json"}
PAGE = {"Accept": "text/html"}
QUESTION = "/queries/practices-at-an-intersection"
ASK = quote("ASK { ?s ?p ?o }")
LABELS = quote(
    "SELECT ?s ?l { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?l } ORDER BY ?s ?l LIMIT 9"
)


@pytest.fixture(scope="module")
def server(world_house: House) -> Iterator[Running]:
    build(world_house)
    with serving(world_house.root, VISITOR_SECONDS=2.0) as running:
        yield running


@pytest.fixture(scope="module")
def flask(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root, "VISITOR_SECONDS": 2.0})
    yield app.test_client()
    app.extensions["desk"].close()


@pytest.mark.parametrize(
    ("method", "path", "headers", "body"),
    [
        ("GET", f"/sparql?query={ASK}", {}, None),
        ("GET", f"/sparql/?query={LABELS}", JSON, None),
        ("GET", f"/sparql?query={LABELS}", {"Accept": "text/csv"}, None),
        ("GET", f"/sparql?query={LABELS}&format=tsv", {}, None),
        ("GET", f"/sparql?query={LABELS}", PAGE, None),
        ("GET", f"/sparql?query={LABELS}", {"Accept": "text/turtle"}, None),
        ("GET", f"/sparql?query={LABELS}", {"Accept": "image/png"}, None),
        ("GET", f"/sparql?query={quote('CONSTRUCT WHERE { ?s a ?c }')}", {}, None),
        ("GET", f"/sparql?query={quote('SELECT * {')}", JSON, None),
        ("GET", f"/sparql?query={quote('SELECT * { SERVICE <http://x/> {} }')}", JSON, None),
        ("GET", f"/sparql?query={ASK}&default-graph-uri=http://x/y", JSON, None),
        ("GET", f"/sparql?query={ASK}&query={ASK}", JSON, None),
        ("GET", f"/sparql?query={ASK}&timeout=soon", JSON, None),
        ("GET", "/sparql?query=%FF", JSON, None),
        ("GET", "/sparql", {}, None),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"ASK {}"),
        ("POST", "/sparql", {"Content-Type": "application/x-www-form-urlencoded"}, b"query=ASK{}"),
        ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL"),
        ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b" " * 1_000_001),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}"),
        ("PUT", "/sparql", {}, b"ASK {}"),
        ("OPTIONS", "/sparql", {}, None),
        ("GET", QUESTION + ".json", {}, None),
        ("GET", QUESTION, JSON, None),
        ("HEAD", QUESTION + ".csv", {}, None),
        ("GET", "/queries/no-such-question", JSON, None),
        ("GET", "/city/zz-millbrook", {"Accept": "text/turtle"}, None),
        ("GET", "/a%2F..%2F%C3%A9", JSON, None),
    ],
)
def test_what_stands_before_flask_answers_as_flask_does(
    method: str, path: str, headers: dict, body: bytes | None, server: Running, flask: FlaskClient
):
    theirs = flask.open(path, method=method, headers=headers, data=body)
    for _ in range(2):  # the second time it may have been kept
        status, ours, sent = server.ask(path, method, body, headers)
        assert status == theirs.status_code
        assert ours.get("content-type") == theirs.headers.get("Content-Type")
        passing = {"date", "server", "content-length", "etag", "connection", "cache-control"}
        told = {name.lower() for name, _ in theirs.headers} - passing
        assert told <= set(ours)
        for name in ("location", "allow", "retry-after", "access-control-allow-methods"):
            both = (ours.get(name, ""), theirs.headers.get(name, ""))
            assert set(both[0].split(", ")) == set(both[1].split(", ")), name
        if "<html" not in theirs.text and "endpoint" not in theirs.text:
            assert sent == theirs.data
        if method == "HEAD":
            assert int(ours["content-length"]) > 0


def test_what_is_kept_is_sent_again_as_it_was_and_not_to_who_has_it(server: Running):
    first, again = (server.ask(QUESTION + ".json") for _ in range(2))
    assert again == (200, again[1], first[2])
    etag = first[1]["etag"]
    status, headers, body = server.ask(QUESTION + ".json", headers={"If-None-Match": etag})
    assert (status, headers["etag"], body) == (304, etag, b"")
    other = server.ask(QUESTION + ".csv", headers={"If-None-Match": etag})
    assert other[0] == 200
    query = f"/sparql?query={ASK}"
    etag = server.ask(query, headers=JSON)[1]["etag"]
    assert server.ask(query, headers=JSON | {"If-None-Match": etag})[0] == 304


@pytest.mark.parametrize("path", [QUESTION + ".json", QUESTION, "/", "/ontology.ttl"])
def test_who_takes_gzip_is_sent_the_same_answer_packed(path: str, server: Running):
    plain, packs = {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip, deflate, br"}
    for method in ("HEAD", "GET", "HEAD", "GET"):
        _, said, body = server.ask(path, method, headers=plain)
        status, headers, packed = server.ask(path, method, headers=packs)
        assert (status, headers["content-encoding"]) == (200, "gzip")
        assert "content-encoding" not in said
        for one in (said, headers):
            assert one["vary"].split(", ").count("Accept-Encoding") == 1
            assert "Accept" in one["vary"].split(", ")
        assert said["etag"] != headers["etag"]
        assert {one["etag"][:1] + one["etag"][-1:] for one in (said, headers)} == {'""'}
        if method == "GET":
            assert gzip.decompress(packed) == body
            assert len(packed) == int(headers["content-length"]) < len(body) / 2
            assert len(body) == int(said["content-length"])
        else:
            assert packed == body == b""
            assert int(headers["content-length"]) < int(said["content-length"]) / 2


def test_each_form_has_a_tag_of_its_own_and_who_has_that_form_is_told_so(server: Running):
    path = QUESTION + ".xml"
    forms = [{"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip"}]
    for form in forms:  # of what nobody has asked for yet
        assert server.ask(path, headers=form | {"If-None-Match": '"x", "x-gzip"'})[0] == 200
    tags = [server.ask(path, headers=form)[1]["etag"] for form in forms]
    for form, tag, other in zip(forms, tags, tags[::-1], strict=True):
        for method in ("GET", "HEAD"):
            status, headers, body = server.ask(path, method, headers=form | {"If-None-Match": tag})
            assert (status, headers["etag"], body) == (304, tag, b"")
            assert "Accept-Encoding" in headers["vary"]
            assert server.ask(path, method, headers=form | {"If-None-Match": other})[0] == 200
        assert server.ask(path, headers=form | {"If-None-Match": "*"})[0] == 304
        new = form | {"Accept": f"application/sparql-results+xml;x={form['Accept-Encoding']}"}
        assert server.ask(path, headers=new | {"If-None-Match": f"W/{tag}"})[0] == 304


def test_what_is_kept_in_one_language_is_not_sent_in_another(server: Running):
    for language in ("es", "fr", "es", "en", "fr;q=0.9,es;q=0.1"):
        status, headers, body = server.ask("/", headers=PAGE | {"Accept-Language": language})
        first = language[:2]
        assert (status, headers["content-language"]) == (200, first)
        assert f'<html lang="{first}">'.encode() in body


def test_pages_stand_over_a_graph_on_another_server(server: Running, world_house: House):
    endpoint = f"http://127.0.0.1:{server.port}/sparql"
    assert RemoteStore(endpoint).graphs() == build(world_house).open().graphs()
    app = create_app({"HOUSE": world_house.root, "ENDPOINT": endpoint})
    try:
        client = app.test_client()
        city = client.get("/city/zz-harbourton.html", headers=PAGE)
        assert city.status_code == 200
        assert "Harbourton, the oldest city of the North Shore" in city.text
        assert "What is in the graph" in client.get("/", headers=PAGE).text
        assert (
            "The graph lies on another server"
            in client.get("/search?q=harbourton", headers=PAGE).text
        )
    finally:
        app.extensions["desk"].close()


@pytest.mark.parametrize(("letters", "status"), [("Größe".encode(), 200), (b"Gr\xf6\xdfe", 400)])
def test_letters_that_nobody_escaped_are_read_or_refused(
    letters: bytes, status: int, server: Running
):
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(
            b"GET /search?q=" + letters + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        )
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert int(answer.split()[1]) == status
    assert (letters in answer) == (status == 200)


def test_a_query_that_takes_too_long_says_when_to_come_again(server: Running):
    query = quote(
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    )
    began = time.monotonic()
    status, headers, body = server.ask(f"/sparql?query={query}&timeout=0.5", headers=JSON)
    assert time.monotonic() - began < 5.0
    assert (status, headers["content-type"]) == (504, "application/problem+json")
    assert "0.5 s" in json.loads(body)["detail"]
    assert int(headers["retry-after"]) > 0


def asking(server: Running, seen: list[object], until: threading.Event) -> None:
    """Ask again and again; what comes back, or what went wrong, is noted."""
    paths = (QUESTION + ".json", f"/sparql?query={LABELS}", "/health", "/queries")
    while not until.is_set():
        for path in paths:
            try:
                seen.append(server.ask(path, headers={"Accept": "application/json"})[0])
            except OSError as error:
                seen.append(error)
            until.wait(0.005)  # or nothing is left for the server


def test_a_new_version_takes_over_and_no_request_is_lost(world_house: House, tmp_path: Path):
    shutil.copytree(world_house.root, tmp_path / "house")
    house = House(tmp_path / "house")
    seen: list[object] = []
    until = threading.Event()
    with serving(house.root) as server:
        before = server.version()
        threads = [threading.Thread(target=asking, args=(server, seen, until)) for _ in range(4)]
        for thread in threads:
            thread.start()
        file = house.files("data")[0]
        file.write_text(file.read_text() + "\n# changed\n")
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 180
        while server.version() == before and time.monotonic() < deadline:
            time.sleep(0.1)
        after, count = server.version(), len(seen)
        while len(seen) < count + 20:
            time.sleep(0.05)
        until.set()
        for thread in threads:
            thread.join()
        # A file that cannot be read is told, and the version that works goes on.
        file.write_text("this is not Turtle")
        server.process.send_signal(signal.SIGHUP)
        time.sleep(1.0)
        assert server.version() == after
    assert after != before
    assert set(seen) == {200}


def test_after_being_killed_at_work_it_serves_the_same_again(world_house: House):
    server = start(world_house.root)
    seen: list[object] = []
    until = threading.Event()
    try:
        server.await_answer()
        before = (server.version(), server.ask(QUESTION + ".json")[2])
        threads = [threading.Thread(target=asking, args=(server, seen, until)) for _ in range(3)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        server.process.kill()
        server.process.wait()
        until.set()
        for thread in threads:
            thread.join()
        again = start(world_house.root, port=server.port)
        try:
            again.await_answer()
            assert (again.version(), again.ask(QUESTION + ".json")[2]) == before
        finally:
            again.process.kill()
            again.process.wait()
    finally:
        server.process.kill()
        server.process.wait()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_told_though_something_is_at_work(sign: int, world_house: House):
    server = start(world_house.root)
    server.await_answer()
    query = quote(
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
    )
    ended: list[object] = []

    def wait() -> None:
        try:
            ended.append(server.ask(f"/sparql?query={query}", headers=JSON)[0])
        except OSError as error:
            ended.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    assert server.stop(sign) == 0
    assert time.monotonic() - began < 4.0  # 2 s where nothing else runs
    thread.join(10)
    assert len(ended) == 1


# What is counted and written down ----------------------------------------------------------------------------


def test_what_was_done_is_counted_for_the_operator_alone(world_house: House, tmp_path: Path):
    log = tmp_path / "log"
    with log.open("wb") as file, serving(world_house.root, log=file) as server:
        secret = {
            "User-Agent": "secret-agent",
            "Accept": "application/json",
            "Referer": "http://secret/",
        }
        for _ in range(3):
            assert server.ask(QUESTION + ".json?format=json", headers=secret)[0] == 200
        assert (
            server.ask(f"/sparql?query={quote('ASK { <a:secret> ?p ?o }')}", headers=JSON)[0] == 200
        )
        assert server.ask(f"/sparql?query={quote('SELECT secret')}", headers=JSON)[0] == 400
        assert server.ask("/city/secret-name", headers=secret)[0] == 404
        status, headers, body = server.ask("/metrics")
        assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
        for trick in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            assert server.ask("/metrics", headers={trick: "127.0.0.1"})[0] == 404
        version = server.version()
    counted = dict(line.rsplit(" ", 1) for line in body.decode().splitlines() if line[0] != "#")
    assert counted[f'kg_info{{version="{version}"}}'] == "1"
    assert counted['kg_requests_total{part="queries",status="200",origin="page"}'] == "1"
    assert counted['kg_requests_total{part="queries",status="200",origin="kept"}'] == "2"
    assert counted['kg_requests_total{part="sparql",status="200",origin="worker"}'] == "1"
    assert counted['kg_queries_total{end="SyntaxFault"}'] == "1"
    assert counted['kg_queries{state="waiting"}'] == "0"
    assert counted['kg_request_seconds_count{part="queries"}'] == "3"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["part"] for line in lines if line["part"] == "queries"] == ["queries"] * 3
    assert {"at", "method", "part", "status", "origin", "ms", "bytes"} == set(lines[0])
    said = log.read_text() + body.decode()
    assert "secret" not in said
    assert "127.0.0.1" not in said


def test_behind_a_proxy_whom_it_names_last_is_who_asks(world_house: House):
    """Two who are told apart can each have a dear query at work; one client behind many names cannot."""
    query = quote(
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"
    )

    def ends(names: list[str]) -> list[int]:
        found: list[int] = []

        def ask(name: str) -> None:
            headers = JSON | {"X-Forwarded-For": name}
            found.append(server.ask(f"/sparql?query={query}&timeout=7", headers=headers)[0])

        threads = [threading.Thread(target=ask, args=(name,)) for name in names]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(found)

    with serving(world_house.root, behind_proxy=True) as server:
        assert ends(["6.6.6.6, 10.0.0.1", "10.0.0.2"]) == [504, 504]
        assert ends(["1.1.1.1, 10.0.0.3", "2.2.2.2, 10.0.0.3"]) == [429, 504]
