"""SPARQL cut into tokens: enough to see what a query asks for without running it.

Not a parser. It knows where strings, IRIs and comments begin and end, so that a word inside one of
them is never taken for a keyword, a bracket or a parameter. Linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Possessive quantifiers: no text makes these patterns go back and try again.
_TOKEN = re.compile(
    r"""
    (?P<space>\s++|\#[^\n\r]*+)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
  | (?P<string>'{3}(?:(?:'{1,2})?(?:[^'\\]|\\.))*+'{3}
             | "{3}(?:(?:"{1,2})?(?:[^"\\]|\\.))*+"{3}
             | '(?:[^'\\\n\r]|\\.)*+'
             | "(?:[^"\\\n\r]|\\.)*+")
  | (?P<variable>[?$]\w++)
  | (?P<name>(?:[^\W\d_][\w.\-]*+)?:(?:[\w.:\-]|%[0-9A-Fa-f]{2}|\\.)*+)
  | (?P<word>@?[^\W\d_][\w\-]*+)
  | (?P<number>\d[\d.]*+(?:[eE][+-]?\d++)?)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query: its kind, its text and where it begins (offset in characters)."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        return self.kind == "word" and self.text.upper() in words


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, without space and comments."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "space":
            yield Token(found.lastgroup or "mark", found.group(), found.start())


def comments(text: str) -> Iterator[Token]:
    """The comments of a query or of a Turtle text, each from its sign to the end of its line."""
    for found in _TOKEN.finditer(text):
        if found.lastgroup == "space" and found.group().startswith("#"):
            yield Token("comment", found.group(), found.start())


def without_comments(text: str) -> str:
    """The text with its comments taken out, lines kept."""
    for comment in reversed(list(comments(text))):
        text = text[: comment.start] + text[comment.end :]
    return text
