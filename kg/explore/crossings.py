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
    Measure,
    Part,
    Result,
    Row,
    Rows,
    View,
    choices,
    counted,
    iris,
    names,
    number,
    text,
    thing,
)
from kg.namespaces import shorten

SIDE, ONE = "side by side", "as one position"
_TRIPLES = 100  # triples that are listed
_GRID = 8  # concepts on each side of the matrix where nothing is chosen


def ask(facts: Facts, chosen: Chosen) -> Result:
    """The crossing of the chosen concepts, and how often pairs of concepts meet. Raises BadParameter."""
    bearings = over(facts)
    wanted, unit = iris(chosen["with"]), chosen["count"][0]
    for one, other in combinations(wanted, 2):
        if bearings.related(one, other):
            why = f"{facts.label(one)} and {facts.label(other)} do not cross: the one is part of the other"
            raise BadParameter("with", f"{why}.")
    pairs = meetings(bearings, unit, wanted)
    parts = [_pairs_part(facts, pairs, unit)]
    if chosen["table"][0] == "triples":
        parts.insert(0, _triples_part(facts, triples(bearings, unit, wanted, _TRIPLES), unit))
    if len(wanted) > 1:
        crossing, found = _crossing(bearings, wanted)
        parts = [crossing, _positions(bearings, wanted), _counts(bearings, wanted), *parts]
        sentence = _sentence(facts, wanted, found)
    else:
        of = len(bearings.of(unit).things)
        sentence = f"{counted(of, unit)} carry a right, a group, a ground, an instrument or a goal"
        sentence += (
            f"; {counted(len(pairs), 'pair')} of these meet. Choose two or more to see where."
        )
    return Result(sentence, tuple(parts), _notes(bearings, wanted), _grid(bearings, unit, wanted))


def _notes(bearings: Bearings, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """What counts under what: of each chosen concept the narrower ones, or that they do."""
    if not wanted:
        return (
            "A narrower concept counts under its broader ones: migrant workers under migrants.",
        )
    facts, every = bearings.facts, [one for held in bearings.concepts.values() for one in held]
    under = {
        concept: [one for one in every if one != concept and concept in facts.broader(one)]
        for concept in wanted
    }
    return tuple(
        f"Under {facts.label(concept)} count as well: {', '.join(sorted(map(facts.label, narrower)))}."
        for concept, narrower in under.items()
        if narrower
    )


def _sentence(facts: Facts, wanted: tuple[str, ...], found: Counter[str]) -> str:
    totals = ", ".join(counted(found[unit], unit) for unit in UNITS)
    return f"{' × '.join(facts.label(one) for one in wanted)}: {totals}."


def _crossing(bearings: Bearings, wanted: tuple[str, ...]) -> tuple[Part, Counter[str]]:
    """The rows of what carries all that is wanted, and how many there are of each kind."""
    found = [
        (unit, one, how) for unit in UNITS for one, how in _carriers(bearings.of(unit), wanted)
    ]
    part = Part(
        "crossing",
        "At the crossing",
        "One row for each act, practice, place and actor that carries all that is chosen.",
        ("kind", "thing", "place", "standing", "how", "by"),
        Rows(found, lambda one: _row(bearings, *one, wanted)),
        "Nothing in the graph carries all of these. The counts below say how far each of them goes alone.",
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
        yield thing_, "; ".join([SIDE] * (thing_ in side) + [ONE] * (thing_ in one))


def _row(bearings: Bearings, unit: str, one: str, how: str, wanted: tuple[str, ...]) -> Row:
    facts = bearings.facts
    basis = sorted(set(bearings.saying(unit, one, wanted)))
    where = facts.value(one, "hrc:actOf") or facts.value(one, "hrc:takesPlaceIn")
    where = where or facts.value(one, "hrc:basedIn")
    cells: dict[str, Term | None] = {
        "kind": text(unit),
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
        "Positions that a source states",
        "Intersectional positions that combine two or more of what is chosen, and what names or centres them.",
        ("position", "combines", "named by"),
        tuple(rows),
        "No source in the graph names two or more of these as one position.",
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
        "How often, and how often by chance",
        "One row for each kind of thing that is counted.",
        ("counted", "carry each", "meet", "stated", "expected", "lift", "of"),
        tuple(rows),
    )


def _counted(facts: Facts, one: Meeting, unit: str) -> Row:
    each = "; ".join(
        f"{facts.label(concept)}: {count}"
        for concept, count in zip(one.concepts, one.carriers, strict=True)
    )
    return Row({"counted": text(f"{unit}s"), "carry each": text(each), **_numbers(one)})


def _numbers(one: Meeting) -> dict[str, Term | None]:
    few = text(f"too small to mean anything (expected below {FEW:g})")
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
        "All pairs",
        f"Pairs that meet in {unit}s: the highest lift first, then those too small to mean anything, the commonest "
        "first.",
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
        "The most surprising triples",
        f"Of the {COMMON} concepts that most {unit}s carry, kinds of act apart, and of what is chosen: highest lift "
        f"first, then those too small to mean anything, the commonest first; {_TRIPLES} at most.",
        ("one", "other", "third", "carry each", "meet", "stated", "expected", "lift", "of"),
        tuple(rows),
        "No three of these meet.",
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
            choices=lambda facts: [Choice(unit, f"{unit}s") for unit in UNITS],
            default=lambda facts: ("act",),
        ),
        Field(
            "table",
            "Listed",
            "Triples: the most surprising ones.",
            choices=lambda facts: [
                Choice("pairs", "pairs"),
                Choice("triples", "pairs and triples"),
            ],
            default=lambda facts: ("pairs",),
        ),
    ),
    (
        Measure(
            "meet",
            "Things that carry all concepts, each by a value that carries none of the others.",
            "the number of things t such that each concept c has a value in t that carries c alone",
            "All things of that kind which carry at least one right, group, ground, instrument, goal or theme.",
            "A count of what this graph holds, not of the world: where much is on record, more meets. A narrower "
            "concept counts under its broader ones (migrant workers under migrants). Two concepts of which one is "
            "broader than the other are not paired.",
        ),
        Measure(
            "stated",
            "Things that name or centre an intersectional position which combines two or more of the concepts.",
            "the number of things with a value that carries two or more of the concepts at once",
            "As for meet.",
            "Only what a source names as one. Women and migrants named side by side are not migrant women, and "
            "naming migrant women is not counted as naming women and migrants side by side.",
        ),
        Measure(
            "expected",
            "The count that chance alone would give if the concepts were spread without regard to each other.",
            "n₁ × n₂ / N; for k concepts the product of their counts over N to the power k − 1",
            "N: all things of that kind which carry anything.",
            "Assumes that things are alike and independent; acts of one campaign with one wording are not.",
        ),
        Measure(
            "lift",
            "How many times oftener than by chance the concepts meet: 1 is as often, 2 twice as often.",
            "meet / expected",
            "The expected count.",
            f"Given only where the expected count is {FEW:g} or more; below that one act more changes everything. "
            "A high lift is a reason to look, not a cause. With many pairs some are high by chance.",
        ),
    ),
    ask,
    {
        "kind": "What is counted: an act, a practice, a place or an actor.",
        "standing": "How far an act came, by its stages on record.",
        "how": "Whether the concepts are named side by side, or joined by a position that a source states.",
        "by": "The values through which the chosen concepts are carried.",
        "of": "N: all things of that kind which carry anything.",
    },
)
