"""A view's answer as a text to take away."""

from __future__ import annotations

from flask import Response, request

from kg.explore import Result, document
from kg.phrases import Phrase
from server.explore.asked import Asked
from server.explore.explorer import the_explorer, the_version
from server.explore.heads import named
from server.languages import said, translated

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def as_markdown(asked: Asked, result: Result) -> Response:
    """The document as Markdown."""
    return _sent(
        document.markdown(_blocks(asked, result)).encode(),
        asked,
        "md",
        "text/markdown; charset=utf-8",
    )


def as_docx(asked: Asked, result: Result) -> Response:
    """The document as Office Open XML. Raises SourceUnavailable where python-docx is not installed."""
    return _sent(document.docx(_blocks(asked, result)), asked, "docx", _DOCX)


WRITERS = {"md": as_markdown, "docx": as_docx}


def _blocks(asked: Asked, result: Result) -> list[document.Block]:
    found = the_explorer().proofs(document.quoted_from(result))
    address = request.url_root.rstrip("/") + asked.href(version=the_version())
    citation = Phrase(
        "Human Rights Cities Knowledge Graph, version %(version)s: %(address)s (CC BY 4.0).",
        version=the_version(),
        address=address,
    )
    title = translated(asked.view.title)
    return document.blocks(result, found, title, said(citation), said, named)


def _sent(content: bytes, asked: Asked, suffix: str, media: str) -> Response:
    response = Response(content, content_type=media)
    response.headers["Content-Disposition"] = f'attachment; filename="{asked.view.name}.{suffix}"'
    return response
