"""How the numbers of the views are to be read."""

from __future__ import annotations

from kg.explore.views import Measure

SILOS = (
    Measure(
        "betweenness",
        "How often one stands on the shortest ways between others.",
        "for v: the sum over pairs s, t of (shortest paths through v / shortest paths from s to t), divided by "
        "(n − 1)(n − 2) / 2",
        "All pairs of others in the network at the date.",
        "Sees only ties that somebody recorded; who is well documented looks central. An instrument that many cite "
        "is a broker of words, not of people: leave citations out to see people. Above 4 million nodes times ties it "
        "is estimated from 200 nodes.",
    ),
    Measure(
        "bridges",
        "Ties whose loss leaves no other way between two parts of two or more each.",
        "edges e whose removal raises the number of components, with no end of degree 1",
        "All ties at the date.",
        "That no other tie is on record does not say that there is none. Ties with a single loose end are left out.",
    ),
    Measure(
        "parts",
        "Connected components: groups without any tie to the rest.",
        "maximal sets of nodes joined by paths",
        "All actors, places and instruments with at least one tie at the date.",
        "Two parts may be one in the world. Who has no tie at all at the date is not in the network.",
    ),
    Measure(
        "likeness",
        "How much of what two coalitions carry they share (Jaccard).",
        "shared / (rights and groups of the one or of the other)",
        "The rights and groups said of either coalition, its acts, its practices and its member actors.",
        "A shared concern is a reason to meet, not proof that they never met. Concepts count as they are said, without "
        "their broader ones. Most coalitions have few concerns on record.",
    ),
    Measure(
        "date",
        "A tie counts when it can hold at the date: a year without month may be any day of it.",
        "first day of began ≤ last day of the date, and last day of ended ≥ first day of the date",
        "All ties of the chosen kinds.",
        "A tie without beginning or end on record counts as holding: what is not known is not taken for an end. An "
        "act ties from its adoption until it lapses or is repealed.",
    ),
)
