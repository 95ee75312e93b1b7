"""Answers that are kept as they are sent, for as long as the version of the graph is the same and there is room.

Whoever takes gzip is sent the answer packed: a representation of its own with an ETag of its own, packed once, by the
thread that made it.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from server.gateway import Headers, Response

_BYTES = 64_000_000  # of all answers that are kept
_EACH = 4_000_000
_BESIDES = 1_000  # bytes that an answer takes besides its body and its key, about
_SMALL = 600  # bytes that are not worth packing
_UNCHANGED = ("etag", "cache-control", "vary", "access-control-allow-origin")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it is sent, and what is sent to whoever has it already."""

    headers: Headers
    body: bytes
    etag: str
    unchanged: Headers
    size: int

    def send(self, proto: Any, known: str | None) -> tuple[int, int]:
        """Send it, or 304 to whose If-None-Match names it; the status and the bytes of the body."""
        if known and _names(known, self.etag):
            proto.response_empty(304, self.unchanged)
            return 304, 0
        proto.response_bytes(200, self.headers, self.body)
        return 200, len(self.body)


class Shelf:
    """The answers over one version of the graph. What was asked for longest ago goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> Kept | None:
        """From any thread."""
        kept = self._kept.get(key)
        if kept is not None:
            try:  # noqa: SIM105  this is asked thousands of times a second
                self._kept.move_to_end(key)
            except KeyError:
                pass  # it made room for another meanwhile
        return kept

    def put(self, key: Key, response: Response) -> None:
        """Keep an answer, if it may be sent again."""
        size = len(response.body) + sum(map(len, key)) + _BESIDES
        if not _is_public(response) or size > _EACH:
            return
        self._drop(key)
        unchanged = _unchanged(response)
        etag = dict(unchanged)["etag"]
        self._kept[key] = Kept(response.headers, response.body, etag, unchanged, size)
        self.size += size
        while self.size > _BYTES:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        self.size -= gone.size if gone else 0


def _is_public(response: Response) -> bool:
    named = dict(response.headers)
    rule = named.get("cache-control", "")
    return response.status == 200 and "public" in rule and named.get("etag", "").startswith('"')


@lru_cache(1_000)
def takes_gzip(accepted: str) -> bool:
    """Whether who says this in Accept-Encoding wants gzip no less than nothing."""
    said: Accept = parse_accept_header(accepted)
    return said.quality("gzip") > 0 and said.quality("gzip") >= said.quality("identity")


def encoded(response: Response, gzip: bool) -> Response:
    """A response as it goes to who takes gzip, or does not. Not on the event loop."""
    named = dict(response.headers)
    if not _is_public(response) or "content-encoding" in named or len(response.body) > _EACH:
        return response
    vary = ", ".join(filter(None, (named.get("vary"), "Accept-Encoding")))
    changed = {"vary": vary}
    body = response.body
    if gzip and len(body) >= _SMALL:
        packed = zlib.compress(body, wbits=16 + zlib.MAX_WBITS)
        if len(packed) < len(body):
            body = packed
            changed |= {"content-encoding": "gzip", "etag": f'{named["etag"][:-1]}-gzip"'}
    return Response(200, _with(response.headers, changed), body, response.origin)


def _with(headers: Headers, changed: Mapping[str, str]) -> Headers:
    return [(n, v) for n, v in headers if n not in changed] + list(changed.items())


def unless_known(response: Response, known: str | None) -> Response:
    """A response, or 304 where the If-None-Match of who asks names it."""
    etag = dict(response.headers).get("etag")
    if response.status != 200 or not etag or not known or not _names(known, etag):
        return response
    return Response(304, _unchanged(response), b"", response.origin)


def _names(known: str, etag: str) -> bool:
    return etag in known or known.strip() == "*"


def _unchanged(response: Response) -> Headers:
    return [(name, value) for name, value in response.headers if name in _UNCHANGED]
