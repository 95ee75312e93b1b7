"""Tables to fill in, for those who contribute with a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from kg.errors import Phrase
from kg.tables import MEDIA_TYPES
from kg.tables.columns import KINDS
from kg.tables.names import Names
from kg.validation.company import Published, View
from server.desk import the_desk

tables = Blueprint("tables", __name__)


@tables.get("/contribute/template/<kind>.<any(csv, xlsx, json):form>")
def template(kind: str, form: str) -> Response:
    """A table to fill in, or (as JSON) the CSVW metadata that says what its columns mean."""
    if kind not in KINDS:
        abort(
            404,
            Phrase(
                "There is no table for %(kind)s. There is: %(known)s.",
                kind=repr(kind),
                known=", ".join(KINDS),
            ),
        )
    from kg.tables.template import as_csv, as_xlsx  # here, for openpyxl takes long to load

    wanted = KINDS[kind]
    if form == "json":
        return _download(wanted.metadata.encode(), "application/csvm+json", f"{kind}-metadata.json")
    if form == "csv":
        return _download(as_csv(wanted).encode(), "text/csv; charset=utf-8", f"{kind}.csv")
    names = Names(View(Published(the_desk().embedded)))
    return _download(as_xlsx(wanted, names), MEDIA_TYPES["xlsx"], f"{kind}.xlsx")


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
