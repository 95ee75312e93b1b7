"""What the data set says of itself: VoID, DCAT, saved questions as examples, the JSON-LD context, files to take away.

Made at `kg build`; here only the addresses in it become those of this server.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, jsonify, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from kg.answers import GRAPHS, Answer, Wanted
from kg.describing import CATALOG, DATASET, EXAMPLES, VOID, at, catalog, context, exported, framed
from kg.describing.catalog import DUMPS, File
from kg.errors import Phrase
from kg.writing import as_answer
from server.desk import Desk, the_desk
from server.formats import chosen, written

descriptions = Blueprint("descriptions", __name__)

_GRAPHS = {"void": VOID, "catalog": CATALOG, "sparql-examples": EXAMPLES}
LD_JSON = "application/ld+json"


@descriptions.get("/.well-known/<any(void, 'sparql-examples'):name>")
@descriptions.get("/.well-known/<any(void, 'sparql-examples'):name>.<suffix>")
@descriptions.get("/<any(void, catalog):name>")
@descriptions.get("/<any(void, catalog):name>.<suffix>")
def described(name: str, suffix: str | None = None) -> BaseResponse:
    """A description in RDF; a browser is led to the page that says the same."""
    choice = chosen("graph", suffix, default="turtle")
    if choice.page:
        return redirect("/queries" if name == "sparql-examples" else "/api", 303)
    response = written(_written(_statements(name), choice.wanted))
    stem = f"/{name}" if name == "catalog" else f"/.well-known/{name}"
    for form in GRAPHS.values():
        response.headers.add(
            "Link", f'<{stem}.{form.suffix}>; rel="alternate"; type="{form.media_type}"'
        )
    response.headers.add("Link", f'<{request.url_root}>; rel="describes"')
    return response


@descriptions.get("/context.jsonld")
def our_context() -> Response:
    """The JSON-LD context: what each short name means."""
    response = jsonify({"@context": context(the_desk().words)})
    response.content_type = LD_JSON
    return response


@descriptions.get(f"/{DUMPS}/<path:name>")
def dump(name: str) -> BaseResponse:
    """A file of the catalogue, to take away whole."""
    for folder, files in _folders(the_desk()):
        for one in files:
            if one.path == name:
                return _sent(folder / one.path, one)
    known = ", ".join(one.path for one in files_of(the_desk()))
    raise NotFound(Phrase("There is no such file to take away; there are: %(known)s.", known=known))


def _sent(file: Path, one: File) -> BaseResponse:
    response = Response(file.read_bytes(), content_type=one.served_as)
    response.set_etag(one.sha256)
    response.headers["Repr-Digest"] = f"sha-256=:{one.digest}:"
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers.add("Link", f'<{request.url_root}>; rel="collection"')
    return response


def _folders(desk: Desk) -> list[tuple[Path, list[File]]]:
    """The folders with files to take away: the compiled store's own, and what `kg export` wrote, if it is named."""
    own = desk.built.folder / DUMPS
    found = [(own, desk.dumps)]
    if named := current_app.config["DUMPS"]:
        folder = Path(named).resolve()
        found.append((folder, exported(folder, desk.built.version)))
    return found


def files_of(desk: Desk) -> list[File]:
    """The files that can be taken away, those of the compiled store first."""
    return [one for _, files in _folders(desk) for one in files]


def about_dataset(desk: Desk, wanted: Wanted) -> Answer:
    """The data set in short: the catalogue, and its totals in VoID without the partitions."""
    dataset = ox.NamedNode(DATASET)
    totals = [one for one in _kept(desk, VOID) if one.subject == dataset]
    short = [one for one in totals if not one.predicate.value.endswith("Partition")]
    return _written(at([*_catalog(desk), *short], request.url_root), wanted)


def _statements(name: str) -> list[ox.Triple]:
    desk = the_desk()
    if name == "catalog":
        return at(_catalog(desk), request.url_root)
    more = [one for one in _catalog(desk) if one.predicate.value.endswith("#dataDump")]
    return at([*_kept(desk, _GRAPHS[name]), *(more if name == "void" else [])], request.url_root)


def _kept(desk: Desk, graph: str) -> list[ox.Triple]:
    return [quad.triple for quad in desk.embedded.graph(graph)]


def _catalog(desk: Desk) -> list[ox.Triple]:
    return list(catalog(desk.built.version, files_of(desk)))


def _written(triples: Iterable[ox.Triple], wanted: Wanted) -> Answer:
    unique = dict.fromkeys(triples)
    if wanted.graph == "jsonld":
        return framed(unique, the_desk().words)
    return as_answer(unique, wanted)
