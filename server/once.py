"""Evidence that stands in several rows of a page is written out once: after that its words lead to where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from kg.evidence import Words


@dataclass(frozen=True)
class Piece:
    """A piece of evidence in a row. `anchor` is that of where it is written out, if it stands in several rows."""

    words: Words
    anchor: str = ""
    again: bool = False


def once(rows: Iterable[Sequence[Words]]) -> list[list[Piece]]:
    """The evidence of a page's rows, in their order."""
    held = list(rows)
    often = Counter(_as_shown(words) for row in held for words in row)
    numbers = count(1)
    anchors: dict[tuple[str, str], str] = {}

    def piece(words: Words) -> Piece:
        key = _as_shown(words)
        if often[key] == 1:
            return Piece(words)
        if key in anchors:
            return Piece(words, anchors[key], again=True)
        anchors[key] = f"w{next(numbers)}"
        return Piece(words, anchors[key])

    return [[piece(words) for words in row] for row in held]


def _as_shown(words: Words) -> tuple[str, str]:
    """What tells pieces apart on a page: not for which value of a property they speak."""
    return words.iri, words.property
