"""A text as lines of coloured pieces, some of them marked; without a script."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from kg.lexer import comments, tokens

_COLOURED = {"string": "s", "iri": "i", "name": "n", "comment": "c"}
_TURTLE = ("turtle", "trig", "ntriples", "nquads")


@dataclass(frozen=True)
class Line:
    """One line: its number from 1, its pieces as (style, text), and whether it is marked. A gap before it is told."""

    number: int
    pieces: tuple[tuple[str, str], ...]
    marked: bool = False
    after_gap: bool = False


def lines(
    text: str,
    marked: Collection[int] = (),
    syntax: str = "turtle",
    around: int | None = None,
) -> list[Line]:
    """The lines of a text; with `around`, only the marked ones and so many about each."""
    rows = _rows(text, syntax)
    if around is None:
        shown = list(range(1, len(rows) + 1))
    else:
        near = {one for at in marked for one in range(at - around, at + around + 1)}
        shown = sorted(one for one in near if 1 <= one <= len(rows))
    return [
        Line(at, tuple(rows[at - 1]), at in marked, at - 1 not in (0, before))
        for before, at in zip([0, *shown], shown, strict=False)
    ]


def compared(wrong: str, right: str) -> tuple[list[Line], list[Line]]:
    """Two texts, each with the lines marked that the other does not have."""
    ours, theirs = wrong.splitlines(), right.splitlines()
    gone: set[int] = set()
    come: set[int] = set()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, ours, theirs, False).get_opcodes():
        if tag != "equal":
            gone |= set(range(a + 1, b + 1))
            come |= set(range(c + 1, d + 1))
    return lines(wrong, gone), lines(right, come)


def _rows(text: str, syntax: str) -> list[list[tuple[str, str]]]:
    rows: list[list[tuple[str, str]]] = [[]]
    for style, piece in _pieces(text) if syntax in _TURTLE else [("", text)]:
        for at, part in enumerate(piece.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
            if at:
                rows.append([])
            if part:
                rows[-1].append((style, part))
    if len(rows) > 1 and not rows[-1]:
        rows.pop()
    return rows


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    found = [*tokens(text), *comments(text)]
    for token in sorted(found, key=lambda one: one.start):
        style = _COLOURED.get(token.kind, "")
        if style:
            yield "", text[at : token.start]
            yield style, token.text
            at = token.end
    yield "", text[at:]
