"""Peers: the places most like one, why, how firmly, and which of them did what it has only promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.answers import Term
from kg.explore.facts import ADOPTED, Facts, Statement
from kg.explore.profiles import (
    FOLLOWED,
    KINDS,
    Feature,
    Likeness,
    Profile,
    Profiles,
    commitments,
    profiles,
)
from kg.explore.views import (
    Choice,
    Chosen,
    Field,
    Part,
    Result,
    Row,
    View,
    choices,
    iris,
    number,
    text,
    thing,
)
from kg.explore.words import PEERS
from kg.namespaces import shorten
from kg.phrases import Phrase, Plural, joined

SOUTH = "region:global-south"
_FIRST = 25  # peers that are listed
_TRIED = 10  # peers whose likeness is tried without each kind
_BASIS = 12  # statements of either side behind a row


def ask(facts: Facts, chosen: Chosen) -> Result:
    """The peers of a place."""
    known = profiles(facts)
    if not known.by_place:
        return Result(Phrase("The graph holds no place with a commitment."), ())
    place = known.by_place[iris(chosen["city"])[0]]
    near = known.nearest(place)
    region = next(iter(iris(chosen["region"])), "")
    there = [pair for pair in near if region in facts.places(pair[0].place)]
    ranks = _ranks(known, place)
    done = list(deeds(facts, known, place))
    where = facts.label(region) if region else Phrase("a region")
    parts = (
        _peers(
            known,
            place,
            near[:_FIRST],
            ranks,
            (
                "peers",
                Phrase("The most alike"),
                Phrase("The first %(most)s, wherever they are.", most=_FIRST),
            ),
        ),
        _peers(
            known,
            place,
            there[:_FIRST],
            ranks,
            ("region", Phrase("The most alike in %(where)s", where=where), _REGION),
        ),
        _deeds(facts, done),
        _sensitivity(facts, known, place, near[:_TRIED]),
        _profile(facts, known, place),
    )
    name = facts.label(place.place)
    if not near:
        return Result(Phrase("No other place shares a feature with %(place)s.", place=name), parts)
    promised = len({deed.promise for deed in done})
    return Result(
        _sentence(name, where, _first(facts, near), _first(facts, there), promised), parts
    )


def _sentence(name: str, where: str, near: str, there: str, promised: int) -> str:
    return Phrase(
        "Most like %(place)s: %(near)s; in %(where)s: %(there)s. %(done)s",
        place=name,
        near=near,
        where=where,
        there=there or Phrase("none"),
        done=Plural(
            "Of what it has only promised, %(number)s thing was done by others.",
            "Of what it has only promised, %(number)s things were done by others.",
            promised,
        ),
    )


def _first(facts: Facts, near: Sequence[tuple[Profile, Likeness]]) -> str:
    """The first three, each with its likeness."""
    return joined(
        ", ",
        (
            Phrase("%(name)s (%(like)s)", name=facts.label(one.place), like=round(like.value, 2))
            for one, like in near[:3]
        ),
    )


_REGION = Phrase("Places within the chosen region or State, as the graph draws it.")


def _peers(
    known: Profiles,
    place: Profile,
    near: Iterable[tuple[Profile, Likeness]],
    ranks: dict[str, tuple[int, int]],
    head: tuple[str, str, str],
) -> Part:
    facts = known.facts
    rows = [
        Row(
            {
                "peer": thing(facts, other.place),
                "country": text(country(facts, other.place)),
                "likeness": number(like.value),
                "rank": text(
                    Phrase(
                        "%(best)s to %(worst)s",
                        best=ranks[other.place][0],
                        worst=ranks[other.place][1],
                    )
                ),
                "shared": number(len(like.shared)),
                **{kind: _shared(known, like, kind) for kind in KINDS},
            },
            _both(place, other, like.shared),
        )
        for other, like in near
    ]
    columns = ("peer", "country", "likeness", "rank", "shared", *KINDS)
    return Part(
        *head, columns, tuple(rows), Phrase("No place there shares a feature with this one.")
    )


def country(facts: Facts, place: str) -> str:
    """The State that a place lies in."""
    states = [one for one in facts.places(place) if facts.is_a(one, "hrc:State")]
    return "; ".join(sorted(facts.label(one) for one in states))


def _shared(known: Profiles, like: Likeness, kind: str) -> Term | None:
    """What is shared of a kind, what few places have first."""
    shared = sorted(
        (one for one in like.shared if one[0] == kind), key=lambda one: -known.weight(one)
    )
    return text(joined("; ", (known.facts.label(iri) for _, iri in shared)))


def _both(one: Profile, other: Profile, shared: Iterable[Feature]) -> tuple[Statement, ...]:
    """Statements of both that give what they share: of each feature the first of either side."""
    sides = [[each.features[feature][0] for feature in shared] for each in (one, other)]
    return tuple(dict.fromkeys(said for side in sides for said in side[:_BASIS]))


def _ranks(known: Profiles, place: Profile) -> dict[str, tuple[int, int]]:
    """By peer, its best and its worst rank when each kind of feature is left out in turn, or none."""
    found: dict[str, list[int]] = {}
    tried = [KINDS, *(tuple(kind for kind in KINDS if kind != left) for left in KINDS)]
    for kinds in tried:
        near = known.nearest(place, kinds)
        order = {other.place: at for at, (other, _) in enumerate(near, 1)}
        for other in known.by_place:
            found.setdefault(other, []).append(order.get(other, len(near) + 1))
    return {other: (min(ranks), max(ranks)) for other, ranks in found.items()}


def _sensitivity(
    facts: Facts, known: Profiles, place: Profile, near: Sequence[tuple[Profile, Likeness]]
) -> Part:
    rows = []
    for other, like in near:
        cells: dict[str, Term | None] = {
            "peer": thing(facts, other.place),
            "likeness": number(like.value),
        }
        for left in KINDS:
            kinds = [kind for kind in KINDS if kind != left]
            cells[_without(left)] = number(known.likeness(place, other, kinds).value)
        rows.append(Row(cells))
    columns = ("peer", "likeness", *map(_without, KINDS))
    about = Phrase(
        "The likeness of the first ten when one kind of feature is left out: how far the answer hangs on it."
    )
    return Part("sensitivity", Phrase("How firm this is"), about, columns, tuple(rows))


def _without(kind: str) -> str:
    return Phrase("without %(kind)s", kind=kind)


def _profile(facts: Facts, known: Profiles, place: Profile) -> Part:
    rows = [
        Row(
            {
                "kind": text(kind),
                "feature": thing(facts, iri),
                "weight": number(known.weight((kind, iri))),
            },
            said[:_BASIS],
        )
        for (kind, iri), said in place.features.items()
    ]
    about = Phrase("What this place is compared by, with the weight of each feature.")
    return Part(
        "profile", Phrase("What is compared"), about, ("kind", "feature", "weight"), tuple(rows)
    )


# What others did ----------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """What a place has only promised and another did: the promise, the practice, and how like the other is."""

    act: str
    promise: str
    other: str
    likeness: float
    practice: str
    basis: tuple[Statement, ...]


def deeds(facts: Facts, known: Profiles, place: Profile) -> Iterator[Deed]:
    """What others did of what this place has only promised, for each promise the three most alike first.

    A promise is a sort of follow-up that an act provides for, of which none on record follows any act of the place.
    """
    done = {iri for kind, iri in place.features if kind == FOLLOWED}
    near = known.nearest(place)
    for act in commitments(facts, place.place):
        for said in facts.said(act, "hrc:providesFor"):
            if said.value not in done:
                found = [
                    deed for other, like in near for deed in _of(facts, said, other, like.value)
                ]
                yield from found[:3]


def _of(facts: Facts, promise: Statement, other: Profile, likeness: float) -> Iterator[Deed]:
    given = other.features.get((FOLLOWED, promise.value))
    if given:
        yield Deed(
            promise.thing,
            promise.value,
            other.place,
            likeness,
            given[0].thing,
            (promise, *given[:2]),
        )


def _deeds(facts: Facts, found: Sequence[Deed]) -> Part:
    rows = [
        Row(
            {
                "promised": thing(facts, deed.promise),
                "in": thing(facts, deed.act),
                "since": text(min(facts.dates(deed.act, ADOPTED), default="")),
                "done in": thing(facts, deed.other),
                "likeness": number(deed.likeness),
                "by": thing(facts, deed.practice),
                "from": text(facts.value(deed.practice, "hrc:began")),
            },
            deed.basis,
        )
        for deed in found
    ]
    return Part(
        "done",
        Phrase("Who already did what is only promised here"),
        Phrase(
            "Sorts of follow-up that an act here provides for and that are missing, with the most alike that have them."
        ),
        ("promised", "in", "since", "done in", "likeness", "by", "from"),
        tuple(rows),
        Phrase(
            "No act here provides for a sort of follow-up that is missing here and on record elsewhere."
        ),
    )


def _places(facts: Facts) -> list[Choice]:
    return choices(facts, profiles(facts).by_place)


def _regions(facts: Facts) -> list[Choice]:
    """The regions and States in which a place that can be compared lies."""
    around = {one for place in profiles(facts).by_place for one in facts.places(place) - {place}}
    return choices(facts, around)


def _default(facts: Facts) -> tuple[str, ...]:
    """The place with most features."""
    every = profiles(facts).by_place.values()
    best = min(every, key=lambda one: (-len(one.features), one.place), default=None)
    return (shorten(best.place),) if best else ()


VIEW = View(
    "peers",
    "Which places are most like this one?",
    "By the instruments, rights, groups and kinds of act of its commitments, and by what followed them.",
    (
        Field(
            "city",
            "Place",
            "A city, county, village or settlement.",
            choices=_places,
            default=_default,
        ),
        Field(
            "region",
            "Nearest in",
            "A region or State.",
            choices=_regions,
            default=lambda facts: tuple(one.value for one in _regions(facts) if one.value == SOUTH),
        ),
    ),
    PEERS,
    ask,
    {
        "rank": "The best and the worst rank when each kind of feature is left out in turn.",
        "shared": "How many features both have; under each kind those that few places have stand first.",
        "weight": "1 / log₂(1 + n) for a feature that n places have.",
    },
)
