"""The SPARQL 1.1 Protocol's query operation as pages and answers. Read only.

A visitor's query is screened here and run in a worker process; nothing of it, parsing included, happens in the
process that serves. The status is settled before the first byte of an answer leaves. An answer is whole or
refused; only a page shows the beginning of a long one, and says so.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template, request

from kg.answers import Wanted
from kg.sandbox.cage import MEMORY
from kg.screening import MAX_BYTES, MAX_NESTING, MAX_TOKENS, only_known, screen
from kg.store import as_answer
from server.description import description
from server.desk import the_desk
from server.formats import DOWNLOADS, chosen, written
from server.protocol import Asked, read

sparql = Blueprint("sparql", __name__)

_EXAMPLE = """PREFIX hrc: <https://w3id.org/hrcities/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?practice ?practiceLabel ?quote
WHERE {
  ?practice a hrc:Practice ;
    rdfs:label ?practiceLabel .
  ?evidence hrc:about ?practice ;
    hrc:quote ?quote .
}
ORDER BY ?practice ?quote
LIMIT 20
"""


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
    known = the_desk().graphs
    screened = screen(asked.query, known)
    only_known((*asked.default_graphs, *asked.named_graphs), known)
    choice = chosen(screened.kind, default="json" if screened.kind == "table" else "turtle")
    if choice.page:
        return _page(asked, screened.kind)
    return written(the_desk().visitor(asked, choice.wanted), "answer")


def _bare() -> Response | str:
    choice = chosen("graph", default="turtle")
    if choice.page:
        return render_template("sparql.html", query=_EXAMPLE, limits=_limits())
    about = description(request.base_url, the_desk().graphs)
    return written(as_answer(about, choice.wanted))


def _page(asked: Asked, kind: str) -> str:
    excerpt = the_desk().shown(asked, Wanted("json", "turtle"))
    return render_template(
        "sparql.html",
        query=asked.query,
        limits=_limits(),
        suffixes=DOWNLOADS[kind],
        excerpt=excerpt,
        table=excerpt.table.for_people() if excerpt.table else None,
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
