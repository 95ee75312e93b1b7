"""Saved questions: the list of them, and a page and data for each."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from kg.answers import Wanted
from kg.queries import ANY, Option, Parameter, Query, describe, meant
from kg.store import as_answer
from server.desk import Desk, the_desk
from server.formats import DOWNLOADS, chosen, prefers_json, written
from server.pictures import picture

queries = Blueprint("queries", __name__)
_FORMS = {"format"}


@queries.get("/queries")
@queries.get("/queries.<suffix>")
def listing(suffix: str | None = None) -> Response | str:
    """All questions: a page, JSON, or RDF that an editor can pick up."""
    desk = the_desk()
    if suffix == "json" or (suffix is None and prefers_json()):
        return jsonify([_summary(query) for query in desk.questions])
    choice = chosen("graph", suffix)
    if not choice.page:
        triples = [quad.triple for query in desk.questions for quad in describe(query)]
        return written(as_answer(triples, choice.wanted))
    tags = sorted({tag for query in desk.questions for tag in query.tags})
    wanted = request.args.get("tag", "")
    shown = [query for query in desk.questions if not wanted or wanted in query.tags]
    return render_template("queries.html", questions=shown, tags=tags, tag=wanted)


@queries.get("/queries/<name>")
@queries.get("/queries/<name>.<suffix>")
def answer(name: str, suffix: str | None = None) -> Response | str:
    """One question, answered."""
    desk = the_desk()
    query = desk.question(name)
    choice = chosen(query.kind, suffix)
    given = _given()
    if not choice.page:
        return written(desk.saved(query, given, choice.wanted), name)
    return _page(desk, query, given)


def _given() -> dict[str, list[str]]:
    """The parameters of the request, without those that were left empty."""
    return {
        key: filled
        for key, values in request.args.lists()
        if key not in _FORMS and (filled := [value for value in values if value])
    }


def _page(desk: Desk, query: Query, given: dict[str, list[str]]) -> str:
    found = desk.saved(query, given, Wanted("json", "turtle"))
    options = {parameter.name: desk.options(parameter) for parameter in query.parameters}
    asked = query.chosen(given)
    if found.kind == "graph":
        return _rendered(query, options, asked, graph=found.body.decode())
    table = found.table()
    said = {p.name: _names(asked[p.name], options[p.name], p) for p in query.parameters}
    return _rendered(
        query,
        options,
        asked,
        table=table.for_people(),
        sentence=query.sentence(table, said),
        picture=picture(query.view, table),
    )


def _rendered(
    query: Query, options: dict[str, list[Option]], asked: dict[str, list[str]], **facts: object
) -> str:
    ticked = {
        name: {option.value for text in texts if (option := meant(text, options[name]))}
        for name, texts in asked.items()
    }
    return render_template(
        "query.html",
        query=query,
        options=options,
        asked=asked,
        ticked=ticked,
        any=ANY,
        suffixes=DOWNLOADS[query.kind],
        search=request.query_string.decode(),
        **facts,
    )


def _names(texts: list[str], options: list[Option], parameter: Parameter) -> str:
    """The values that were asked about, by their labels."""
    found = [(text, meant(text, options)) for text in texts]
    labels = [option.label if option else text for text, option in found]
    return ", ".join(f"any {parameter.kind.lower()}" if label == ANY else label for label in labels)


def _summary(query: Query) -> dict[str, object]:
    return {
        "name": query.name,
        "question": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "kind": query.kind,
        "url": f"/queries/{query.name}",
        "parameters": [
            {
                "name": p.name,
                "help": p.help,
                "kind": p.kind,
                "example": list(query.examples[p.name]),
            }
            for p in query.parameters
        ],
    }
