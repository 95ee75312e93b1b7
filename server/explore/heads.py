"""What the columns of a view are called in the reader's language; in data their names stay."""

from __future__ import annotations

from kg.errors import Phrase
from kg.explore.views import Part
from kg.explore.words import COLUMNS
from kg.wording import Worded
from server.languages import language, said, translated

COLUMN = "column"  # the context of these words in the catalogues


def named(name: str) -> str:
    """A measure by its name, which mostly is the head of the column that has it."""
    return translated(name, COLUMN)


def headed(part: Part, name: str) -> Worded:
    """The head of a column. That of a table to fill in, and one that is the name of a thing, is as it is."""
    if isinstance(name, Phrase):
        return Worded(said(name), language())
    if name in COLUMNS and not part.plain:
        return Worded(translated(name, COLUMN), language())
    return Worded(name, "en")
