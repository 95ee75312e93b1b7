"""The front page, and whether the server is well."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from markupsafe import Markup

from kg.answers import Table, Term, Wanted
from kg.describing.schema_org import of_dataset
from kg.errors import KgError
from kg.overview import Counted
from kg.queries import Query
from kg.stories import Reader
from server.descriptions import about_dataset, files_of
from server.desk import Desk, the_desk
from server.formats import chosen, written
from server.languages import language
from server.question.answer import for_people, sentence
from server.question.asked import Asked
from server.question.views import picture
from server.signposting import of_home, point

home = Blueprint("home", __name__)

# The question that the front page answers at once, and how many names its picture shows on the left.
FIRST = "practices-at-an-intersection"
_NAMES = 6
_QUESTIONS = 8


@home.get("/")
@home.get("/index.<suffix>")
def front(suffix: str | None = None) -> Response:
    """What there is: a page, or the data set described in RDF."""
    desk = the_desk()
    choice = chosen("graph", suffix)
    if not choice.page:
        return written(about_dataset(desk, choice.wanted))
    numbered = sorted(desk.questions, key=lambda query: query.competency or 99)
    page = render_template(
        "home.html",
        structured=of_dataset(desk.store.version, files_of(desk), request.url_root),
        overview=desk.overview,
        names=desk.read(partial(named, desk.overview.acts), language()),
        example=_example(desk),
        questions=numbered[:_QUESTIONS],
        all=len(numbered),
    )
    return point(make_response(page), of_home(desk, request.url_root))


@home.get("/health")
def health() -> Response:
    """Whether this process answers, and for which version of the graph. Asks no worker."""
    desk = the_desk()
    response = jsonify(status="ok", version=desk.store.version, statements=desk.built.triples)
    response.headers["Cache-Control"] = "no-store"
    return response


@dataclass(frozen=True)
class _Example:
    """A question with its answer in a sentence, and a picture of the beginning of it."""

    query: Query
    sentence: str
    picture: Markup | None
    whole: bool


def _example(desk: Desk) -> _Example | None:
    """The first question, answered; None where it cannot be answered now, for the page is more than that."""
    query = next((query for query in desk.questions if query.name == FIRST), None)
    if query is None:
        return None
    query = desk.wording(language()).question(query)
    try:
        table = desk.saved(query, {}, Wanted("json", None)).table()
    except KgError:
        return None
    column = query.view.split()[1] if query.view.startswith("links") else ""
    shown = _beginning(table, column)
    asked = Asked(query, {})
    return _Example(
        query,
        sentence(desk, table, asked),
        picture(query.view, for_people(desk, shown, query)),
        len(shown) == len(table),
    )


def _beginning(table: Table, column: str) -> Table:
    """The rows of the first few things of a column."""
    first = list(dict.fromkeys(row.get(column) for row in table.rows))[:_NAMES]
    return Table(table.columns, [row for row in table.rows if row.get(column) in first])


def named(counted: Mapping[str, Sequence[Counted]], reader: Reader) -> dict[str, Term]:
    """What was counted, by IRI: each by its name in the reader's language, else as it was counted."""
    found = {}
    for one in itertools.chain(*counted.values()):
        name = reader.name(one.iri)
        found[one.iri] = name if name.label else Term("uri", one.iri, "en", label=one.label)
    return found
