"""Checking a contribution: paste it, upload it or send it; what comes back is what to mend. Nothing is kept."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, current_app, render_template, request

from kg.errors import KgError, SyntaxFault
from kg.namespaces import BASE
from kg.rdf import ENDINGS, SYNTAXES
from kg.validation import WRITERS, Brought, Review
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
_ANSWERS = {
    "text/html": "html",
    "application/json": "json",
    "text/turtle": "turtle",
    "application/sarif+json": "sarif",
    "application/xml": "junit",
    "text/plain": "text",
}


@contributions.get("/validate")
def form() -> str:
    """The page that takes a contribution."""
    return _page(None)


@contributions.post("/validate")
def validate() -> Response | str:
    """Judge what was sent: a page, JSON, a SHACL report, SARIF, JUnit XML or plain text."""
    answer = _form_of_answer()
    _not_packed()
    if request.mimetype in _FORM:
        brought = _from_form()
    elif request.mimetype in _BY_MEDIA_TYPE:
        replaces = _graph(request.args.get("replaces", ""))
        syntax = _BY_MEDIA_TYPE[request.mimetype]
        brought = Brought("The contribution", request.get_data(), syntax, replaces)
    else:
        abort(415, f"Send a form, or RDF as one of: {', '.join(_BY_MEDIA_TYPE)}.")
    if not brought.content.strip():
        return _nothing(answer)
    try:
        review = the_desk().reviewed(brought)
    except KgError as error:
        if answer != "html" or not isinstance(error, SyntaxFault):
            raise
        return Response(_page(brought, fault=error), 400, content_type="text/html; charset=utf-8")
    return _written(answer, brought, review)


def _not_packed() -> None:
    packed = request.headers.get("Content-Encoding", "identity")
    if packed.lower() != "identity":
        abort(415, f"The request's body is packed ({packed}). Send the text itself.")


def _form_of_answer() -> str:
    """The name of the form in which findings are wanted: `html`, or a writer's."""
    named = request.args.get("format")
    if named in _ANSWERS.values():
        return str(named)
    first = "text/html" if request.mimetype in _FORM else "application/json"
    offered = sorted(_ANSWERS, key=lambda media: media != first)
    if not request.accept_mimetypes:
        return _ANSWERS[first]
    best = request.accept_mimetypes.best_match(offered)
    if best is None:
        abort(406, f"Findings are written as one of: {', '.join(_ANSWERS)}.")
    return _ANSWERS[best]


def _from_form() -> Brought:
    upload = request.files.get("file")
    pasted = request.form.get("text", "")
    replaces = _graph(request.form.get("replaces", ""))
    if upload and upload.filename:
        ending = PurePosixPath(upload.filename).suffix.lower()
        if ending not in ENDINGS:
            abort(415, f"The file's name must end with one of: {', '.join(ENDINGS)}.")
        return Brought(upload.filename, upload.read(), ENDINGS[ending], replaces)
    syntax = request.form.get("syntax", "turtle")
    if syntax not in SYNTAXES:
        abort(415, f"The syntax must be one of: {', '.join(SYNTAXES)}.")
    return Brought("What you pasted", pasted.encode(), syntax, replaces)


def _graph(name: str) -> str | None:
    """The published graph that a contribution is the new version of; 400 for one that there is not."""
    if not name:
        return None
    iri = name if name.startswith(BASE) else BASE + name
    if iri not in the_desk().graphs:
        abort(400, f"No published file is called {name!r}; leave `replaces` empty for a new one.")
    return iri


def _nothing(answer: str) -> Response | str:
    if answer != "html":
        abort(400, "There is nothing to check in this request.")
    page = _page(None, said="There was nothing to check. Paste some Turtle, or choose a file.")
    return Response(page, 400, content_type="text/html; charset=utf-8")


def _written(answer: str, brought: Brought, review: Review) -> Response | str:
    if answer == "html":
        return _page(brought, review=review)
    media_type, write = WRITERS[answer]
    return Response(write(review), content_type=media_type)


def _page(brought: Brought | None, **facts: object) -> str:
    files = sorted(name.removeprefix(BASE) for name in the_desk().graphs if "/data/" in name)
    return render_template(
        "validate.html",
        brought=brought,
        pasted=brought.content.decode(errors="replace") if brought else "",
        syntaxes=list(SYNTAXES),
        files=files,
        limit=current_app.config["MAX_CONTENT_LENGTH"],
        seconds=current_app.config["UPLOAD_SECONDS"],
        **facts,
    )
