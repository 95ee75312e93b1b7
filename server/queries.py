"""Saved questions: the list of them, and a page and data for each."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request

from kg.columns import used
from kg.describing import describe
from kg.emptiness import Reason, reasons
from kg.errors import BadParameter, Phrase
from kg.paging import total
from kg.queries import ANY, Query
from kg.search.found import folded
from kg.writing import as_answer
from server.desk import Desk, the_desk
from server.errors import STATUS
from server.formats import DOWNLOADS, Choice, chosen, prefers_json, written
from server.headers import framed
from server.languages import language, translated
from server.question import paging, using
from server.question.answer import in_rows, shown
from server.question.asked import Asked, read
from server.question.controls import controls, to_choose_from
from server.question.paging import whole
from server.question.views.matrix import as_csv, crossed
from server.signposting import of_question, point
from server.versions import the_desk_of, versions

queries = Blueprint("queries", __name__)


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
    words = desk.wording(language())
    tags = {tag for query in desk.questions for tag in query.tags}
    wanted = request.args.get("tag", "")
    shown = [query for query in desk.questions if not wanted or wanted in query.tags]
    return render_template(
        "queries.html",
        questions=shown,
        tags=sorted(tags, key=lambda tag: folded(words.text(tag))),
        tag=wanted,
    )


@queries.get("/queries/<name>")
@queries.get("/queries/<name>.<suffix>")
def answer(name: str, suffix: str | None = None) -> Response:
    """One question, answered from the version of the graph that the address names."""
    desk = the_desk_of(request.args.get("version", ""))
    query = desk.question(name)
    asked = read(query, request.args)
    if (suffix or request.args.get("format")) == "xlsx" and query.kind == "table":
        return using.workbook(desk, whole(desk, asked), asked)
    choice = chosen(query.kind, suffix)
    return _page(desk, asked) if choice.page else _data(desk, asked, choice)


@queries.get("/queries/<name>/values/<parameter>")
@queries.get("/queries/<name>/values/<parameter>.json", defaults={"data": True})
def values(name: str, parameter: str, data: bool = False) -> Response | str:
    """What a parameter can be asked about: a list to read, or for a field that is being written in."""
    desk = the_desk()
    query = desk.wording(language()).question(desk.question(name))
    known = {one.name: one for one in query.parameters}
    if parameter not in known:
        abort(
            404,
            Phrase(
                "This question has no parameter %(name)s; it has: %(known)s.",
                name=repr(parameter),
                known=", ".join(known),
            ),
        )
    wanted = known[parameter]
    return to_choose_from(
        desk.options(wanted, language()),
        data,
        home=("/queries", translated("Questions")),
        base=f"/queries/{query.name}",
        asked=query.summary,
        name=wanted.name,
        label=wanted.label,
        help=wanted.help,
        alone=True,
    )


@queries.get("/queries/<name>/matrix.csv")
def matrix(name: str) -> Response:
    """How often the values of two columns stand in one row of the answer: the numbers of `?view=matrix`."""
    desk = the_desk_of(request.args.get("version", ""))
    asked = read(desk.question(name), request.args)
    rows = in_rows(whole(desk, asked)).for_people()
    pair = crossed(rows)
    if pair is None:
        abort(404, Phrase("No two columns of this answer can be counted against each other."))
    response = Response(as_csv(*pair, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}-matrix.csv"'
    return response


@queries.get("/queries/<name>/citation.<any(bib, json, txt):form>")
def citation(name: str, form: str) -> Response:
    """How the answer is cited, for a reference manager."""
    desk = the_desk_of(request.args.get("version", ""))
    asked = read(desk.question(name), request.args)
    return using.cited(desk, whole(desk, asked), asked, form)


@queries.get("/queries/<name>/embed")
def embed(name: str) -> Response:
    """The answer for a frame in somebody's own page."""
    desk = the_desk_of(request.args.get("version", ""))
    asked = read(desk.wording(language()).question(desk.question(name)), request.args)
    found = whole(desk, asked)
    page = make_response(
        render_template(
            "embed.html",
            asked=asked,
            query=asked.query,
            shown=shown(desk, found, asked),
            total=found.total,
            version=versions().name(desk),
        )
    )
    page.headers["Content-Security-Policy"] = framed()
    return page


def _data(desk: Desk, asked: Asked, choice: Choice) -> Response:
    """The answer for a program: all of it, or the page of it that is asked for."""
    query = asked.query
    if asked.paged:
        found = whole(desk, asked)
        rows, of = paging.cut(found, asked, choice.wanted), found.total
    else:
        rows = desk.saved(query, asked.given, choice.wanted)
        of = whole(desk, asked).total if query.kind == "graph" else total(rows)
    return paging.head(written(rows, query.name), asked, of, f".{rows.format.suffix}")


def _page(desk: Desk, asked: Asked) -> Response:
    """The answer for a person. What cannot be asked is said above the fields, where it can be mended."""
    plain, asked = asked, asked.changed(query=desk.wording(language()).question(asked.query))
    try:
        found = whole(desk, asked)
    except BadParameter as error:
        page = _rendered(desk, Asked(asked.query, {}), problem=str(error))
        return make_response(page, STATUS[BadParameter])
    last = asked.pages(found.total)
    if asked.page > last:
        abort(
            404,
            Phrase("There is no page %(page)s; the last is %(last)s.", page=asked.page, last=last),
        )
    citation = using.citation(desk, found, plain)
    page = _rendered(
        desk,
        asked,
        shown=shown(desk, found, asked),
        programs=using.programs(asked),
        frame=using.frame(asked),
        permanent=using.permanent(desk, asked),
        citation=citation,
        quoted=using.quoted(desk, citation, asked),
        found=found,
        terms=used(asked.query, desk.terms),
        reasons=[] if found.total else _reasons(desk, asked),
        suffixes=DOWNLOADS[asked.query.kind],
        total=found.total,
        steps=paging.steps(asked, found.total),
    )
    response = point(
        make_response(page), of_question(asked.query.name, asked.query.kind, request.url_root)
    )
    return paging.head(response, asked, found.total)


def _reasons(desk: Desk, asked: Asked) -> list[Reason]:
    return reasons(
        asked.query,
        asked.given,
        desk.store,
        partial(desk.options, language=language()),
        lambda text: desk.ours(text).answer.table(),
    )


def _rendered(desk: Desk, asked: Asked, **facts: object) -> str:
    return render_template(
        "query.html",
        asked=asked,
        query=asked.query,
        controls=controls(desk, asked),
        any=ANY,
        version=versions().name(desk),
        present=the_desk().store.version,
        of_release=desk.release,
        **facts,
    )


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
