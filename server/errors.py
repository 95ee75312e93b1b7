"""From what went wrong to a status: one table. Written as problem+json (RFC 9457), or as a page for a browser."""

from __future__ import annotations

import json

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from kg import errors as kg

STATUS: dict[type[Exception], int] = {
    kg.UnknownQuery: 404,
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
    kg.SourceUnavailable: 502,
    kg.KgError: 400,
}
TITLES = {
    400: "This request cannot be read",
    403: "This is not done here",
    404: "There is nothing here",
    405: "This method is not used here",
    406: "No such format",
    413: "Too large",
    415: "No such media type",
    429: "Too many at once",
    500: "A defect of ours",
    502: "The store does not answer",
    503: "Not now",
    504: "Out of time",
}
_RETRY = {429: "5", 503: "5", 504: "30"}


def register(app: Flask) -> None:
    """Have every error of an application answered from this table."""
    app.register_error_handler(kg.KgError, _of_ours)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(RuntimeError, _defect)


def _of_ours(error: kg.KgError) -> Response:
    kind = next(kind for kind in type(error).__mro__ if kind in STATUS)
    facts: dict[str, int | str | None] = (
        {
            "line": error.line,
            "column": error.column,
            "near": error.near,
            "hint": error.hint,
        }
        if isinstance(error, kg.SyntaxFault)
        else {}
    )
    return problem(STATUS[kind], str(error), facts)


def _of_http(error: HTTPException) -> Response:
    said = error.description or error.name
    if isinstance(error, RequestEntityTooLarge):
        said = f"A request may have {current_app.config['MAX_CONTENT_LENGTH']:,} bytes; this one has more."
    response = problem(error.code or 500, said)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers.setdefault(name, value)
    return response


def _defect(error: RuntimeError) -> Response:
    current_app.logger.exception("A defect", exc_info=error)
    return problem(
        500, "Something broke here that was not your doing. It has been written to our log."
    )


def problem(status: int, detail: str, facts: dict[str, int | str | None] | None = None) -> Response:
    """An error as problem+json, or as a page for whoever asks for pages first."""
    title = TITLES.get(status, "This did not work")
    if request.accept_mimetypes.quality("text/html") > request.accept_mimetypes.quality(
        "application/json"
    ):
        page = render_template("error.html", status=status, title=title, detail=detail)
        response = Response(page, status, content_type="text/html; charset=utf-8")
    else:
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body |= {name: value for name, value in (facts or {}).items() if value}
        response = Response(
            json.dumps(body, ensure_ascii=False) + "\n",
            status,
            content_type="application/problem+json",
        )
    if status in _RETRY:
        response.headers["Retry-After"] = _RETRY[status]
    return response
