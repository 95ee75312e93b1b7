"""Saved questions that go on at another endpoint, where this server was told that it may ask it."""

from __future__ import annotations

import json

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.blueprints import BlueprintSetupState

from kg.answers import TABLES, Answer, Table, Term, Wanted
from kg.enriching.federation import Federation, Joined
from kg.paging import part
from kg.store import AS_JSON
from server.desk import the_desk
from server.formats import written
from server.languages import language
from server.question.asked import read

federated = Blueprint("federated", __name__)


@federated.record
def begin(state: BlueprintSetupState) -> None:
    """One federation for an application, with the endpoints that it may ask."""
    config = state.app.config
    state.app.extensions["federation"] = Federation(
        config["FEDERATION"], config["FEDERATION_PRIVATE"]
    )


@federated.get("/queries/<name>/federated")
@federated.get("/queries/<name>/federated.<any(csv, json, tsv, xml):form>")
def answer(name: str, form: str = "") -> Response:
    """The answer with what the other endpoint says. Our rows stand whatever happens there."""
    desk = the_desk()
    asked = read(desk.question(name), request.args)
    ours = desk.saved(asked.query, asked.given, AS_JSON).table()
    federation: Federation = current_app.extensions["federation"]
    joined = federation.join(asked.query, ours)
    if form:
        return _data(name, joined, form)
    page = render_template(
        "federated.html",
        query=desk.wording(language()).question(asked.query),
        table=joined.table.for_people(),
        said=joined.said,
        search=request.query_string.decode(),
    )
    return make_response(page)


def _data(name: str, joined: Joined, form: str) -> Response:
    whole = Answer("table", TABLES["json"], _json(joined.table))
    response = written(part(whole, 0, len(joined.table), Wanted(form, None)), name)
    if joined.said:
        response.headers["Warning"] = _header(joined.said)
    return response


def _json(table: Table) -> bytes:
    rows = [{name: _cell(cell) for name, cell in row.items() if cell} for row in table.rows]
    return json.dumps({"head": {"vars": table.columns}, "results": {"bindings": rows}}).encode()


def _cell(cell: Term) -> dict[str, str]:
    told = {"type": cell.kind, "value": cell.value}
    if cell.language:
        told["xml:lang"] = cell.language
    elif cell.datatype:
        told["datatype"] = cell.datatype
    return told


def _header(said: str) -> str:
    """A sentence as the value of `Warning` (RFC 7234): plain letters, in quotes."""
    plain = said.encode("ascii", "replace").decode().replace("\\", "").replace('"', "'")
    return f'199 - "{" ".join(plain.split())}"'
