"""Silos and bridges: the parts of the network of actors at a date, who holds it together, and who should meet.

The measures are networkx's: connected components, Brandes' betweenness, bridges and articulation points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.answers import Term
from kg.explore.branches import Branches
from kg.explore.coalitions import MEETINGS, Apart, apart
from kg.explore.facts import Facts, Statement
from kg.explore.network import TIE, TIES, Tie, network, newest, ties, years
from kg.explore.views import (
    NO,
    YES,
    Choice,
    Chosen,
    Field,
    Part,
    Result,
    Row,
    Rows,
    View,
    names,
    number,
    text,
    thing,
)
from kg.explore.words import SILOS
from kg.phrases import Phrase, Plural, joined

if TYPE_CHECKING:
    import networkx as nx  # takes long to load, so who needs it loads it

_EXACT = 300_000  # nodes times ties up to which betweenness is exact; beyond, as many nodes are drawn as keep to it
_LEAST = 20  # nodes that are drawn
_BEGAN, _ENDED = Phrase("began"), Phrase("ended")
_NAMED = 40  # members of a part that are named in its row
MOST_DRAWN = 600  # nodes of the largest part that a picture has


@dataclass(frozen=True)
class Drawn:
    """The network for the eye: its graph, the betweenness of each node, and which nodes cut it."""

    graph: nx.Graph[str]
    betweenness: dict[str, float]
    cuts: frozenset[str]
    at: str
    years: tuple[tuple[str, int], ...]  # each year of the record, with the ties that can hold in it


def ask(facts: Facts, chosen: Chosen) -> Result:
    """The network at a date: components, brokers, bridges, and the coalitions that should meet."""
    import networkx as nx

    found = ties(facts)
    at = chosen["at"][0] if chosen["at"] else newest(found) or "9999"
    graph = network(found, at, chosen["ties"])
    wanted = [tie for tie in found if tie.kind in chosen["ties"]]
    cuts = frozenset(nx.articulation_points(graph))
    drawn = Drawn(graph, betweenness(graph), cuts, at, years(wanted))
    components = sorted(nx.connected_components(graph), key=lambda one: (-len(one), min(one)))
    many, pairs = apart(facts, graph)
    parts = (
        _brokers(facts, drawn, components),
        _bridges(facts, graph),
        _meet(facts, pairs),
        _components(facts, drawn, components),
        _turns(facts, wanted, at),
        _ties(facts, graph),
    )
    largest = len(components[0]) if components else 0
    sentence = Phrase(
        "At %(at)s: %(nodes)s with %(ties)s, in %(parts)s, the largest of %(largest)s; %(bridges)s, and %(pairs)s of "
        "coalitions that share a right or a group and nobody.",
        at=at,
        nodes=Plural(
            "%(number)s actor, place or instrument",
            "%(number)s actors, places and instruments",
            len(graph),
        ),
        ties=Plural("%(number)s tie", "%(number)s ties", graph.number_of_edges()),
        parts=Plural("%(number)s part", "%(number)s parts", len(components)),
        largest=largest,
        bridges=Plural("%(number)s bridge", "%(number)s bridges", len(parts[1].rows)),
        pairs=Plural("%(number)s pair", "%(number)s pairs", many),
    )
    return Result(sentence, parts, _notes(graph, largest), drawn)


def _notes(graph: nx.Graph[str], largest: int) -> tuple[str, ...]:
    found = []
    if largest > MOST_DRAWN:
        found.append(
            Phrase(
                "Of the largest part the picture has the %(most)s that stand most between others, with what leads to "
                "them; the tables have all.",
                most=MOST_DRAWN,
            )
        )
    if sample := _sample(graph):
        found.append(
            Phrase(
                "Betweenness is estimated here, from %(sample)s of %(nodes)s.",
                sample=sample,
                nodes=Plural("%(number)s node", "%(number)s nodes", len(graph)),
            )
        )
    return tuple(found)


def betweenness(graph: nx.Graph[str]) -> dict[str, float]:
    """Brandes' betweenness, normalised; of a large network estimated from some nodes, the same ones each time."""
    import networkx as nx

    found: dict[str, float] = nx.betweenness_centrality(
        graph, k=_sample(graph), normalized=True, seed=1
    )
    return found


def _sample(graph: nx.Graph[str]) -> int | None:
    """From how many nodes betweenness is estimated; None where it is exact."""
    size, many = len(graph), graph.number_of_edges()
    return min(size, max(_LEAST, _EXACT // many)) if size * many > _EXACT else None


Cut = tuple[str, str, frozenset[str], frozenset[str]]


def bridges(graph: nx.Graph[str]) -> list[Cut]:
    """The edges whose loss cuts off two nodes or more on both sides, with the sides; the most even cut first."""
    import networkx as nx

    branches = Branches(graph)
    found = []
    for one, other in nx.bridges(graph):
        if graph.degree(one) == 1 or graph.degree(other) == 1:
            continue
        here, there = branches.sides(one, other)
        small, large = (
            ((one, here), (other, there))
            if len(here) <= len(there)
            else ((other, there), (one, here))
        )
        found.append((small[0], large[0], small[1], large[1]))
    return sorted(found, key=lambda cut: (-len(cut[2]), cut[0], cut[1]))


# Tables -----------------------------------------------------------------------


def _kind(facts: Facts, one: str) -> str:
    kinds = facts.values(one, "hrc:actorType")
    if kinds:
        return joined("; ", (facts.label(kind) for kind in kinds))
    return "; ".join(sorted({facts.label(kind) for kind in facts.values(one, "rdf:type")}))


def _brokers(facts: Facts, drawn: Drawn, components: list[set[str]]) -> Part:
    of = {one: at for at, members in enumerate(components, 1) for one in members}
    order = sorted(drawn.graph, key=lambda one: (-drawn.betweenness[one], one))

    def row(one: str) -> Row:
        return Row(
            {
                "broker": thing(facts, one),
                "kind": text(_kind(facts, one)),
                "betweenness": number(drawn.betweenness[one], 4),
                "ties": number(int(drawn.graph.degree(one))),
                "cuts": text(YES if one in drawn.cuts else NO),
                "part": number(of[one]),
            },
            tuple(
                said
                for near in sorted(drawn.graph[one])[:3]
                for said in _basis(drawn.graph, one, near)
            ),
        )

    about = Phrase(
        "All that are tied, those that stand most between others first. The evidence is that of three ties."
    )
    return Part(
        "brokers",
        Phrase("Brokers"),
        about,
        ("broker", "kind", "betweenness", "ties", "cuts", "part"),
        Rows(order, row),
    )


def _bridges(facts: Facts, graph: nx.Graph[str]) -> Part:

    def row(cut: Cut) -> Row:
        one, other, small, large = cut
        return Row(
            {
                "bridge": thing(facts, one),
                "to": thing(facts, other),
                "tie": text(
                    joined(
                        "; ",
                        sorted({TIE[tie.kind] for tie in graph.edges[one, other]["ties"]}),
                    )
                ),
                "cut off": number(len(small)),
                "of": number(len(small) + len(large)),
                "who": _some(facts, small),
            },
            _basis(graph, one, other),
        )

    return Part(
        "bridges",
        Phrase("Bridges"),
        Phrase("Ties whose loss would cut two or more off, the most even cut first."),
        ("bridge", "to", "tie", "cut off", "of", "who"),
        Rows(bridges(graph), row),
        Phrase("No single tie holds two larger parts together."),
    )


def _meet(facts: Facts, pairs: Sequence[Apart]) -> Part:

    def row(pair: Apart) -> Row:
        return Row(
            {
                "one": thing(facts, pair.one),
                "other": thing(facts, pair.other),
                "shared": number(len(pair.shared)),
                "likeness": number(pair.likeness),
                "reasons": names(facts, pair.shared),
            },
            pair.basis,
        )

    return Part(
        "meet",
        Phrase("Who should meet"),
        Phrase(
            "Two coalitions or networks that share a right or a group, while no actor and no place is tied to both; "
            "the first %(most)s where there are more.",
            most=MEETINGS,
        ),
        ("one", "other", "shared", "likeness", "reasons"),
        Rows(pairs, row),
        Phrase("No two coalitions share a concern without sharing an actor or a place."),
    )


def _components(facts: Facts, drawn: Drawn, components: list[set[str]]) -> Part:
    def row(numbered: tuple[int, set[str]]) -> Row:
        at, members = numbered
        hub = max(
            sorted(members), key=lambda one: (drawn.graph.degree(one), drawn.betweenness[one])
        )
        return Row(
            {
                "part": number(at),
                "size": number(len(members)),
                "most tied": thing(facts, hub),
                "members": _some(facts, members),
            }
        )

    about = Phrase(
        "Groups of which everybody can be reached from everybody, the largest first: the silos."
    )
    columns = ("part", "size", "most tied", "members")
    rows = Rows(list(enumerate(components, 1)), row)
    return Part("components", Phrase("Parts"), about, columns, rows)


def _of(facts: Facts, tie: Tie) -> dict[str, Term | None]:
    return {
        "one": thing(facts, tie.one),
        "other": thing(facts, tie.other),
        "tie": text(TIE[tie.kind]),
        "began": text(tie.began),
        "ended": text(tie.ended),
    }


def _ties(facts: Facts, graph: nx.Graph[str]) -> Part:
    held = [tie for _, _, held in graph.edges(data="ties") for tie in held]
    rows = Rows(held, lambda tie: Row(_of(facts, tie), tie.basis))
    about = Phrase("The network itself, one row for each tie: what the picture shows.")
    return Part("ties", Phrase("Ties"), about, ("one", "other", "tie", "began", "ended"), rows)


def _turns(facts: Facts, wanted: Iterable[Tie], at: str) -> Part:
    year = at[:4]
    turned = [tie for tie in wanted if year in (tie.began[:4], tie.ended[:4])]

    def row(tie: Tie) -> Row:
        what = text(_ENDED if tie.ended[:4] == year else _BEGAN)
        return Row({"what": what, **_of(facts, tie)}, tie.basis)

    turned.sort(key=lambda tie: (tie.ended[:4] != year, tie.one, tie.other))
    return Part(
        "turns",
        Phrase("What began and ended in %(year)s", year=year),
        Phrase("Ties with a beginning or an end in the year of the date, those that ended first."),
        ("what", "one", "other", "tie", "began", "ended"),
        Rows(turned, row),
        Phrase("No tie is on record as begun or ended in this year."),
    )


def _some(facts: Facts, members: Iterable[str]) -> Term | None:
    """The names of several, the first forty where there are more."""
    every = sorted({facts.label(one) for one in members})
    named = joined("; ", every[:_NAMED])
    if len(every) <= _NAMED:
        return text(named)
    more = len(every) - _NAMED
    return text(
        Plural(
            "%(names)s; and %(number)s more", "%(names)s; and %(number)s more", more, names=named
        )
    )


def _basis(graph: nx.Graph[str], one: str, other: str) -> tuple[Statement, ...]:
    return tuple(said for tie in graph.edges[one, other]["ties"] for said in tie.basis)


VIEW = View(
    "silos",
    "Who is tied to whom, and who should meet?",
    "The network of actors, coalitions, places and instruments at a date: its parts, its brokers, and its bridges.",
    (
        Field("at", "Date", "Year, month or day. Left empty: the latest on record."),
        Field(
            "ties",
            "Ties",
            "Which ties count.",
            choices=lambda facts: [Choice(name, words) for name, words in TIES.items()],
            many=True,
            most=len(TIES),
            default=lambda facts: tuple(TIES),
        ),
    ),
    SILOS,
    ask,
    {
        "cuts": "Whether the network would fall apart without this one (an articulation point).",
        "cut off": "How many could no longer reach the others without this tie.",
        "part": "The number of the part (silo) in the table of parts.",
        "who": "Those that would be cut off.",
        "reasons": "The rights and groups that both carry, they themselves or their member actors.",
    },
)
