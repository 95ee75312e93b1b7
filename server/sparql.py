"""The SPARQL 1.1 Protocol's query operation: GET, POST of a form, POST of a query. Read only.

A visitor's query is screened here and run in a worker process; nothing of it, parsing included, happens in the
process that serves. The status is settled before the first byte of an answer leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.exceptions import BadRequest, Forbidden, UnsupportedMediaType

from kg.answers import GRAPHS, TABLES, Answer, Wanted
from kg.errors import Refused
from kg.namespaces import PREFIXES
from kg.screening import MAX_BYTES, MAX_NESTING, MAX_TOKENS, screen
from kg.store import as_answer
from server.desk import the_desk
from server.formats import DOWNLOADS, Choice, chosen, written

sparql = Blueprint("sparql", __name__)

_READ_ONLY = "The graph is read only: updates are not carried out."

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


@dataclass(frozen=True)
class Request:
    """What a protocol request asks: the query, and the graphs that take the place of its FROM."""

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


@sparql.route("/sparql", methods=["GET", "POST"])
def endpoint() -> Response | str:
    """Answer a query; without one, the editor page or the service description."""
    asked = _read()
    if asked.query is None:
        return _bare()
    known = the_desk().graphs
    screened = screen(asked.query, known)
    for name in (*asked.default_graphs, *asked.named_graphs):
        if name not in known:
            raise Refused(f"The graph <{name}> is not one of this store's, and nothing is fetched.")
    choice = chosen(screened.kind, default="json" if screened.kind == "table" else "turtle")
    if choice.page:
        return _page(asked, screened.kind)
    return written(_ask(asked, choice), "answer")


def _ask(asked: Request, choice: Choice) -> Answer:
    return the_desk().visitor(
        asked.query or "", choice.wanted, asked.default_graphs, asked.named_graphs
    )


def _read() -> Request:
    if request.method == "GET":
        return _from(request.args.getlist("query"), bare=True)
    kind = request.mimetype
    if kind == "application/sparql-query":
        if "query" in request.args:
            raise BadRequest("The query stands in the body; the address may not have another.")
        return _from([_utf8(request.get_data())])
    if kind == "application/x-www-form-urlencoded":
        _utf8(request.get_data(cache=True))
        return _from(request.form.getlist("query"))
    if kind == "application/sparql-update":
        raise Forbidden(_READ_ONLY)
    raise UnsupportedMediaType("POST a form with `query`, or a query as application/sparql-query.")


def _from(queries: list[str], bare: bool = False) -> Request:
    if "update" in request.values:
        raise Forbidden(_READ_ONLY)
    if len(queries) > 1:
        raise BadRequest("There is more than one `query`; send one.")
    if not queries and not bare:
        raise BadRequest("There is no `query` in this request.")
    return Request(
        queries[0] if queries else None,
        tuple(request.values.getlist("default-graph-uri")),
        tuple(request.values.getlist("named-graph-uri")),
    )


def _utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None


def _bare() -> Response | str:
    choice = chosen("graph", default="turtle")
    if choice.page:
        return render_template("sparql.html", query=_EXAMPLE, limits=_limits())
    return written(as_answer(_description(), choice.wanted))


def _page(asked: Request, kind: str) -> str:
    answer = the_desk().visitor(
        asked.query or "", Wanted("json", "turtle"), asked.default_graphs, asked.named_graphs
    )
    facts: dict[str, object] = (
        {"table": answer.table().for_people()}
        if kind == "table"
        else {"graph": answer.body.decode()}
    )
    return render_template(
        "sparql.html", query=asked.query, limits=_limits(), suffixes=DOWNLOADS[kind], **facts
    )


def _limits() -> dict[str, object]:
    return {
        "seconds": current_app.config["VISITOR_SECONDS"],
        "bytes": current_app.config["VISITOR_BYTES"],
        "query_bytes": MAX_BYTES,
        "tokens": MAX_TOKENS,
        "nesting": MAX_NESTING,
    }


def _description() -> list[ox.Triple]:
    """The SPARQL 1.1 Service Description of this endpoint."""
    sd = "http://www.w3.org/ns/sparql-service-description#"
    formats = "http://www.w3.org/ns/formats/"
    a = ox.NamedNode(PREFIXES["rdf"] + "type")
    service, dataset, default = ox.BlankNode(), ox.BlankNode(), ox.BlankNode()

    def says(subject: ox.BlankNode, term: str, value: object) -> ox.Triple:
        node = value if isinstance(value, ox.BlankNode) else ox.NamedNode(str(value))
        return ox.Triple(subject, ox.NamedNode(sd + term), node)

    written_as = ["SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV"]
    written_as += ["SPARQL_Results_TSV", "Turtle", "N-Triples", "JSON-LD", "RDF_XML"]
    assert len(written_as) == len(TABLES) + len(GRAPHS)
    triples = [
        ox.Triple(service, a, ox.NamedNode(sd + "Service")),
        says(service, "endpoint", request.base_url),
        says(service, "supportedLanguage", sd + "SPARQL11Query"),
        *(says(service, "resultFormat", formats + name) for name in written_as),
        says(service, "defaultDataset", dataset),
        ox.Triple(dataset, a, ox.NamedNode(sd + "Dataset")),
        says(dataset, "defaultGraph", default),
        ox.Triple(default, a, ox.NamedNode(sd + "Graph")),
    ]
    for name in sorted(the_desk().graphs):
        named = ox.BlankNode()
        triples += [says(dataset, "namedGraph", named), says(named, "name", name)]
        triples.append(ox.Triple(named, a, ox.NamedNode(sd + "NamedGraph")))
    return triples
