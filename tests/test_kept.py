"""Kept answers: bounded, each under its own conditions, packed only where that is wanted and worth it."""

from __future__ import annotations

import gzip

import pytest

from server.gateway import Response
from server.kept import _BYTES, Shelf, encoded, takes_gzip

PUBLIC = [("content-type", "text/plain"), ("cache-control", "public, max-age=60"), ("etag", '"a"')]


def of(size: int, headers: list[tuple[str, str]] = PUBLIC, status: int = 200) -> Response:
    return Response(status, headers, b"x" * size)


@pytest.mark.parametrize(
    ("said", "wants"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("GZIP", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("identity;q=0.5, gzip;q=0.5", True),
        ("*;q=0", False),
        (";;gzip=,", False),
    ],
)
def test_who_wants_gzip(said: str, wants: bool):
    assert takes_gzip(said) is wants


def test_packing_keeps_what_is_said_and_what_is_sent():
    response = of(5_000, [*PUBLIC, ("vary", "Accept")])
    packed, plain = encoded(response, True), encoded(response, False)
    assert gzip.decompress(packed.body) == plain.body == response.body
    assert dict(packed.headers) == {
        "content-type": "text/plain",
        "cache-control": "public, max-age=60",
        "vary": "Accept, Accept-Encoding",
        "etag": '"a-gzip"',
        "content-encoding": "gzip",
    }
    assert encoded(response, True).body == packed.body  # or its tag would not be a strong one
    assert dict(plain.headers) == dict(PUBLIC) | {"vary": "Accept, Accept-Encoding"}


@pytest.mark.parametrize(
    "response",
    [
        of(5_000, status=404),
        of(5_000, [("content-type", "text/plain"), ("etag", '"a"')]),
        of(5_000, [("cache-control", "public"), ("etag", 'W/"a"')]),
        of(5_000, [*PUBLIC, ("content-encoding", "br")]),
        of(4_000_001),
    ],
)
def test_what_is_not_kept_or_is_packed_already_goes_as_it_is(response: Response):
    assert encoded(response, True) is response


def test_what_would_not_be_smaller_is_not_packed():
    for body in (b"short", gzip.compress(bytes(range(256)) * 40)):
        sent = encoded(Response(200, PUBLIC, body), True)
        assert sent.body == body
        assert "content-encoding" not in dict(sent.headers)


def test_the_shelf_is_bounded_and_lets_go_what_was_asked_for_longest_ago():
    shelf, each = Shelf(), 3_000_000
    for number in range(15):
        shelf.put((f"/{number}",), of(each))
        assert shelf.get(("/0",))
    shelf.put(("/2",), of(each))  # again: counted once
    assert 15 * each < shelf.size < 15 * (each + 2_000)
    for number in range(15, 40):
        shelf.put((f"/{number}",), of(each))
        assert shelf.get(("/0",))
    assert shelf.size <= _BYTES
    assert len(shelf) == _BYTES // (each + 1_000)
    assert not shelf.get(("/1",))
    assert shelf.get(("/39",))


@pytest.mark.parametrize(
    "response",
    [
        of(9, status=404),
        of(9, [("cache-control", "public")]),
        of(9, [("cache-control", "no-store"), ("etag", '"a"')]),
        of(4_000_001),
    ],
)
def test_what_may_not_be_sent_again_is_not_kept(response: Response):
    shelf = Shelf()
    shelf.put(("/",), response)
    assert (len(shelf), shelf.size) == (0, 0)
