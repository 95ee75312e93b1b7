"""What no table of rows can show: where things meet, who is near whom, what is missing.

Each view is a function over the facts of the graph, with the definition of each of its numbers; nothing here is drawn
and nothing is served. What a row rests on are statements of the graph, whose words `proofs` finds.
"""

from __future__ import annotations

from kg.explore import atlas, compare, crossings, gaps, model, peers, reviews, silos
from kg.explore.facts import Facts, Statement
from kg.explore.views import Field, Measure, Part, Result, Row, View
from kg.explore.written import proofs

VIEWS: tuple[View, ...] = (
    crossings.VIEW,
    silos.VIEW,
    peers.VIEW,
    compare.VIEW,
    model.VIEW,
    gaps.VIEW,
    reviews.VIEW,
    atlas.VIEW,
)

__all__ = [
    "VIEWS",
    "Facts",
    "Field",
    "Measure",
    "Part",
    "Result",
    "Row",
    "Statement",
    "View",
    "proofs",
]
