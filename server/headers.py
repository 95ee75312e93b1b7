"""What every response carries: who may read it, how it may be kept, and what a page may load."""

from __future__ import annotations

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
EVERYWHERE = [
    ("content-security-policy", _POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "ETag, Link, Location, Retry-After, X-Total-Count"),
]


def framed() -> str:
    """The policy of a page that others may show in a frame of theirs."""
    return _POLICY.replace("frame-ancestors 'self'", "frame-ancestors *").replace(
        "base-uri 'none'", "base-uri 'self'"
    )


def register(app: Flask) -> None:
    """Add the headers to each response of an application."""
    app.after_request(_with_headers)


def _with_headers(response: Response) -> Response:
    headers = response.headers
    for name, value in EVERYWHERE:
        headers.setdefault(name, value)  # a page for frames has a policy of its own
    response.vary.add("Accept")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = headers.get("Allow", "GET, HEAD, OPTIONS")
        headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
        headers["Access-Control-Max-Age"] = "86400"
    if (
        response.status_code == 200
        and request.method in ("GET", "HEAD")
        and not response.is_streamed
    ):
        headers.setdefault("Cache-Control", "public, max-age=60")
        response.add_etag()
        response.make_conditional(request)
    return response
