"""Everything that has a name: 303 from the name to a page or to data, formats by suffix too.

A thing's data is what is said of it and the evidence for that. The ontology is one document, and a named graph
is the file of that path.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from kg.answers import GRAPHS, Answer, Wanted
from kg.describing import about, constructed, framed
from kg.errors import Phrase
from kg.namespaces import BASE, ONTOLOGY, PREFIXES
from kg.redaction import digest_of
from server import ontology, shape_page, thing_page
from server.about import WHO
from server.desk import Desk, the_desk
from server.formats import SUFFIXES, chosen, written
from server.signposting import of_thing, point
from server.thing_page import node

things = Blueprint("things", __name__)


@things.get("/<path:name>")
def thing(name: str) -> BaseResponse:
    """A thing, a named graph or the ontology: its page or its data, or 303 to one of them."""
    desk = the_desk()
    base, suffix = _split(name)
    iri = BASE + base
    if not exists(desk, iri):
        if _is_version(desk, iri):
            return redirect("/ontology", 303)
        gone = desk.removed.get(digest_of(iri))
        if gone:
            said = Phrase(
                "What had this name was removed on %(day)s, at the request of %(who)s. Nothing of it is kept.",
                day=str(gone.on),
                who=WHO[gone.request],
            )
            abort(410, said)
        abort(404, Phrase("Nothing here is called %(name)s.", name=iri))
    choice = chosen("graph", suffix)
    if suffix is None:
        ending = "html" if choice.page else GRAPHS[choice.name].suffix
        return redirect(f"/{base}.{ending}", 303)
    if choice.page:
        response = Response(_shown(desk, iri, base), content_type="text/html; charset=utf-8")
        point(response, of_thing(desk, base, request.url_root))
    else:
        response = written(_data(desk, iri, choice.wanted))
        response.headers.add("Link", f'<{iri}>; rel="cite-as"')
        page = f"{request.url_root}{base}.html"
        response.headers.add("Link", f'<{page}>; rel="describes"; type="text/html"')
    for form in GRAPHS.values():
        response.headers.add(
            "Link", f'</{base}.{form.suffix}>; rel="alternate"; type="{form.media_type}"'
        )
    return response


def _shown(desk: Desk, iri: str, base: str) -> str:
    """The page of a thing: the ontology and each shape have one of their own kind."""
    if iri == ONTOLOGY:
        return ontology.page(desk)
    if iri.startswith(PREFIXES["shape"]):
        return shape_page.page(desk, iri) or thing_page.page(desk, iri, base)
    return thing_page.page(desk, iri, base)


def _split(name: str) -> tuple[str, str | None]:
    base, dot, suffix = name.rpartition(".")
    return (base, suffix) if dot and suffix in SUFFIXES else (name, None)


def exists(desk: Desk, iri: str) -> bool:
    """Whether something is said of this, or it is a file of the house."""
    if iri in desk.curated:
        return True
    return _holds(desk, f"ASK {{ {node(iri)} ?property ?value }}")


def _is_version(desk: Desk, iri: str) -> bool:
    """Whether this names the present version of the ontology, which is the ontology."""
    return _holds(desk, f"ASK {{ <{ONTOLOGY}> <{PREFIXES['owl']}versionIRI> {node(iri)} }}")


def _holds(desk: Desk, question: str) -> bool:
    """The answer to an ASK."""
    return str(desk.store.answer(question).table().rows[0]["answer"]) == "yes"


def _data(desk: Desk, iri: str, wanted: Wanted) -> Answer:
    graph = ONTOLOGY + "/core" if iri == ONTOLOGY else iri
    query = about(node(iri))
    if graph in desk.curated:
        query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {node(graph)} {{ ?s ?p ?o }} }}"
    if wanted.graph != "jsonld":
        return desk.store.answer(query, wanted)
    return framed(constructed(desk.store, query), desk.words, iri)
