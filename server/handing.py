"""How to contribute, on one page; and a checked contribution as a file or a patch. Nothing is ever written here."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePosixPath

from flask import Blueprint, Response, abort, current_app, render_template, request

from kg.errors import Phrase
from kg.handover import HandOver
from kg.namespaces import BASE, PREFIXES, expand
from kg.tables.columns import KINDS
from kg.validation import schema
from server.contributions import form_facts, from_form
from server.desk import the_desk

handing = Blueprint("handing", __name__)

_OURS = re.compile(re.escape(BASE) + r"[a-z]+(?:-[a-z]+)*(?:/[A-Za-z0-9][A-Za-z0-9._~-]*)+")
_BEGINNING = """\
PREFIX hrc: <{hrc}>
PREFIX rdfs: <{rdfs}>
PREFIX xsd: <{xsd}>

# What you know of it, in the words of the ontology, in the place of this comment.
<{iri}>
    rdfs:comment "What is missing"@en ;
.

# The words that it was read from: name the property above, the source (data/sources/), and quote at most 25 words.
<{base}evidence/{slug}-new-1>
    a hrc:Evidence ;
    hrc:about <{iri}> ;
    hrc:supports rdfs:comment ;
    hrc:source <{base}source/> ;
    hrc:quote ""@en ;
    hrc:seenOn "{today}"^^xsd:date ;
.
"""


@handing.get("/contribute")
def how() -> str:
    """What can be contributed, how to check it, and how to hand it over."""
    return render_template(
        "contribute.html",
        tables=list(KINDS),
        repository=current_app.config["REPOSITORY"],
        **(form_facts() | begun(request.args.get("about", ""))),
    )


def begun(about: str) -> dict[str, str]:
    """The first lines of a contribution about a thing of ours, for the field where one is pasted."""
    if not about:
        return {}
    iri = expand(about) or about
    if not _OURS.fullmatch(iri):
        abort(
            400,
            Phrase(
                "about= is to be a thing of this graph, as in city:us-pittsburgh; this is %(about)s.",
                about=repr(about[:80]),
            ),
        )
    slug = iri.removeprefix(BASE).split("/", 1)[1].replace("/", "-")
    today = datetime.datetime.now(datetime.UTC).date()
    spaces = {name: PREFIXES[name] for name in ("hrc", "rdfs", "xsd")}
    text = _BEGINNING.format(iri=iri, base=BASE, slug=slug, today=today, **spaces)
    return {"pasted": text}


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
        abort(400, Phrase("There is nothing to hand over in this request."))
    return the_desk().handed_over(brought, request.form.get("name", "").strip())


def _download(text: str, name: str, media_type: str) -> Response:
    response = Response(text, content_type=f"{media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
