"""A contribution made ready to be handed over: the file as data/ keeps it, under the right name, and the patch for it.

A contribution that takes the place of a published file becomes that file. Any other becomes a file of its own; where a
file of that name is published already, what is new is added to it, which is the graph that was judged.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import FormatLoss, Phrase, Refused
from kg.house import House
from kg.lexer import comments, tokens
from kg.namespaces import BASE, PREFIXES
from kg.rdf import node_text, parse
from kg.turtle import write

_HRC, _TYPE = PREFIXES["hrc"], PREFIXES["rdf"] + "type"
_PLACES = {
    "city": "cities",
    "county": "counties",
    "village": "villages",
    "settlement": "settlements",
    "region": "regions",
    "state": "states",
}
_OCCASIONS = {"event": "events", "vision": "visions"}
_OTHERS = {
    "instrument": "instruments",
    "actor": "actors",
    "practice": "practices",
    "group": "positions",
    "claim": "claims",
}
_SOURCES = {"source": "sources"}
# What leads from a thing to the place, or to the actor, in whose file it is told.
_TO_PLACE = {
    _HRC + name for name in ("actOf", "takesPlaceIn", "statusOf", "actionOf", "recommendedTo")
}
_TO_ACTOR = {
    PREFIXES["org"] + "member",
    PREFIXES["org"] + "organization",
    _HRC + "participant",
    _HRC + "nameOf",
}
_NAME = re.compile(r"data/[a-z][a-z-]*/[a-z0-9][a-z0-9-]*\.ttl")


@dataclass(frozen=True)
class HandOver:
    """A file ready to be taken over: its path in the repository, its text, and the patch that git can apply.

    `new` when no such file is published; `added` when the contribution was added to the published one;
    `comments` counts those of the contributor that the kept form has no place for.
    """

    path: str
    text: str
    patch: str
    new: bool
    added: bool
    comments: int


def hand_over(
    quads: Iterable[ox.Quad],
    text: str,
    house: House,
    replaces: str | None = None,
    named: str = "",
) -> HandOver:
    """Make it ready to be put into this house. `text` is the contribution's Turtle, for its comments, or empty.

    Raises FormatLoss for a blank node, Refused for a name that no file in data/ can have.
    """
    quads = list(quads)
    triples = {quad.triple for quad in quads}
    for triple in triples:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            raise FormatLoss(
                "The contribution", "it has a blank node. Give that thing a name of its own."
            )
    path = wanted_path(triples, replaces, named)
    file = house.root / path
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    head, lost = _head(text)
    added = bool(before) and replaces is None
    if added:
        head = _head(before)[0]
        triples |= {quad.triple for quad in parse(before.encode(), path)}
    after = head + write(triples)
    return HandOver(path, after, patch(path, before, after), not before, added, lost)


def wanted_path(triples: Iterable[ox.Triple], replaces: str | None = None, named: str = "") -> str:
    """Where a contribution belongs: where it is told to, else in the file of what it is about."""
    if replaces:
        return f"{replaces.removeprefix(BASE)}.ttl"
    if named:
        if not _NAME.fullmatch(named):
            raise Refused(
                Phrase(
                    "%(name)s cannot be the name of the file. Write it like data/cities/xx-harbourton.ttl: "
                    "a folder of data/, then small letters, digits and hyphens.",
                    name=repr(named),
                )
            )
        return named
    return next(_paths(list(triples)), "data/claims/contribution.ttl")


def _paths(triples: list[ox.Triple]) -> Iterator[str]:
    """The files in which this could stand, the best first."""
    described = {node_text(t.subject) for t in triples if t.predicate.value == _TYPE}
    of_place = {node_text(t.object) for t in triples if t.predicate.value in _TO_PLACE}
    of_actor = {node_text(t.object) for t in triples if t.predicate.value in _TO_ACTOR}
    for things, folders in (
        (described, _PLACES),
        (described, _OCCASIONS),
        (of_place, _PLACES),
        (described, _OTHERS),
        (of_actor, _OTHERS | _PLACES),
        (described, _SOURCES),
    ):
        for kind, folder in folders.items():
            start = f"{BASE}{kind}/"
            slugs = sorted(one.removeprefix(start) for one in things if one.startswith(start))
            for slug in slugs:
                path = f"data/{folder}/{slug}.ttl"
                if _NAME.fullmatch(path):
                    yield path


def patch(path: str, before: str, after: str) -> str:
    """A unified diff that `git apply` takes; empty where nothing changes."""
    if before == after:
        return ""
    old, new = f"a/{path}" if before else "/dev/null", f"b/{path}"
    lines = [f"diff --git a/{path} b/{path}\n"]
    if not before:
        lines.append("new file mode 100644\n")
    changes = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), old, new
    )
    for line in changes:
        lines.append(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n")
    return "".join(lines)


def _head(text: str) -> tuple[str, int]:
    """The comments above the first statement, and how many stand elsewhere."""
    first = next(tokens(text), None)
    all_of_them = list(comments(text))
    kept = [one.text.rstrip() for one in all_of_them if first is None or one.start < first.start]
    head = "".join(f"{line}\n" for line in kept)
    return f"{head}\n" if head else "", len(all_of_them) - len(kept)
