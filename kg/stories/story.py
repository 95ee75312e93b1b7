"""The pieces of a story. Dates are XSD days, months or years as the graph has them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.answers import Term
from kg.stories.proofs import Proof


@dataclass(frozen=True)
class Detail:
    """A property of what a line tells of, its values, and the numbers of their evidence."""

    name: Term
    values: Sequence[Term]
    proofs: Sequence[int] = ()


@dataclass(frozen=True)
class Line:
    """One thing in a part: what is told with it (by the name of the property), a text, and its evidence's numbers.

    `through` is the narrower thing by way of which it belongs here, where it is not said of the thing itself;
    `sides` are the claims of a disagreement; `quoted`: the texts are words of a source.
    """

    thing: Term
    began: str = ""
    ended: str = ""
    details: Sequence[Detail] = ()
    texts: Sequence[Term] = ()
    proofs: Sequence[int] = ()
    through: Term | None = None
    sides: Sequence[Line] = ()
    quoted: bool = False


@dataclass(frozen=True)
class Part:
    """A chapter: a title, and its lines; `more` says how many lines there are beyond those shown."""

    title: str
    lines: Sequence[Line]
    more: int = 0


@dataclass(frozen=True)
class Moment:
    """Something that happened: when ("" where nobody says), to which thing, what, and in which lane of the picture.

    `line` tells more, where this is the first moment of its thing.
    """

    when: str
    lane: str
    thing: Term
    what: Term | None
    line: Line


@dataclass(frozen=True)
class Story:
    """All of it: what happened in order, what has no date, the chapters, and the evidence by number from 1.

    `drawn`: what happened is for the picture alone, the chapters tell it.
    """

    moments: Sequence[Moment] = ()
    undated: Sequence[Moment] = ()
    parts: Sequence[Part] = ()
    proofs: Sequence[Proof] = ()
    told: frozenset[str] = field(
        default_factory=frozenset
    )  # the IRIs of the things that it tells of
    drawn: bool = False
    own: int = 0  # so many of the proofs, the first, are about the thing itself
