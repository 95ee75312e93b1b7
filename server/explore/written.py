"""A view's answer for programs: what `kg.explore.written` makes of it, as responses."""

from __future__ import annotations

from flask import Response, jsonify, request

from kg.explore import Result
from kg.explore.written import answered, comma_separated, described
from server.explore.asked import Asked
from server.explore.explorer import the_explorer, the_version


def as_csv(asked: Asked, result: Result) -> Response:
    """One table, the first unless the address names another; 404 for one that is not there."""
    part = asked.named(result)
    text = comma_separated(part, the_explorer().proofs)
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'inline; filename="{asked.view.name}-{part.name}.csv"'
    )
    return response


def as_json(asked: Asked, result: Result) -> Response:
    """The whole answer: what was asked, the measures, and each table with its rows and their evidence."""
    return jsonify(
        {
            **described(asked.view),
            "version": the_version(),
            "address": request.url_root.rstrip("/") + asked.href(version=the_version()),
            "asked": asked.given,
            **answered(result, the_explorer().proofs),
        }
    )
