"""Checking a contribution: paste it, upload it or send it; what comes back is what to mend. Nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, current_app, render_template, request

from kg import validation
from kg.errors import KgError, SyntaxFault
from kg.namespaces import BASE
from kg.rdf import ENDINGS, SYNTAXES
from kg.validation import Finding
from server.desk import the_desk

contributions = Blueprint("contributions", __name__)

_BY_MEDIA_TYPE = {
    "text/turtle": "turtle",
    "application/trig": "trig",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdfxml",
}
_FORM = ("multipart/form-data", "application/x-www-form-urlencoded")
_ANSWERS = ["text/html", "application/json", "text/turtle"]


@dataclass(frozen=True)
class Brought:
    """A contribution as it came: its bytes, what to call it, its syntax, and what it takes the place of."""

    text: bytes
    what: str
    syntax: str
    replaces: str | None = None


@contributions.get("/validate")
def form() -> str:
    """The page that takes a contribution."""
    return _page(None)


@contributions.post("/validate")
def validate() -> Response | str:
    """Judge what was sent: a page, JSON or a SHACL report."""
    answer = _form_of_answer()
    if request.mimetype in _FORM:
        brought = _from_form()
    elif request.mimetype in _BY_MEDIA_TYPE:
        replaces = _graph(request.args.get("replaces", ""))
        brought = Brought(
            request.get_data(), "The contribution", _BY_MEDIA_TYPE[request.mimetype], replaces
        )
    else:
        abort(415, f"Send a form, or RDF as one of: {', '.join(_BY_MEDIA_TYPE)}.")
    if not brought.text.strip():
        return _nothing(answer)
    try:
        findings = the_desk().judged(brought.text, brought.what, brought.syntax, brought.replaces)
    except KgError as error:
        if answer != "text/html" or not isinstance(error, SyntaxFault):
            raise
        return Response(_page(brought, fault=error), 400, content_type="text/html; charset=utf-8")
    return _written(answer, brought, findings)


def _form_of_answer() -> str:
    named = {"json": "application/json", "turtle": "text/turtle", "html": "text/html"}
    if request.args.get("format") in named:
        return named[request.args["format"]]
    offered = _ANSWERS if request.mimetype in _FORM else [_ANSWERS[1], _ANSWERS[2], _ANSWERS[0]]
    if not request.accept_mimetypes:
        return offered[0]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        abort(406, f"Findings are written as one of: {', '.join(_ANSWERS)}.")
    return best


def _from_form() -> Brought:
    upload = request.files.get("file")
    pasted = request.form.get("text", "")
    replaces = _graph(request.form.get("replaces", ""))
    if upload and upload.filename:
        ending = PurePosixPath(upload.filename).suffix.lower()
        if ending not in ENDINGS:
            abort(415, f"The file's name must end with one of: {', '.join(ENDINGS)}.")
        return Brought(upload.read(), upload.filename, ENDINGS[ending], replaces)
    syntax = request.form.get("syntax", "turtle")
    if syntax not in SYNTAXES:
        abort(415, f"The syntax must be one of: {', '.join(SYNTAXES)}.")
    return Brought(pasted.encode(), "What you pasted", syntax, replaces)


def _graph(name: str) -> str | None:
    """The published graph that a contribution is the new version of; 400 for one that there is not."""
    if not name:
        return None
    iri = name if name.startswith(BASE) else BASE + name
    if iri not in the_desk().graphs:
        abort(400, f"No published file is called {name!r}; leave `replaces` empty for a new one.")
    return iri


def _nothing(answer: str) -> Response | str:
    if answer != "text/html":
        abort(400, "There is nothing to check in this request.")
    page = _page(None, said="There was nothing to check. Paste some Turtle, or choose a file.")
    return Response(page, 400, content_type="text/html; charset=utf-8")


def _written(answer: str, brought: Brought, findings: list[Finding]) -> Response | str:
    if answer == "application/json":
        return Response(validation.as_json(findings) + "\n", content_type="application/json")
    if answer == "text/turtle":
        return Response(validation.as_turtle(findings), content_type="text/turtle; charset=utf-8")
    return _page(brought, findings=findings)


def _page(brought: Brought | None, **facts: object) -> str:
    files = sorted(name.removeprefix(BASE) for name in the_desk().graphs if "/data/" in name)
    return render_template(
        "validate.html",
        brought=brought,
        pasted=brought.text.decode(errors="replace") if brought else "",
        syntaxes=list(SYNTAXES),
        files=files,
        limit=current_app.config["MAX_CONTENT_LENGTH"],
        seconds=current_app.config["UPLOAD_SECONDS"],
        **facts,
    )
