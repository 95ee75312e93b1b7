"""Tables to fill in, and which files are tables: as far as this installation reads tables at all."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask import Blueprint, Response, abort

from kg.validation.company import Published, View
from server.desk import the_desk

tables = Blueprint("tables", __name__)
_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def endings() -> dict[str, str]:
    """The endings of files that are tables, each with the name of what they are written in."""
    reader = _part("kg.tables")
    return dict(reader.ENDINGS) if reader else {}


def kinds() -> tuple[str, ...]:
    """The tables that there are templates for."""
    columns = _part("kg.tables.columns")
    return tuple(columns.KINDS) if columns else ()


@tables.get("/template/<kind>.<any(csv, xlsx):form>")
def template(kind: str, form: str) -> Response:
    """A table to fill in."""
    if kind not in kinds():
        abort(404, f"There is no table for {kind!r}. There is: {', '.join(kinds()) or 'none'}.")
    writer, wanted = _part("kg.tables.template"), _part("kg.tables.columns").KINDS[kind]
    if form == "csv":
        content = writer.as_csv(wanted).encode()
    else:
        names = _part("kg.tables.names").Names(View(Published(the_desk().embedded)))
        content = writer.as_xlsx(wanted, names)
    response = Response(content, content_type=_MEDIA_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}.{form}"'
    return response


def _part(name: str) -> Any:
    """A module that reads tables; None where that is not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None
