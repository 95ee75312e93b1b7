"""Untrusted work ends where it should: in its own process, in its own time, without the network.

A canary listens on loopback: if a request of a visitor's ever got out, it would be heard.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from kg.answers import Wanted
from kg.build import Built
from kg.errors import Busy, Crashed, KgError, OutOfTime, Overflow, Refused, SyntaxFault
from kg.house import House
from kg.sandbox import Lane, Sandbox
from kg.sandbox import cage as cages
from kg.validation import Brought

JSON = Wanted("json", "turtle")
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture(scope="module")
def sandbox(house: House, built: Built) -> Iterator[Sandbox]:
    lanes = {"one": Lane(1, 2.0, patience=0.3), "other": Lane(1, 20.0)}
    box = Sandbox(house.root, built.folder / "store", built.version, lanes)
    yield box
    box.close()


def works(sandbox: Sandbox, lane: str = "one") -> bool:
    return b"true" in sandbox.run(lane, "query", "ASK { ?s ?p ?o }", JSON).body


def test_a_query_is_answered(sandbox: Sandbox):
    assert works(sandbox)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("ASK " + "{" * 5000 + "}" * 5000, Crashed),
        ("ASK { FILTER(" + "1+" * 20000 + "1 = 1) }", Crashed),
        (PRODUCT, OutOfTime),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", Overflow),
        ("SELECT * {", SyntaxFault),
        (
            "SELECT (CONCAT(?h, ?h) AS ?i) { BIND('"
            + "x" * 90000
            + "' AS ?a) "
            + " ".join(
                f"BIND(CONCAT(?{a}, ?{a}, ?{a}, ?{a}, ?{a}, ?{a}, ?{a}, ?{a}) AS ?{b})"
                for a, b in zip("abcdefg", "bcdefgh", strict=True)
            )
            + " }",
            Crashed,
        ),
    ],
    ids=["nesting", "additions", "product", "rows", "syntax", "memory"],
)
def test_a_hostile_query_ends_alone(query: str, error: type[Exception], sandbox: Sandbox):
    lane, limit = (
        ("other", 20) if error is Crashed else ("one", 2)
    )  # so that memory ends before time
    began = time.monotonic()
    with pytest.raises(error):
        sandbox.run(lane, "query", query, JSON)
    assert time.monotonic() - began < limit + 4
    assert works(sandbox, lane)


def test_no_request_of_a_visitor_gets_out(sandbox: Sandbox, canary: tuple[str, list[str]]):
    address, heard = canary
    for query in (
        f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
    ):
        with contextlib.suppress(Refused):
            sandbox.run("one", "query", query, JSON)
    context = f'{{"@context": "{address}", "@id": "http://x/y", "p": 1}}'
    with pytest.raises(SyntaxFault):
        sandbox.run("other", "validate", Brought("context", context.encode(), "jsonld"))
    assert heard == []


def test_without_the_cage_the_canary_is_heard(built: Built, canary: tuple[str, list[str]]):
    """So the test above can fail: the same query, asked without a cage, does get out."""
    address, heard = canary
    with pytest.raises(Refused):
        built.open().answer(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    assert heard != []


def test_where_the_network_cannot_be_cut_the_descriptors_run_out(
    house: House, built: Built, canary: tuple[str, list[str]]
):
    """The second way of the cage, in a child that is not allowed to use the first."""
    import multiprocessing

    address, heard = canary
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_caged_by_descriptors, args=(theirs, built, address))
    child.start()
    assert ours.poll(60)
    assert ours.recv() == "refused"
    child.join()
    assert heard == []


def _caged_by_descriptors(pipe, built: Built, address: str) -> None:
    store = built.open()
    cages.close_up(network_is_cut=False)
    try:
        store.answer(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
    except Refused:
        pipe.send("refused")
    else:
        pipe.send("answered")


def test_a_busy_lane_says_so_and_leaves_the_other_free(sandbox: Sandbox):
    def dear() -> None:
        with pytest.raises(OutOfTime):
            sandbox.run("one", "query", PRODUCT, JSON)

    thread = threading.Thread(target=dear)
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    assert works(sandbox, "other")
    assert time.monotonic() - began < 1
    with pytest.raises(Busy):
        sandbox.run("one", "query", "ASK {}", JSON)
    thread.join()
    assert works(sandbox)


@pytest.mark.parametrize(
    ("syntax", "text"),
    [
        ("turtle", b"<http://x/a> <http://x/b> ,"),
        ("turtle", b"\x00\xff\xfe"),
        ("turtle", b"<http://x/a> <http://x/b> " + b"(" * 3000 + b")" * 3000 + b" ."),
        (
            "rdfxml",
            b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>',
        ),
        ("jsonld", b'{"@context": "file:///etc/passwd", "@id": "http://x/y", "p": 1}'),
    ],
    ids=["cut-off", "bytes", "lists", "entity", "context"],
)
def test_a_hostile_upload_ends_alone(syntax: str, text: bytes, sandbox: Sandbox):
    said = ""
    try:
        said = str(sandbox.run("other", "validate", Brought("upload", text, syntax)))
    except KgError as error:  # any other error is a defect
        said = str(error)
    assert said
    assert "root:" not in said
    assert works(sandbox, "other")
