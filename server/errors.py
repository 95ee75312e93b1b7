"""From what went wrong to a status: one table. Written as problem+json (RFC 9457), or as a page for a browser."""

from __future__ import annotations

import json
import math

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from kg import errors as kg

STATUS: dict[type[Exception], int] = {
    kg.UnknownQuery: 404,
    kg.UnknownVersion: 404,
    kg.VersionNotReady: 503,
    kg.IndexNotReady: 503,
    kg.BadParameter: 400,
    kg.SyntaxFault: 400,
    kg.UnknownFormat: 415,
    kg.Packed: 415,
    kg.TooLarge: 413,
    kg.Refused: 400,
    kg.NotAcceptable: 406,
    kg.OutOfTime: 504,
    kg.Overflow: 413,
    kg.Crashed: 503,
    kg.Busy: 503,
    kg.TooMany: 429,
    kg.TooExpensive: 503,
    kg.SourceSlow: 504,
    kg.SourceUnavailable: 502,
    kg.KgError: 400,
}
TITLES = {
    400: "This request cannot be read",
    403: "This is not done here",
    404: "There is nothing here",
    405: "This method is not used here",
    406: "No such format",
    408: "Too slow",
    410: "This was removed",
    413: "Too large",
    415: "No such media type",
    429: "Too many at once",
    500: "A defect of ours",
    502: "The store does not answer",
    503: "Not now",
    504: "Out of time",
}
OTHER = "This did not work"
_RETRY = {429: "5", 502: "30", 503: "5", 504: "30"}


def register(app: Flask) -> None:
    """Have every error of an application answered from this table."""
    app.register_error_handler(kg.KgError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(RuntimeError, _defect)


def _of_ours(error: kg.KgError) -> Response:
    return problem(status_of(error), str(error), error)


def status_of(error: kg.KgError) -> int:
    """The status of one of our errors."""
    return STATUS[next(kind for kind in type(error).__mro__ if kind in STATUS)]


def _of_http(error: HTTPException) -> Response:
    said = error.description or error.name
    if isinstance(error, RequestEntityTooLarge):
        most = current_app.config["MAX_CONTENT_LENGTH"]
        said = kg.Phrase("A request may have %(most)s bytes; this one has more.", most=most)
    elif isinstance(error, MethodNotAllowed):
        methods = ", ".join(sorted(error.valid_methods or ()))
        said = kg.Phrase(
            "This address is not asked in that way. It takes: %(methods)s.", methods=methods
        )
    response = problem(error.code or 500, said)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers.setdefault(name, value)
    return response


def _defect(error: RuntimeError) -> Response:
    current_app.logger.exception("A defect", exc_info=error)
    return problem(
        500,
        kg.Phrase("Something broke here that was not your doing. It has been written to our log."),
    )


def problem(status: int, detail: str, error: kg.KgError | None = None) -> Response:
    """An error as problem+json, or as a page for whoever asks for pages first."""
    headers, body = problem_body(status, detail, error)
    if request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality(
        "application/json"
    ):
        body = render_template(
            "error.html", status=status, title=_title(status), detail=detail
        ).encode()
        headers[0] = ("content-type", "text/html; charset=utf-8")
    return Response(body, status, headers)


def problem_body(
    status: int, detail: str, error: kg.KgError | None = None
) -> tuple[list[tuple[str, str]], bytes]:
    """The headers, media type first, and the bytes of an error as problem+json (RFC 9457)."""
    body: dict[str, object] = {"type": "about:blank", "title": _title(status), "status": status}
    body["detail"] = detail
    if isinstance(error, kg.SyntaxFault):
        facts = {name: getattr(error, name) for name in ("line", "column", "near", "hint")}
        body |= {name: value for name, value in facts.items() if value}
    headers = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
    if status in _RETRY:
        asked = getattr(error, "wait", None)  # by another server
        headers.append(("retry-after", str(math.ceil(asked)) if asked else _RETRY[status]))
    return headers, (json.dumps(body, ensure_ascii=False) + "\n").encode()


def _title(status: int) -> str:
    return TITLES.get(status, OTHER)
