"""The graph over HTTP: pages for people, data for programs, from the same functions as the command line.

`create_app` puts the doors together. Each blueprint finds, asks and writes; what is known lives in `kg`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Flask

from kg.sandbox import Plan
from server.repository import known_repository

DEFAULTS: dict[str, Any] = {
    "HOUSE": None,  # the folder with ontology/, shapes/, data/, queries/; None: found as `kg` finds it
    "ENDPOINT": None,  # a SPARQL endpoint to ask instead of the compiled store
    "DUMPS": None,  # a folder that `kg export` wrote, to be offered in the catalogue; None: only the store's own file
    "REPOSITORY": known_repository(),  # where the project is kept, for links that open a pull request
    "VISITOR_SECONDS": 10.0,  # how long a visitor's query may take
    "VISITOR_PLAN": Plan(),  # how many queries run at once, and how they take turns
    "VISITOR_BYTES": 10_000_000,  # how long its answer may be
    "VISITOR_ROWS": 100_000,  # and how many rows or statements it may have
    "VISITOR_SHOWN": 1_000,  # rows or lines of it that a page shows
    "SAVED_SECONDS": 10.0,
    "FEDERATION": {},  # endpoints that saved questions may go on at: addresses by name, as {"wikidata": "https://…"}
    "FEDERATION_PRIVATE": False,  # whether such an address may be on this machine: for tests
    "LINKING_SECONDS": 10.0,  # how long one batch of names to reconcile may take
    "UPLOAD_SECONDS": 60.0,  # how long judging an upload may take
    "MAX_CONTENT_LENGTH": 1_000_000,  # bytes of a request's body
    "MAX_FORM_MEMORY_SIZE": 1_000_000,
    "HEAD_SECONDS": 15.0,  # for a request's head to arrive, and that a connection may stand idle
    "BODY_SECONDS": 20.0,  # for its body to arrive
    "UNREAD_SECONDS": 30.0,  # that whoever asked may leave the answer unread
}


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """A WSGI application over one house. `config` overrides `DEFAULTS`."""
    # Imported now, so that `kg serve` can have the processes for queries begin meanwhile.
    from server import errors, headers, languages, pages
    from server.versions import open_desks

    app = Flask(__name__)
    app.config.from_mapping(DEFAULTS)
    app.config.from_mapping(config or {})
    open_desks(app)
    for part in _parts():
        app.register_blueprint(part)
    pages.teach(app)
    languages.teach(app)
    errors.register(app)
    headers.register(app)
    languages.register(app)  # last: its changes come before the headers are made
    return app


def _parts() -> list[Blueprint]:
    """What the application is made of."""
    from server import (
        about,
        api,
        contributions,
        descriptions,
        editor,
        explore,
        federated,
        handing,
        home,
        ontology,
        queries,
        reconciliation,
        search,
        shape_page,
        signposting,
        sparql,
        tables,
        things,
    )

    return [
        *(home.home, about.about, api.api, descriptions.descriptions, signposting.signposting),
        *(search.search, queries.queries, federated.federated, sparql.sparql, editor.editor),
        *(contributions.contributions, reconciliation.reconciliation, handing.handing),
        *(tables.tables, explore.explore, ontology.ontology, shape_page.advices),
        things.things,  # last: it takes every other path
    ]
