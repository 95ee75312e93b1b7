"""A query from a program, by the protocol, on its way through the front: what it asks, and how it is answered."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from werkzeug.exceptions import HTTPException

from kg.answers import Wanted
from kg.errors import KgError
from kg.sandbox import Reply
from server.errors import problem_body, status_of
from server.formats import wanted_by
from server.gateway import Response
from server.headers import EVERYWHERE
from server.protocol import Asked, read


@dataclass(eq=False, slots=True)
class Pending:
    """A query on its way: whose it is, what is called once it is answered, and since when it is here."""

    scope: Any
    proto: Any
    done: Callable[[], None]
    began: float
    asked: Asked
    wanted: Wanted


def query_of(
    method: str, query_string: str, headers: Any, body: bytes
) -> tuple[Asked, Wanted] | None:
    """What a program asks; None for what is Flask's to decide."""
    accept = headers.get("accept", "")
    wanted = _wanted(accept) if len(accept) < 1_000 else None
    if wanted is None:
        return None
    try:
        asked = read(method, query_string, headers.get("content-type", ""), body)
    except HTTPException:
        return None
    return None if asked.query is None or asked.form else (asked, wanted)


@lru_cache(1_024)
def _wanted(accept: str) -> Wanted | None:
    """The formats that a program asks for; None where a page is wanted, or nothing that there is."""
    return wanted_by(accept)


def watch(proto: Any, future: asyncio.Future[Reply]) -> None:
    """Lose interest in an answer when whoever asked for it has left."""

    async def until_left() -> None:
        await proto.client_disconnect()
        future.cancel()

    watching = asyncio.ensure_future(until_left())
    future.add_done_callback(lambda _: watching.cancel())


def written(reply: Reply, method: str, known: str | None) -> Response:
    """What a worker replied. `known`: the If-None-Match of who asks."""
    if reply.answer is None:
        return failed(reply.error)
    body, form = reply.answer.body, reply.answer.format
    media = form.media_type
    headers = [
        ("content-type", media + "; charset=utf-8" if media.startswith("text/") else media),
        ("content-disposition", f'inline; filename="answer.{form.suffix}"'),
        *EVERYWHERE,
        ("vary", "Accept"),
    ]
    if method == "GET":
        etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
        headers += [("cache-control", "public, max-age=60"), ("etag", etag)]
        if known and etag in known:
            return Response(304, headers[2:], b"", "worker")
    return Response(200, headers, body, "worker")


def failed(error: BaseException | None) -> Response:
    """What is said of an error, in full only of one of ours."""
    if isinstance(error, KgError):
        return problem(status_of(error), str(error), error)
    return problem(500, "Something broke here that was not your doing.")


def problem(status: int, detail: str, error: KgError | None = None) -> Response:
    """An error as it is sent to programs."""
    headers, body = problem_body(status, detail, error)
    return Response(status, [*headers, *EVERYWHERE, ("vary", "Accept")], body)
