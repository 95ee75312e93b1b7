"""The SPARQL 1.1 Protocol's query operation as pages and answers. Read only.

A visitor's query is screened here and run in a worker process; nothing of it, parsing included, happens in the
process that serves. The status is settled before the first byte of an answer leaves. An answer is whole or
refused; only a page shows the beginning of a long one, and says so.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, request

from kg.answers import Wanted
from kg.errors import KgError
from kg.sandbox.cage import MEMORY
from kg.screening import MAX_BYTES, MAX_NESTING, MAX_TOKENS, only_known, screen
from kg.writing import as_answer
from server import editor
from server.description import description
from server.desk import the_desk
from server.formats import DOWNLOADS, chosen, written
from server.protocol import Asked, read

sparql = Blueprint("sparql", __name__)


@sparql.route("/sparql", methods=["GET", "POST"])
@sparql.route("/sparql/", methods=["GET", "POST"])
def endpoint() -> Response | str:
    """Answer a query; without one, the editor page or the service description."""
    asked = read(
        request.method,
        request.query_string.decode("latin-1"),
        request.headers.get("Content-Type", ""),
        request.get_data(cache=True),
    )
    if asked.query is None:
        return _bare()
    try:
        return _answered(asked)
    except KgError as error:
        if _for_a_person():
            return make_response(*editor.failed(_limits(), asked.query, error))
        raise


def _answered(asked: Asked) -> Response | str:
    known = the_desk().graphs
    screened = screen(asked.query or "", known)
    only_known((*asked.default_graphs, *asked.named_graphs), known)
    choice = chosen(screened.kind, default="json" if screened.kind == "table" else "turtle")
    if choice.page:
        return _page(asked, screened.kind)
    return written(the_desk().visitor(asked, choice.wanted), "answer")


def _bare() -> Response | str:
    choice = chosen("graph", default="turtle")
    if choice.page:
        name = request.args.get("example", "")
        return editor.page(_limits(), editor.example(name) if name else editor.EXAMPLE)
    about = description(request.base_url, the_desk().graphs)
    return written(as_answer(about, choice.wanted))


def _page(asked: Asked, kind: str) -> str:
    excerpt = the_desk().shown(asked, Wanted("json", "turtle"))
    return editor.page(
        _limits(),
        asked.query or "",
        suffixes=DOWNLOADS[kind],
        excerpt=excerpt,
        table=excerpt.table.for_people() if excerpt.table else None,
    )


def _for_a_person() -> bool:
    """Whether whoever asks wants a page first, as a browser does."""
    named = request.values.get("format")
    accepted = request.accept_mimetypes
    return named == "html" or (
        not named and accepted.quality("text/html") > accepted.quality("application/json")
    )


def _limits() -> dict[str, object]:
    config = current_app.config
    return {
        "seconds": config["VISITOR_SECONDS"],
        "rows": config["VISITOR_ROWS"],
        "bytes": config["VISITOR_BYTES"],
        "memory": MEMORY >> 30,
        "plan": config["VISITOR_PLAN"],
        "shown": config["VISITOR_SHOWN"],
        "body": config["MAX_CONTENT_LENGTH"],
        "query_bytes": MAX_BYTES,
        "tokens": MAX_TOKENS,
        "nesting": MAX_NESTING,
    }
