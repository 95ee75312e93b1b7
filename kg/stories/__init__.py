"""What the graph has to tell about one thing, in the order in which a reader wants it: dates first, then parts.

`tell` reads an opened store directly, statement by statement, so a page costs no query, and a graph on another server
by the hundred (`Gathered`); every line keeps the numbers of its evidence.
"""

from kg.stories.gathered import Gathered
from kg.stories.proofs import Proof
from kg.stories.reader import Reader
from kg.stories.story import Detail, Line, Moment, Part, Story
from kg.stories.teller import owner_of, tell

__all__ = [
    "Detail",
    "Gathered",
    "Line",
    "Moment",
    "Part",
    "Proof",
    "Reader",
    "Story",
    "owner_of",
    "tell",
]
