"""A view's answer for programs: what `kg.explore.written` makes of it, as responses.

A long table comes in parts, for to read the words of its evidence takes long: the header `Link` of CSV and `next` in
JSON lead from one to the next. `kg explore` writes it whole.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, jsonify, request

from kg.explore import Part, Result
from kg.explore.written import answered, comma_separated, described, stretch
from server.explore.asked import Asked
from server.explore.explorer import the_explorer, the_version

# How much is sent at once: rows of a table, and statements on which they rest, of one table or of each of several.
_ROWS, _ALONE, _TOGETHER = 2_000, 4_000, 1_200


def as_csv(asked: Asked, result: Result) -> Response:
    """One table, the first unless the address names another; 404 for one that is not there."""
    part = asked.named(result)
    held = _stretch(asked, part, _ALONE)
    text = comma_separated(held, the_explorer().proofs)
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'inline; filename="{asked.view.name}-{part.name}.csv"'
    )
    response.headers["X-Total-Count"] = str(len(part.rows))
    if onward := _onward(asked, part, held, ".csv"):
        response.headers.add("Link", f'<{request.url_root.rstrip("/")}{onward}>; rel="next"')
    return response


def as_json(asked: Asked, result: Result) -> Response:
    """The answer: what was asked, the measures, and each table with its rows and their evidence, or the one table that
    the address names."""
    alone = bool(asked.part) or asked.start > 1
    parts = (asked.named(result),) if alone else result.parts
    held = [_stretch(asked, part, _ALONE if alone else _TOGETHER) for part in parts]
    said = answered(replace(result, parts=tuple(held)), the_explorer().proofs)
    for table, part, cut in zip(said["parts"], parts, held, strict=True):
        if len(cut.rows) < len(part.rows):
            table |= {"total": len(part.rows), "next": _onward(asked, part, cut, ".json")}
    return jsonify(
        {
            **described(asked.view),
            "version": the_version(),
            "address": request.url_root.rstrip("/") + asked.href(version=the_version()),
            "asked": asked.given,
            **said,
        }
    )


def _stretch(asked: Asked, part: Part, statements: int) -> Part:
    """The rows of a table that are sent; 404 beyond its last."""
    if asked.start > max(len(part.rows), 1):
        abort(404, f"There is no row {asked.start}; the last is {len(part.rows)}.")
    return stretch(part, asked.start, _ROWS, statements)


def _onward(asked: Asked, part: Part, held: Part, suffix: str) -> str:
    """The address of the rows after those that are sent; nothing after the last."""
    after = asked.start + len(held.rows)
    return asked.href(suffix, part=part.name, start=after) if after <= len(part.rows) else ""
