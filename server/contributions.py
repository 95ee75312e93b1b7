"""Checking a contribution: paste it, upload it or send it; what comes back is what to mend. Nothing is kept."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, current_app, g, render_template, request

from kg.errors import KgError, Phrase, SourceUnavailable, SyntaxFault
from kg.handover import HandOver
from kg.namespaces import BASE
from kg.rdf import ENDINGS, SYNTAXES
from kg.tables import ENDINGS as TABLE_ENDINGS
from kg.tables import MEDIA_TYPES
from kg.tables import SYNTAXES as TABLES
from kg.validation import WRITERS, Brought, Review
from kg.validation.writers import fault_as
from server.desk import the_desk
from server.errors import problem, status_of
from server.highlight import Line, lines
from server.repository import pull_request

contributions = Blueprint("contributions", __name__)

_BY_MEDIA_TYPE = {
    "text/turtle": "turtle",
    "application/trig": "trig",
    "application/n-triples": "ntriples",
    "application/n-quads": "nquads",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdfxml",
} | {media_type: syntax for syntax, media_type in MEDIA_TYPES.items()}
_FORM = ("multipart/form-data", "application/x-www-form-urlencoded")
_ANSWERS = {
    "text/html": "html",
    "application/json": "json",
    "text/turtle": "turtle",
    "application/sarif+json": "sarif",
    "application/xml": "junit",
    "text/plain": "text",
}
_GRAPH = re.compile(re.escape(BASE) + r"(data|ontology)/[a-z0-9/-]+")
_WHOLE = 250  # lines of a text that are shown whole; of a longer one, those about the findings
_AROUND = 3
_FIELDS = 2_000  # bytes of a form besides what was brought


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
        brought = from_form()
    elif request.mimetype in _BY_MEDIA_TYPE:
        replaces = _graph(request.args.get("replaces", ""))
        syntax = _BY_MEDIA_TYPE[request.mimetype]
        brought = Brought(Phrase("The contribution"), request.get_data(), syntax, replaces)
    else:
        abort(
            415,
            Phrase(
                "Send a form, or RDF or a table as one of: %(known)s.",
                known=", ".join(_BY_MEDIA_TYPE),
            ),
        )
    if not brought.content.strip():
        return _nothing(answer)
    try:
        review = the_desk().reviewed(brought, weigh=answer in ("html", "json", "text"))
    except SyntaxFault as fault:
        return _unreadable(answer, brought, fault)
    except KgError as error:
        if answer != "html":
            raise
        g.untold = isinstance(error, SourceUnavailable) and "graphs" not in the_desk().__dict__
        return _not_judged(brought, error)
    return _written(answer, brought, review)


def _not_packed() -> None:
    packed = request.headers.get("Content-Encoding", "identity")
    if packed.lower() != "identity":
        abort(
            415, Phrase("The request's body is packed (%(how)s). Send the text itself.", how=packed)
        )


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
        abort(406, Phrase("Findings are written as one of: %(known)s.", known=", ".join(_ANSWERS)))
    return _ANSWERS[best]


def from_form() -> Brought:
    """What a form brought: a file, a pasted text, or the bytes of either, which a page of ours gave back."""
    upload = request.files.get("file")
    # A browser sends each end of a line as two characters; in a long literal they would be taken for the text's own.
    pasted = request.form.get("text", "").replace("\r\n", "\n")
    replaces = _graph(request.form.get("replaces", ""))
    if upload and upload.filename:
        ending = PurePosixPath(upload.filename).suffix.lower()
        known = ENDINGS | TABLE_ENDINGS
        if ending not in known:
            abort(
                415,
                Phrase("The file's name must end with one of: %(known)s.", known=", ".join(known)),
            )
        return Brought(upload.filename, upload.read(), known[ending], replaces)
    syntax, kept = request.form.get("syntax", "turtle"), _kept()
    if syntax not in SYNTAXES and not (kept and syntax in TABLES):
        abort(415, Phrase("The syntax must be one of: %(known)s.", known=", ".join(SYNTAXES)))
    return Brought(Phrase("What you pasted"), kept or pasted.encode(), syntax, replaces)


def _kept() -> bytes:
    """The bytes that a page of ours gave back, so that a download is of exactly what was checked."""
    try:
        return base64.b64decode(request.form.get("content", ""), validate=True)
    except (binascii.Error, ValueError):
        abort(
            400,
            Phrase("The field `content` is not base64; send the text itself in the field `text`."),
        )


def _graph(name: str) -> str | None:
    """The published graph that a contribution is the new version of; 400 for one that there is not."""
    if not name:
        return None
    iri = name if name.startswith(BASE) else BASE + name
    if iri not in _published(iri):
        abort(
            400,
            Phrase(
                "No published file is called %(name)s; leave `replaces` empty for a new one.",
                name=repr(name),
            ),
        )
    return iri


def _nothing(answer: str) -> Response | str:
    if answer != "html":
        abort(400, Phrase("There is nothing to check in this request."))
    page = _page(
        None, said=Phrase("There was nothing to check. Paste some Turtle, or choose a file.")
    )
    return Response(page, 400, content_type="text/html; charset=utf-8")


def _written(answer: str, brought: Brought, review: Review) -> Response | str:
    if answer == "html":
        return _page(brought, review=review, ready=_ready(brought) if review.conforms else None)
    media_type, write = WRITERS[answer]
    return Response(write(review), content_type=media_type)


def _unreadable(answer: str, brought: Brought, fault: SyntaxFault) -> Response:
    """A text that cannot be read, as a page or the report that was asked for; else raised, to become problem+json."""
    if answer == "html":
        page = _page(brought, fault=fault)
        return Response(page, 400, content_type="text/html; charset=utf-8")
    said = fault_as(answer, fault) if answer in ("sarif", "junit") else None
    if said is None:
        raise fault
    return Response(said, 400, content_type=WRITERS[answer][0])


def _not_judged(brought: Brought, error: KgError) -> Response:
    """The page with all that was brought still in it, for somebody who is to try again."""
    response = problem(status_of(error), str(error), error)
    again = base64.b64encode(brought.content).decode()
    if len(again) + _FIELDS > current_app.config["MAX_CONTENT_LENGTH"]:
        again = ""
    response.set_data(_page(brought, said=str(error), again=again))
    response.content_type = "text/html; charset=utf-8"
    return response


@dataclass(frozen=True)
class _Ready:
    """How a page offers to hand a contribution over: what it would be, or why it cannot be."""

    file: HandOver | None
    content: str
    link: str = ""
    why_not: str = ""


def _ready(brought: Brought) -> _Ready:
    content = base64.b64encode(brought.content).decode()
    if len(content) + _FIELDS > current_app.config["MAX_CONTENT_LENGTH"]:
        why_not = Phrase(
            "it is too large for this page to send back. `kg format` on your machine makes the same file."
        )
        return _Ready(None, "", why_not=why_not)
    try:
        file = the_desk().handed_over(brought, judged=True)
    except KgError as error:
        return _Ready(None, content, why_not=str(error))
    return _Ready(file, content, pull_request(current_app.config["REPOSITORY"], file))


def _marked(brought: Brought, facts: dict[str, object]) -> list[Line]:
    """The contributor's own text with the lines marked that something was found in."""
    review, fault = facts.get("review"), facts.get("fault")
    marked: set[int] = set()
    if isinstance(review, Review):
        marked = {one.spot.line for one in review.findings if one.spot}
    elif isinstance(fault, SyntaxFault) and fault.line:
        marked = {fault.line}
    if not marked or brought.syntax not in SYNTAXES:
        return []
    text = brought.content.decode("utf-8-sig", errors="replace")
    return lines(text, marked, brought.syntax, _AROUND if text.count("\n") > _WHOLE else None)


def _page(brought: Brought | None, **facts: object) -> str:
    return render_template(
        "validate.html",
        brought=brought,
        marked=_marked(brought, facts) if brought else [],
        **form_facts(brought),
        **facts,
    )


def form_facts(brought: Brought | None = None) -> dict[str, object]:
    """What the form needs to know to be filled in, and filled in again."""
    readable = brought is not None and brought.syntax in SYNTAXES
    return {
        "pasted": brought.content.decode(errors="replace") if brought and readable else "",
        "syntaxes": list(SYNTAXES),
        "files": _files(brought),
        "limit": current_app.config["MAX_CONTENT_LENGTH"],
        "seconds": current_app.config["UPLOAD_SECONDS"],
    }


def _files(brought: Brought | None) -> list[str]:
    """The published files that a contribution can take the place of; few where another server does not tell."""
    graphs = _published(brought.replaces if brought else None)
    return sorted(name.removeprefix(BASE) for name in graphs if "/data/" in name)


def _published(named: str | None) -> frozenset[str]:
    """The published graphs. Where another server does not tell, the one that is named, for nothing is to be lost."""
    desk = the_desk()
    try:
        if not g.get("untold"):
            return desk.graphs
    except SourceUnavailable:
        g.untold = True  # in this request, so that nobody waits for it twice
    return frozenset({named} if named and _GRAPH.fullmatch(named) else ())
