"""Finding things by words: a page with what there is to choose, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from markupsafe import Markup, escape

from kg.errors import BadParameter, Phrase
from kg.search import SIZE, Choice, Found, Hit, Wish
from kg.search.found import FACETS, MARKS
from server.desk import the_desk
from server.formats import prefers_json
from server.languages import language

search = Blueprint("search", __name__)
_MOST = 100  # hits that a program may ask for at once
_OTHERS = {"q", "page", "size"}

Pairs = list[tuple[str, str]]


@search.get("/search")
@search.get("/search.<any(json, html):suffix>")
def found(suffix: str | None = None) -> Response:
    """What has these words: `q`, the facets by their names, `page`, and `size` for programs."""
    wish = _wish()
    answer = the_desk().finder.find(wish)
    if wish.page > answer.pages:
        raise BadParameter(
            "page", Phrase("there are %(pages)s pages of this search.", pages=answer.pages)
        )
    as_json = suffix == "json" or (suffix is None and prefers_json())
    response = jsonify(_data(answer)) if as_json else Response(_page(answer), mimetype="text/html")
    for relation, page in _neighbours(answer):
        address = _address(_state(wish, _asked(wish)), page, suffix)
        response.headers.add("Link", f'<{address}>; rel="{relation}"')
    return response


@search.app_template_filter("marked")
def marked(text: str) -> Markup:
    """A text of a hit with its marks as elements."""
    return Markup(
        escape(text).replace(MARKS[0], Markup("<mark>")).replace(MARKS[1], Markup("</mark>"))
    )


def _wish() -> Wish:
    args = request.args
    unknown = [name for name in args if name not in (*FACETS, *_OTHERS)]
    if unknown:
        raise BadParameter(
            unknown[0],
            Phrase("a search has no such facet; it has: %(known)s.", known=", ".join(FACETS)),
        )
    facets = {
        name: given for name in FACETS if (given := [one for one in args.getlist(name) if one])
    }
    page, size = _number("page", 1, 1_000_000), _number("size", SIZE, _MOST)
    words = "".join(sign if sign.isprintable() else " " for sign in args.get("q", ""))
    return Wish(words.strip(), facets, page, size, language())


def _number(name: str, default: int, most: int) -> int:
    text = request.args.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        raise BadParameter(name, Phrase("it is a whole number from 1 to %(most)s.", most=most))
    return int(text)


def _page(answer: Found) -> str:
    wish = answer.wish
    chosen = _asked(wish)
    return render_template(
        "search.html",
        found=answer,
        wish=wish,
        facets=[
            (name, _choices(wish, name, choices))
            for name, choices in answer.facets.items()
            if choices
        ],
        chosen=chosen,
        pages={
            relation: _address(_state(wish, chosen), page) for relation, page in _neighbours(answer)
        },
        searches={
            one.label: _address([("q", one.label), *chosen]) for one in answer.near if not one.iri
        },
        without_facets=_address([("q", wish.words)]),
        json=_address(_state(wish, chosen), wish.page, "json"),
    )


def _asked(wish: Wish) -> Pairs:
    return [(name, value) for name, values in wish.facets.items() for value in values]


def _choices(wish: Wish, name: str, choices: Sequence[Choice]) -> list[tuple[Choice, str]]:
    """Each value of a facet with the search that takes it in, or leaves it out where it is asked for."""
    state = _state(wish, _asked(wish))
    linked = []
    for choice in choices:
        without = [pair for pair in state if pair != (name, choice.value)]
        linked.append(
            (choice, _address(without if choice.chosen else [*state, (name, choice.value)]))
        )
    return linked


def _state(wish: Wish, facets: Pairs) -> Pairs:
    """A search as the pairs of its address, without its page."""
    words = [("q", wish.words)] if wish.words else []
    size = [("size", str(wish.size))] if wish.size != SIZE else []
    return [*words, *facets, *size]


def _address(state: Pairs, page: int = 1, suffix: str | None = None) -> str:
    given: dict[str, Any] = {}
    for name, value in [*state, *([("page", str(page))] if page > 1 else [])]:
        given.setdefault(name, []).append(value)
    return url_for("search.found", suffix=suffix, **given)


def _neighbours(answer: Found) -> Iterator[tuple[str, int]]:
    """The other pages of a search, by their relation to this one."""
    page = answer.wish.page
    if page > 1:
        yield "first", 1
        yield "prev", page - 1
    if page < answer.pages:
        yield "next", page + 1
        yield "last", answer.pages


def _data(answer: Found) -> dict[str, object]:
    return {
        "words": answer.wish.words,
        "total": answer.total,
        "page": answer.wish.page,
        "pages": answer.pages,
        "allWords": not answer.partly,
        "hits": [_hit(hit) for hit in answer.hits],
        "facets": {
            name: [
                {"value": one.value, "label": one.label, "count": one.count, "chosen": one.chosen}
                for one in choices
            ]
            for name, choices in answer.facets.items()
        },
        "near": [{"label": one.label, "iri": one.iri or None} for one in answer.near],
        "note": answer.note or None,
    }


def _hit(hit: Hit) -> dict[str, str]:
    facts = {
        "iri": hit.iri,
        "kind": hit.kind,
        "kindLabel": hit.kind_label,
        "label": _plain(hit.label),
        "language": hit.language,
        "where": hit.where,
        "snippet": str(marked(hit.snippet)),
        "snippetLanguage": hit.snippet_language,
        "evidence": hit.evidence,
        "source": hit.source,
        "sourceLabel": hit.source_label,
    }
    return {name: value for name, value in facts.items() if value}


def _plain(text: str) -> str:
    return text.replace(MARKS[0], "").replace(MARKS[1], "")
