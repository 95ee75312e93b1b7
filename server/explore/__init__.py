"""Explore: a page and data for each view of `kg.explore`. The address is the whole state, the graph's version too."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request

from kg.errors import BadParameter
from kg.explore import VIEWS, View
from kg.explore.views import at_a_stretch
from kg.explore.written import described
from kg.phrases import Phrase
from server.errors import STATUS
from server.explore import document, page, written
from server.explore.asked import Asked, read
from server.explore.citing import cited
from server.explore.explorer import the_explorer
from server.formats import prefers_json
from server.languages import translated
from server.question.controls import to_choose_from

explore = Blueprint("explore", __name__)
_FORMS = ("html", "csv", "json")
_WRITERS = {"json": written.as_json, "csv": written.as_csv, **document.WRITERS}


@explore.get("/explore")
@explore.get("/explore.json", defaults={"suffix": "json"})
def listing(suffix: str = "") -> Response | str:
    """The views there are: a page or JSON."""
    if suffix == "json" or prefers_json():
        return jsonify([described(view) for view in VIEWS])
    return render_template("explore/index.html", views=VIEWS)


@explore.get("/explore/<name>")
@explore.get("/explore/<name>.<suffix>")
@at_a_stretch()
def answer(name: str, suffix: str = "") -> Response:
    """One view: a page, CSV of one of its tables (`part=`), JSON of all of them, or a document."""
    view = _view(name)
    asked, form = read(view, request.args), _form(view, suffix)
    if form == "html":
        return _page(view, asked)
    result = the_explorer().answer(view, asked.given)
    return _WRITERS[form](asked, result)


@explore.get("/explore/<name>/values/<field>")
@explore.get("/explore/<name>/values/<field>.json", defaults={"data": True})
def values(name: str, field: str, data: bool = False) -> Response | str:
    """What can be chosen in a field: a list to read, or for a field that is being written in."""
    view, facts = _view(name), the_explorer().facts
    fields = [one for one in view.fields if one.name == field and one.choices]
    if not fields:
        abort(404, Phrase("This view has no list of values called %(name)s.", name=repr(field)))
    return to_choose_from(
        [choice for one in fields if one.choices for choice in one.choices(facts)],
        data,
        home=("/explore", translated("Explore")),
        base=f"/explore/{view.name}",
        asked=translated(view.title),
        name=field,
        label=translated(fields[0].label),
        help=translated(fields[0].help),
        alone=fields[0].least <= 1,
    )


@explore.get("/explore/<name>/citation.<any(bib, json, txt):suffix>")
def citation(name: str, suffix: str) -> Response:
    """The citation of an answer, for a reference manager."""
    view = _view(name)
    asked = read(view, request.args)
    return cited(asked, the_explorer().answer(view, asked.given), suffix)


def _view(name: str) -> View:
    view = next((one for one in VIEWS if one.name == name), None)
    if view is None:
        known = ", ".join(one.name for one in VIEWS)
        abort(
            404,
            Phrase("There is no view %(name)s. There is: %(known)s.", name=repr(name), known=known),
        )
    return view


def _page(view: View, asked: Asked) -> Response:
    """The page. What cannot be asked is said above the fields, where it can be mended."""
    try:
        result = the_explorer().answer(view, asked.given)
    except BadParameter as error:
        text = page.mending(view, str(error))
        return make_response(text, STATUS[BadParameter])
    return make_response(page.page(asked, result))


def _form(view: View, suffix: str) -> str:
    """The form that is asked for, by suffix, `format=` or the Accept header."""
    named = suffix or request.args.get("format", "")
    forms = (*_FORMS, *view.documents)
    if named and named not in forms:
        abort(406, Phrase("This view is written as: %(forms)s.", forms=", ".join(forms)))
    if named or not request.accept_mimetypes:
        return named or "html"
    media = {"text/html": "html", "application/json": "json", "text/csv": "csv"}
    best = request.accept_mimetypes.best_match(list(media))
    if best is None:
        abort(406, Phrase("A view is written as: %(forms)s.", forms=", ".join(media)))
    return media[best]
