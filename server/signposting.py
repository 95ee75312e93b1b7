"""Signposting (https://signposting.org/FAIR/): typed links that lead a program from a page to what it is about.

Level 1 stands in the `Link` headers of a page; level 2 in a link set (RFC 9264) that the page names, which says the
same for the data beside the page too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from kg.answers import GRAPHS, TABLES
from kg.describing import CONTRIBUTORS, DATASET
from kg.describing.schema_org import kinds
from kg.errors import Phrase
from kg.export import LICENSE
from kg.namespaces import BASE, PREFIXES
from server.descriptions import files_of
from server.desk import Desk, the_desk

signposting = Blueprint("signposting", __name__)

MEDIA_TYPE = "application/linkset+json"
_PAGE = PREFIXES["schema"] + "AboutPage"


@dataclass(frozen=True)
class Signpost:
    """A link: its relation, where it leads, and the media type of what is there."""

    rel: str
    href: str
    type: str = ""

    def header(self) -> str:
        kind = f'; type="{self.type}"' if self.type else ""
        return f'<{self.href}>; rel="{self.rel}"{kind}'

    def target(self) -> dict[str, str]:
        return {"href": self.href} | ({"type": self.type} if self.type else {})


@dataclass(frozen=True)
class Landing:
    """A page that a name leads to: its path here, the name, what the named thing is, its descriptions and its parts."""

    path: str
    iri: str
    types: tuple[str, ...]
    described: tuple[Signpost, ...]
    items: tuple[Signpost, ...] = ()

    def posts(self, root: str) -> list[Signpost]:
        """The links of the page."""
        return [
            Signpost("cite-as", self.iri),
            *(Signpost("type", one) for one in (_PAGE, *self.types)),
            Signpost("author", CONTRIBUTORS),
            Signpost("license", LICENSE),
            *self.described,
            *self.items,
            Signpost("linkset", f"{root}linkset{self.path}".rstrip("/"), MEDIA_TYPE),
        ]


def point(response: Response, landing: Landing) -> Response:
    """Level 1: put a page's links into its head."""
    for post in landing.posts(request.url_root):
        response.headers.add("Link", post.header())
    return response


@signposting.get("/linkset")
@signposting.get("/linkset/<path:name>")
def linkset(name: str = "") -> Response:
    """Level 2: the links of a page and of what stands beside it, as a link set."""
    desk = the_desk()
    root = request.url_root
    landing = _landing(desk, name, root)
    page = root + landing.path.removeprefix("/")
    sets = [_context(page, landing.posts(root))]
    for one in landing.described:
        sets.append(_context(one.href, [Signpost("describes", page, "text/html")]))
    for one in landing.items:
        sets.append(_context(one.href, [Signpost("collection", page, "text/html")]))
    response = jsonify({"linkset": sets})
    response.content_type = MEDIA_TYPE
    return response


def _context(anchor: str, posts: Iterable[Signpost]) -> dict[str, Any]:
    found: dict[str, Any] = {"anchor": anchor}
    for post in posts:
        if post.rel != "linkset":
            found.setdefault(post.rel, []).append(post.target())
    return found


def _landing(desk: Desk, name: str, root: str) -> Landing:
    if not name:
        return of_home(desk, root)
    if name.startswith("queries/"):
        query = desk.question(name.removeprefix("queries/"))
        return of_question(query.name, query.kind, root)
    from server.things import exists  # which points with this module

    name = name.removesuffix(".html")
    if not exists(desk, BASE + name):
        abort(404, Phrase("Nothing here is called %(name)s.", name=BASE + name))
    return of_thing(desk, name, root)


def of_home(desk: Desk, root: str) -> Landing:
    """The front page, which is the landing page of the data set."""
    described = [Signpost("describedby", f"{root}.well-known/void.ttl", "text/turtle")]
    for form in GRAPHS.values():
        described.append(Signpost("describedby", f"{root}catalog.{form.suffix}", form.media_type))
    items = tuple(
        Signpost("item", f"{root}dumps/{one.path}", one.served_as) for one in files_of(desk)
    )
    return Landing("/", DATASET, (PREFIXES["schema"] + "Dataset",), tuple(described), items)


def of_thing(desk: Desk, base: str, root: str) -> Landing:
    """The page of a thing."""
    described = tuple(
        Signpost("describedby", f"{root}{base}.{form.suffix}", form.media_type)
        for form in GRAPHS.values()
    )
    return Landing(f"/{base}.html", BASE + base, kinds(desk.store, BASE + base), described)


def of_question(name: str, kind: str, root: str) -> Landing:
    """The page of a saved question, whose answer is a data set."""
    forms = TABLES if kind == "table" else GRAPHS
    items = tuple(
        Signpost("item", f"{root}queries/{name}.{form.suffix}", form.media_type)
        for form in forms.values()
    )
    cited = f"{root}queries/{name}/citation.json"
    described = (Signpost("describedby", cited, "application/vnd.citationstyles.csl+json"),)
    iri, types = f"{BASE}queries/{name}", (PREFIXES["schema"] + "Dataset",)
    return Landing(f"/queries/{name}", iri, types, described, items)
