"""Parts of an answer, and the `Link` headers (RFC 8288) that lead from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request
from werkzeug.exceptions import NotFound

from kg import paging
from kg.answers import Answer, Wanted
from kg.errors import Phrase
from server.desk import Desk
from server.question.asked import Asked

_WHOLE = {"table": Wanted("json", None), "graph": Wanted(None, "ntriples")}


@dataclass(frozen=True)
class Whole:
    """All of an answer, from which parts are cut; `total` counts its rows or statements. `text` is the query that was
    asked, `seconds` how long that took, `when` it was.
    """

    answer: Answer
    total: int
    text: str
    seconds: float
    when: datetime


def whole(desk: Desk, asked: Asked) -> Whole:
    """The whole answer to what is asked."""
    text = asked.query.bind(asked.given, desk.store, desk.options)
    kept = desk.ours(text, _WHOLE[asked.query.kind])
    return Whole(kept.answer, paging.total(kept.answer), text, kept.seconds, kept.when)


def cut(found: Whole, asked: Asked, wanted: Wanted) -> Answer:
    """The part that the address asks for. Raises NotFound beyond the last page."""
    last = asked.pages(found.total)
    if asked.page > last:
        raise NotFound(
            Phrase("There is no page %(page)s; the last is %(last)s.", page=asked.page, last=last)
        )
    return paging.part(found.answer, asked.start, asked.length, wanted)


def steps(asked: Asked, total: int) -> dict[str, Asked]:
    """Where one can go from here: first, prev, next, last; prev and next only where there is one."""
    last = asked.pages(total)
    found = {"first": asked.changed(page=1)}
    if asked.page > 1:
        found["prev"] = asked.changed(page=min(asked.page - 1, last))
    if asked.page < last:
        found["next"] = asked.changed(page=asked.page + 1)
    return found | {"last": asked.changed(page=last)}


def head(response: Response, asked: Asked, total: int, suffix: str = "") -> Response:
    """Say in a response's head how many rows there are and, of a part, where the others are."""
    response.headers["X-Total-Count"] = str(total)
    if asked.paged or not suffix:
        root = request.url_root.rstrip("/")
        for relation, place in steps(asked, total).items():
            response.headers.add("Link", f'<{root}{place.href(suffix)}>; rel="{relation}"')
    return response
