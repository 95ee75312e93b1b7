"""What every page template can use: local links, short names, and cells for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Flask
from markupsafe import Markup

from kg import __version__
from kg.namespaces import BASE, TERMS, shorten
from kg.queries import Query
from kg.sandbox.cage import MEMORY
from kg.validation import intake, short_path
from kg.wording import Worded
from server.desk import the_desk
from server.languages import language


def teach(app: Flask) -> None:
    """Give an application's templates the functions of this module."""
    app.jinja_env.filters["data_block"] = data_block
    app.jinja_env.filters["link"] = link
    app.jinja_env.filters["short"] = shorten
    app.jinja_env.filters["worded"] = worded
    app.jinja_env.filters["of_concept"] = of_concept
    app.jinja_env.filters["path"] = short_path
    app.jinja_env.filters["fragment"] = fragment
    app.jinja_env.globals["limits"] = {
        "statements": intake.MAX_STATEMENTS,
        "values": intake.MAX_VALUES,
        "nesting": intake.MAX_NESTING,
        "declarations": intake.MAX_DECLARATIONS,
        "knots": intake.MAX_KNOTS,
        "memory": MEMORY >> 30,
    }
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(lambda: {"software": __version__, "version": the_desk().store.version})


def data_block(body: Mapping[str, Any]) -> Markup:
    """JSON-LD within a page: no script that runs, and nothing in it can end it."""
    text = json.dumps(body, ensure_ascii=False)
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(f'<script type="application/ld+json">{text}</script>')


def worded(said: Query | str) -> Query | str:
    """A saved question, or a text that belongs to one, in the reader's language."""
    words = the_desk().wording(language())
    return words.question(said) if isinstance(said, Query) else words.text(said)


def of_concept(name: str) -> Worded:
    """The English name of a concept in the reader's language, where it means one thing and has a name there."""
    own = the_desk().concepts(language()).by_name.get(name)
    return Worded(own, language()) if own else Worded(name, "en")


def link(iri: str) -> str:
    """Where an IRI leads: our own to their page on this server, web addresses as they are, others nowhere."""
    if iri.startswith(BASE):
        return "/" + iri.removeprefix(BASE)
    return iri if iri.startswith(("https://", "http://")) else ""


def fragment(iri: str) -> str:
    """The anchor of an ontology term on the ontology's page; nothing for other things."""
    return iri.removeprefix(TERMS) if iri.startswith(TERMS) else ""
