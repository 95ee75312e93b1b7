"""What is asked of a search, and what comes back. Words that matched stand between the two signs of `MARKS`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kg.errors import BadParameter

MARKS = ("\x02", "\x03")
SIZE = 20  # hits on a page
LONGEST = 300  # letters of a search
MOST_WORDS = 24
FACETS = ("kind", "country", "right", "group", "year", "status")


@dataclass(frozen=True)
class Wish:
    """A search: words, the values that each facet must have, and which page of hits, counted from 1.

    No words mean everything. All values must fit: two groups ask for what has both.
    """

    words: str = ""
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    page: int = 1
    size: int = SIZE
    language: str = "en"

    def terms(self) -> list[str]:
        """The words and "quoted phrases" of the search, without signs that cannot be found.

        Raises BadParameter where there are too many to be meant.
        """
        if len(self.words) > LONGEST:
            raise BadParameter("q", f"a search takes {LONGEST} letters at most.")
        found = [a or b for a, b in re.findall(r'"([^"]*)"|([^\s"]+)', self.words)]
        terms = [trimmed for term in found if (trimmed := _trimmed(term))]
        if len(terms) > MOST_WORDS:
            raise BadParameter("q", f"a search takes {MOST_WORDS} words at most.")
        return terms


def _trimmed(text: str) -> str:
    """A word or phrase from its first letter or digit to its last, on one line."""
    at = [place for place, sign in enumerate(text) if sign.isalnum()]
    inside = text[at[0] : at[-1] + 1] if at else ""
    return "".join(sign if sign.isprintable() else " " for sign in inside)


def folded(text: str) -> str:
    """A text as search compares it: without accents, in small letters."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


@dataclass(frozen=True)
class Hit:
    """A thing that was found: its name, and the place in its words that fits best, both with marks.

    `where` says what that place is: "" (the name itself), "about" (a description) or "quote", which then has its
    evidence and its source.
    """

    iri: str
    kind: str
    kind_label: str
    label: str
    language: str
    where: str = ""
    snippet: str = ""
    snippet_language: str = ""
    evidence: str = ""
    source: str = ""
    source_label: str = ""
    kind_language: str = ""


@dataclass(frozen=True)
class Choice:
    """A value of a facet: how it is written in a search, its name, how many hits have it, whether it is asked for."""

    value: str
    label: str
    count: int
    chosen: bool
    language: str = ""


@dataclass(frozen=True)
class Near:
    """What may have been meant: a thing of that name, or other words to search for (then without an IRI)."""

    label: str
    iri: str = ""


@dataclass(frozen=True)
class Found:
    """One page of hits of a search, how many there are in all, and what each facet would leave.

    `partly`: no thing has all the words; these have some. `note`: what this search cannot do, as a sentence.
    """

    wish: Wish
    total: int
    hits: Sequence[Hit]
    facets: Mapping[str, Sequence[Choice]]
    near: Sequence[Near] = ()
    partly: bool = False
    note: str = ""

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.wish.size))

    def chosen(self) -> Iterator[tuple[str, Choice]]:
        """The facet values that were asked for, as (facet, value)."""
        return (
            (name, one) for name, choices in self.facets.items() for one in choices if one.chosen
        )


class Search(Protocol):
    """Something that finds things by words."""

    def find(self, wish: Wish) -> Found:
        """One page of what fits. Raises BadParameter for a wish that cannot be meant, SourceUnavailable."""
