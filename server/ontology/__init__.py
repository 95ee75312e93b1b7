"""The ontology as pages to read: one of all terms in a line each, and one for each class with its properties.

A term's name leads to its line on the first, and that to all that is said of it.
"""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from kg.answers import GRAPHS
from kg.errors import Phrase
from kg.namespaces import ONTOLOGY, TERMS
from server.desk import Desk, the_desk
from server.languages import language

ontology = Blueprint("ontology", __name__)


def page(desk: Desk) -> str:
    """The overview as HTML."""
    forms = [form.suffix for form in GRAPHS.values()]
    found = desk.ontology(language())
    return render_template("ontology.html", read=found, suffixes=forms, iri=ONTOLOGY)


@ontology.get("/ontology/terms/<name>")
@ontology.get("/ontology/terms/<name>.html")
def part(name: str) -> BaseResponse | str:
    """A class with its properties, or words that have no class of their own; another term leads to where it stands."""
    found = the_desk().ontology(language())
    order = [section.anchor for section in found.sections]
    if name not in order:
        home = found.homes.get(TERMS + name)
        if home is None:
            abort(404, Phrase("The ontology has no term %(name)s.", name=repr(name)))
        return redirect(f"{home.path}#{name}", 303)
    at = order.index(name)
    return render_template(
        "ontology_part.html",
        read=found,
        section=found.sections[at],
        before=found.sections[at - 1] if at else None,
        after=found.sections[at + 1] if at + 1 < len(order) else None,
    )
