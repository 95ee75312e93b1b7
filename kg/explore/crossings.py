"""Intersections: what meets two or more rights, groups, grounds, instruments, goals or kinds of act.

The crossing with what it rests on, the positions that sources state, and the counts of kg/explore/meetings.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from kg.answers import Term
from kg.errors import BadParameter
from kg.explore.bearings import KINDS, UNITS, Bearers, Bearings, over
from kg.explore.facts import Facts, Statement
from kg.explore.meetings import (
    COMMON,
    FEW,
    Meeting,
    meeting,
    meetings,
    triples,
)
from kg.explore.views import (
    Choice,
    Chosen,
    Field,
    Part,
    Result,
    Row,
    Rows,
    View,
    choices,
    iris,
    names,
    number,
    text,
    thing,
)
from kg.explore.words import INTERSECTIONS
from kg.namespaces import shorten
from kg.phrases import Phrase, Plural, joined

SIDE, ONE = Phrase("side by side"), Phrase("as one position")
ONE_OF = {
    "act": Phrase("act"),
    "practice": Phrase("practice"),
    "place": Phrase("place"),
    "actor": Phrase("actor"),
}
MANY_OF = {
    "act": Phrase("acts"),
    "practice": Phrase("practices"),
    "place": Phrase("places"),
    "actor": Phrase("actors"),
}
_TRIPLES = 100  # triples that are listed
_GRID = 8  # concepts on each side of the matrix where nothing is chosen


def ask(facts: Facts, chosen: Chosen) -> Result:
    """The crossing of the chosen concepts, and how often pairs of concepts meet. Raises BadParameter."""
    bearings = over(facts)
    wanted, unit = iris(chosen["with"]), chosen["count"][0]
    for one, other in combinations(wanted, 2):
        if bearings.related(one, other):
            why = Phrase(
                "%(one)s and %(other)s do not cross: the one is part of the other.",
                one=facts.label(one),
                other=facts.label(other),
            )
            raise BadParameter("with", why)
    pairs = meetings(bearings, unit, wanted)
    parts = [_pairs_part(facts, pairs, unit)]
    if chosen["table"][0] == "triples":
        parts.insert(0, _triples_part(facts, triples(bearings, unit, wanted, _TRIPLES), unit))
    if len(wanted) > 1:
        crossing, found = _crossing(bearings, wanted)
        parts = [crossing, _positions(bearings, wanted), _counts(bearings, wanted), *parts]
        sentence = _sentence(facts, wanted, found)
    else:
        sentence = Phrase(
            "%(things)s carry a right, a group, a ground, an instrument or a goal; %(pairs)s. Choose two or more to "
            "see where.",
            things=amount_of(unit, len(bearings.of(unit).things)),
            pairs=Plural(
                "%(number)s pair of these meets", "%(number)s pairs of these meet", len(pairs)
            ),
        )
    return Result(sentence, tuple(parts), _notes(bearings, wanted), _grid(bearings, unit, wanted))


def amount_of(unit: str, number: int) -> str:
    """So many things of a kind (one of `UNITS`)."""
    if unit == "act":
        return Plural("%(number)s act", "%(number)s acts", number)
    if unit == "practice":
        return Plural("%(number)s practice", "%(number)s practices", number)
    if unit == "place":
        return Plural("%(number)s place", "%(number)s places", number)
    return Plural("%(number)s actor", "%(number)s actors", number)


def _notes(bearings: Bearings, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """What counts under what: of each chosen concept the narrower ones, or that they do."""
    if not wanted:
        return (
            Phrase(
                "A narrower concept counts under its broader ones: migrant workers under migrants."
            ),
        )
    facts, every = bearings.facts, [one for held in bearings.concepts.values() for one in held]
    under = {
        concept: [one for one in every if one != concept and concept in facts.broader(one)]
        for concept in wanted
    }
    return tuple(
        Phrase(
            "Under %(concept)s count as well: %(narrower)s.",
            concept=facts.label(concept),
            narrower=joined(", ", sorted(map(facts.label, narrower))),
        )
        for concept, narrower in under.items()
        if narrower
    )


def _sentence(facts: Facts, wanted: tuple[str, ...], found: Counter[str]) -> str:
    return Phrase(
        "%(concepts)s: %(totals)s.",
        concepts=joined(" × ", (facts.label(one) for one in wanted)),
        totals=joined(", ", (amount_of(unit, found[unit]) for unit in UNITS)),
    )


def _crossing(bearings: Bearings, wanted: tuple[str, ...]) -> tuple[Part, Counter[str]]:
    """The rows of what carries all that is wanted, and how many there are of each kind."""
    found = [
        (unit, one, how) for unit in UNITS for one, how in _carriers(bearings.of(unit), wanted)
    ]
    part = Part(
        "crossing",
        Phrase("At the crossing"),
        Phrase("One row for each act, practice, place and actor that carries all that is chosen."),
        ("kind", "thing", "place", "standing", "how", "by"),
        Rows(found, lambda one: _row(bearings, *one, wanted)),
        Phrase(
            "Nothing in the graph carries all of these. The counts below say how far each of them goes alone."
        ),
    )
    return part, Counter(unit for unit, _, _ in found)


def _carriers(bearers: Bearers, wanted: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The things that carry all that is wanted, and how."""
    beside, together = bearers.side_by_side(wanted), bearers.joined(wanted)
    for concept in wanted:
        together &= bearers.carrying(concept)
    one = set(bearers.named(together))
    side = set(bearers.named(beside))
    for thing_ in bearers.named(beside | together):
        yield thing_, joined("; ", [SIDE] * (thing_ in side) + [ONE] * (thing_ in one))


def _row(bearings: Bearings, unit: str, one: str, how: str, wanted: tuple[str, ...]) -> Row:
    facts = bearings.facts
    basis = sorted(set(bearings.saying(unit, one, wanted)))
    where = facts.value(one, "hrc:actOf") or facts.value(one, "hrc:takesPlaceIn")
    where = where or facts.value(one, "hrc:basedIn")
    cells: dict[str, Term | None] = {
        "kind": text(ONE_OF[unit]),
        "thing": thing(facts, one),
        "place": thing(facts, where) if where else None,
        "standing": text(facts.standing(one) if unit == "act" else ""),
        "how": text(how),
        "by": names(facts, {said.value for said in basis}),
    }
    return Row(cells, tuple(basis))


def _positions(bearings: Bearings, wanted: tuple[str, ...]) -> Part:
    facts = bearings.facts
    rows = [
        Row(
            {
                "position": thing(facts, position),
                "combines": names(facts, facts.values(position, "hrc:combines")),
                "named by": thing(facts, user) if user else None,
            },
            (
                *facts.said(position, "hrc:combines"),
                *([Statement(user, name, position)] if user else []),
            ),
        )
        for position in bearings.positions(wanted)
        for user, name in _users(facts, position)
    ]
    return Part(
        "positions",
        Phrase("Positions that a source states"),
        Phrase(
            "Intersectional positions that combine two or more of what is chosen, and what names or centres them."
        ),
        ("position", "combines", "named by"),
        tuple(rows),
        Phrase("No source in the graph names two or more of these as one position."),
    )


def _users(facts: Facts, position: str) -> Iterable[tuple[str, str]]:
    found = [
        (one, name) for name in ("hrc:names", "hrc:centres") for one in facts.things(position, name)
    ]
    return found or [("", "")]


def _counts(bearings: Bearings, wanted: tuple[str, ...]) -> Part:
    rows = [_counted(bearings.facts, meeting(bearings.of(unit), wanted), unit) for unit in UNITS]
    return Part(
        "counts",
        Phrase("How often, and how often by chance"),
        Phrase("One row for each kind of thing that is counted."),
        ("counted", "carry each", "meet", "stated", "expected", "lift", "of"),
        tuple(rows),
    )


def _counted(facts: Facts, one: Meeting, unit: str) -> Row:
    each = joined(
        "; ",
        (
            joined(": ", (facts.label(concept), str(count)))
            for concept, count in zip(one.concepts, one.carriers, strict=True)
        ),
    )
    return Row({"counted": text(MANY_OF[unit]), "carry each": text(each), **_numbers(one)})


def _numbers(one: Meeting) -> dict[str, Term | None]:
    few = text(Phrase("too small to mean anything (expected below %(least)s)", least=FEW))
    return {
        "meet": number(one.observed),
        "stated": number(one.stated),
        "expected": number(one.expected),
        "lift": few if one.lift is None else number(one.lift),
        "of": number(one.of),
    }


def _pairs_part(facts: Facts, pairs: list[Meeting], unit: str) -> Part:
    def row(pair: Meeting) -> Row:
        return Row(
            {
                "one": thing(facts, pair.concepts[0]),
                "other": thing(facts, pair.concepts[1]),
                "carry one": number(pair.carriers[0]),
                "carry other": number(pair.carriers[1]),
                **_numbers(pair),
            },
            onward={"with": tuple(shorten(one) for one in pair.concepts), "count": (unit,)},
        )

    return Part(
        "pairs",
        Phrase("All pairs"),
        Phrase(
            "Pairs that meet in %(things)s: the highest lift first, then those too small to mean anything, the "
            "commonest first.",
            things=MANY_OF[unit],
        ),
        ("one", "other", "carry one", "carry other", "meet", "stated", "expected", "lift", "of"),
        Rows(pairs, row),
        leads="meet",
    )


def _triples_part(facts: Facts, found: list[Meeting], unit: str) -> Part:
    rows = [
        Row(
            {
                **{
                    name: thing(facts, concept)
                    for name, concept in zip(("one", "other", "third"), three.concepts, strict=True)
                },
                "carry each": text(", ".join(map(str, three.carriers))),
                **_numbers(three),
            },
            onward={"with": tuple(shorten(one) for one in three.concepts), "count": (unit,)},
        )
        for three in found
    ]
    return Part(
        "triples",
        Phrase("The most surprising triples"),
        Phrase(
            "Of the %(common)s concepts that most %(things)s carry, kinds of act apart, and of what is chosen: highest "
            "lift first, then those too small to mean anything, the commonest first; %(most)s at most.",
            common=COMMON,
            things=MANY_OF[unit],
            most=_TRIPLES,
        ),
        ("one", "other", "third", "carry each", "meet", "stated", "expected", "lift", "of"),
        tuple(rows),
        Phrase("No three of these meet."),
        leads="meet",
    )


@dataclass(frozen=True)
class Grid:
    """A matrix for the eye: concepts down and across, and by row and column their meeting; None where they cannot."""

    unit: str
    down: tuple[str, ...]
    across: tuple[str, ...]
    cells: tuple[tuple[Meeting | None, ...], ...]


def _grid(bearings: Bearings, unit: str, wanted: tuple[str, ...]) -> Grid:
    """The chosen concepts against each other, or else the commonest groups against the commonest rights."""
    bearers = bearings.of(unit)

    def common(kind: str) -> tuple[str, ...]:
        every = [one for one in bearers.concepts if bearings.kind(one) == kind]
        return tuple(
            sorted(every, key=lambda one: (-bearers.carrying(one).bit_count(), one))[:_GRID]
        )

    down = wanted if wanted else common("group")
    across = wanted if len(wanted) > 1 else common("right")
    cells = tuple(
        tuple(None if bearings.related(a, b) else meeting(bearers, (a, b)) for b in across)
        for a in down
    )
    return Grid(unit, down, across, cells)


def _field(kind: str) -> Field:
    def listed(facts: Facts) -> list[Choice]:
        return choices(facts, over(facts).concepts[kind])

    return Field("with", kind.capitalize(), choices=listed, many=True, most=6)


VIEW = View(
    "intersections",
    "Where do rights, groups, grounds, instruments and goals meet?",
    "Choose two or more. What a source states as one position stands apart from what is merely named side by side.",
    (
        *(_field(kind) for kind in KINDS),
        Field(
            "count",
            "Counted in the matrix",
            choices=lambda facts: [Choice(unit, MANY_OF[unit]) for unit in UNITS],
            default=lambda facts: ("act",),
        ),
        Field(
            "table",
            "Listed",
            "Triples: the most surprising ones.",
            choices=lambda facts: [
                Choice("pairs", Phrase("pairs")),
                Choice("triples", Phrase("pairs and triples")),
            ],
            default=lambda facts: ("pairs",),
        ),
    ),
    INTERSECTIONS,
    ask,
    {
        "kind": "What is counted: an act, a practice, a place or an actor.",
        "standing": "How far an act came, by its stages on record.",
        "how": "Whether the concepts are named side by side, or joined by a position that a source states.",
        "by": "The values through which the chosen concepts are carried.",
        "of": "N: all things of that kind which carry anything.",
    },
)
