"""JSON with places: each value of a text and the stretch in which it stands. Nothing recurses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg.positions.spots import Stretch

_MOST_VALUES = 2_000_000  # of one text; what comes after them has no place
# Possessive quantifiers: no text makes this pattern go back and try again.
_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\r\n]++)
  | (?P<string>"(?:[^"\\]|\\.)*+")
  | (?P<mark>[{}\[\]:,])
  | (?P<word>[^\s{}\[\]:,"]++)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(slots=True)
class Json:
    """A value: kind `object`, `array`, `string`, `number` or `word` (true, false, null).

    `text` is what a string says, or a number or word as it is written.
    """

    kind: str
    at: Stretch
    text: str = ""
    items: list[Json] = field(default_factory=list)
    members: list[tuple[Json, Json]] = field(default_factory=list)

    def get(self, *keys: str) -> Json | None:
        """The value of the first member whose key is one of these."""
        return next((value for key, value in self.members if key.text in keys), None)

    def each(self) -> list[Json]:
        """The items of an array; of anything else, itself."""
        return self.items if self.kind == "array" else [self]


def tokens(text: str) -> Iterator[tuple[str, Stretch]]:
    """Kind and place of each token: `string`, `word` or the mark itself."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "space":
            yield found.group() if found.lastgroup == "mark" else str(found.lastgroup), found.span()


def read(text: str) -> Json:
    """The value that a text is. Raises ValueError where it is none, or has too many parts."""
    top = Json("array", (0, len(text)))
    stack, keys = [top], [Json("string", (0, 0))]
    for count, (kind, at) in enumerate(tokens(text)):
        if count > _MOST_VALUES:
            raise ValueError("too many values")
        if kind in ",:":
            continue
        if kind in "}]":
            closed = stack.pop()
            closed.at = (closed.at[0], at[1])
            keys.pop()
            continue
        here = stack[-1]
        value = _value(text, kind, at)
        if here.kind == "array":
            here.items.append(value)
        elif keys[-1].at == (0, 0):
            keys[-1] = value
            continue
        else:
            here.members.append((keys[-1], value))
            keys[-1] = Json("string", (0, 0))
        if value.kind in ("object", "array"):
            stack.append(value)
            keys.append(Json("string", (0, 0)))
    return top.items[0]


def _value(text: str, kind: str, at: Stretch) -> Json:
    words = text[at[0] : at[1]]
    if kind == "{":
        return Json("object", at)
    if kind == "[":
        return Json("array", at)
    if kind == "string":
        return Json("string", at, json.loads(words, strict=False))
    return Json("word" if words in ("true", "false", "null") else "number", at, words)
