"""Which form an answer takes: the Accept header, a suffix or `format=`, and one table for all three."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable as NotAcceptableHere
from werkzeug.http import parse_accept_header

from kg.answers import GRAPHS, TABLES, Answer, Wanted
from kg.errors import A_KIND, Phrase

HTML = "html"
_ALSO = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/xhtml+xml": HTML,
    "application/turtle": "turtle",
    "text/plain": "ntriples",
}
MEDIA_TYPES = {form.media_type: form.name for form in (*TABLES.values(), *GRAPHS.values())}
SUFFIXES = {form.suffix: form.name for form in (*TABLES.values(), *GRAPHS.values())} | {HTML: HTML}
DOWNLOADS = {"table": ("csv", "json", "tsv", "xml"), "graph": ("ttl", "jsonld", "nt", "rdf")}
_GRAPH_JSON = {"application/json": "jsonld", "application/xml": "rdfxml"}


@dataclass(frozen=True)
class Choice:
    """What was chosen: a page, or a format by name."""

    name: str

    @property
    def page(self) -> bool:
        return self.name == HTML

    @property
    def wanted(self) -> Wanted:
        """As a wish to the store; only the kind that this format can write is asked for."""
        return Wanted(
            self.name if self.name in TABLES else None, self.name if self.name in GRAPHS else None
        )


def chosen(kind: str, suffix: str | None = None, default: str = HTML) -> Choice:
    """The form for an answer of this kind ("table" or "graph"), or 406 with the list of those there are.

    A suffix or `format=` decides; else the Accept header; a missing header, or `*/*`, means `default`.
    """
    named = suffix or request.values.get("format")
    if named:
        name = SUFFIXES.get(named, named)
        if name == HTML or name in _names(kind):
            return Choice(name)
        raise not_acceptable(kind)
    offered = _offered(kind)
    order = sorted(offered, key=lambda media: offered[media] != default)
    best = _best(order, request.accept_mimetypes)
    if best is None:
        raise not_acceptable(kind)
    return Choice(offered[best])


def wanted_by(accept: str) -> Wanted | None:
    """What a program's Accept header asks of a query; None where that may be a page, or nothing there is."""
    accepted = parse_accept_header(accept, MIMEAccept)
    names = {}
    for kind, default in (("table", "json"), ("graph", "turtle")):
        offered = _offered(kind)
        best = _best(sorted(offered, key=lambda media: offered[media] != default), accepted)
        names[kind] = offered[best] if best else None
    wanted = Wanted(names["table"], names["graph"])
    return None if HTML in names.values() or wanted == Wanted(None, None) else wanted


def _names(kind: str) -> list[str]:
    return list(TABLES if kind == "table" else GRAPHS)


def _offered(kind: str) -> dict[str, str]:
    names = _names(kind)
    also = _ALSO | (_GRAPH_JSON if kind == "graph" else {})
    known = MEDIA_TYPES | also
    return {"text/html": HTML} | {m: n for m, n in known.items() if n in names or n == HTML}


def _best(offered: list[str], accepted: MIMEAccept) -> str | None:
    """werkzeug's choice, except that no Accept header means the first that is offered."""
    return accepted.best_match(offered) if accepted else offered[0]


def prefers_json() -> bool:
    """Whether a request for what is a page or plain JSON asks for the JSON."""
    accepted = request.accept_mimetypes
    return (
        bool(accepted)
        and accepted.best_match(
            ["text/html", "text/turtle", "application/ld+json", "application/json"]
        )
        == "application/json"
    )


def not_acceptable(kind: str) -> NotAcceptableHere:
    forms = TABLES if kind == "table" else GRAPHS
    types = ", ".join(["text/html", *(form.media_type for form in forms.values())])
    return NotAcceptableHere(
        Phrase(
            "This is answered with %(kind)s; ask for one of: %(offered)s.",
            kind=A_KIND[kind],
            offered=types,
        )
    )


def written(answer: Answer, name: str = "") -> Response:
    """An answer's bytes as a response; CSV and TSV are offered as a file of this name."""
    media = answer.format.media_type
    charset = "; charset=utf-8" if media.startswith("text/") else ""
    response = Response(answer.body, content_type=media + charset)
    if name:
        response.headers["Content-Disposition"] = (
            f'inline; filename="{name}.{answer.format.suffix}"'
        )
    return response
