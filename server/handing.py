"""How to contribute, on one page; and a checked contribution as a file or a patch. Nothing is ever written here."""

from __future__ import annotations

from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, current_app, render_template, request

from kg.handover import HandOver
from kg.tables.columns import KINDS
from kg.validation import schema
from server.contributions import form_facts, from_form
from server.desk import the_desk

handing = Blueprint("handing", __name__)


@handing.get("/contribute")
def how() -> str:
    """What can be contributed, how to check it, and how to hand it over."""
    return render_template(
        "contribute.html",
        tables=list(KINDS),
        repository=current_app.config["REPOSITORY"],
        **form_facts(),
    )


@handing.get("/contribute/schema.json")
def described() -> Response:
    """What is in a report that is written as JSON."""
    return Response(schema(), content_type="application/schema+json")


@handing.post("/contribute/file")
def file() -> Response:
    """The contribution as the file that it would be."""
    ready = _ready()
    return _download(ready.text, PurePosixPath(ready.path).name, "text/turtle")


@handing.post("/contribute/patch")
def patch() -> Response:
    """The contribution as a patch for `git apply`."""
    ready = _ready()
    return _download(ready.patch, f"{PurePosixPath(ready.path).stem}.patch", "text/x-patch")


def _ready() -> HandOver:
    brought = from_form()
    if not brought.content.strip():
        abort(400, "There is nothing to hand over in this request.")
    return the_desk().handed_over(brought, request.form.get("name", "").strip())


def _download(text: str, name: str, media_type: str) -> Response:
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
