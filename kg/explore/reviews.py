"""SDG and UPR: what reviews recommended to a State, what answers it there, and what nothing answers.

A practice answers where a source says that it takes a recommendation up or serves a goal. An act or a practice on the
same right is another matter: a common subject, which no source ties to the recommendation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.explore.bearings import over
from kg.explore.facts import Facts, Statement
from kg.explore.profiles import LOCAL, commitments
from kg.explore.views import (
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
from kg.explore.words import REVIEWS
from kg.namespaces import PREFIXES, shorten
from kg.phrases import Phrase, Plural

_SAID = ("hrc:concerns", "hrc:centres", "hrc:names")
TAKEN, SUBJECT, NOTHING = (
    Phrase("taken up"),
    Phrase("same subject"),
    Phrase("nothing on record"),
)


@dataclass(frozen=True)
class Answered:
    """A recommendation with what answers it: practices that take it up, and things on the same subject."""

    recommendation: str
    asked: int  # rights and groups that it names: the more, the closer is what shares them all
    taken: tuple[Statement, ...]
    subject: tuple[str, ...]

    @property
    def how(self) -> str:
        return TAKEN if self.taken else SUBJECT if self.subject else NOTHING


def ask(facts: Facts, chosen: Chosen) -> Result:
    """The recommendations and goals of a place, and what answers them there."""
    if not chosen["place"]:
        return Result(Phrase("The graph holds no recommendation and no goal."), ())
    place = iris(chosen["place"])[0]
    local = _within(facts, place)
    found = sorted(answered(facts, place, local), key=lambda one: (-one.asked, one.recommendation))
    goals = list(_goals(facts, local))
    how = Counter(one.how for one in found)
    parts = (
        _taken(facts, found),
        _subject(facts, found),
        _part_of(facts, [one for one in found if one.how == NOTHING], _UNANSWERED),
        _served(facts, goals),
        _unserved(facts, goals),
        _part_of(facts, found, _ALL),
    )
    bare = sum(str(row.cells["links"]) == "0" for row in parts[4].rows)
    all_goals = len(parts[4].rows)
    sentence = Phrase(
        "%(place)s: %(recommendations)s; %(taken)s taken up by a practice here as a source says, %(subject)s with an "
        "act or a practice on the same subject only, %(nothing)s with nothing on record. %(links)s to a goal or "
        "target; %(bare)s",
        place=facts.label(place),
        recommendations=Plural(
            "%(number)s recommendation", "%(number)s recommendations", len(found)
        ),
        taken=how[TAKEN],
        subject=how[SUBJECT],
        nothing=how[NOTHING],
        links=Plural("%(number)s link", "%(number)s links", len(goals)),
        bare=Plural(
            "%(number)s of %(goals)s has none.",
            "%(number)s of %(goals)s have none.",
            bare,
            goals=Plural("%(number)s goal", "%(number)s goals", all_goals),
        ),
    )
    return Result(sentence, parts)


def _within(facts: Facts, place: str) -> list[str]:
    """A place and the local places that lie in it."""
    local = {one for name in LOCAL for one in facts.of_class(name)}
    return sorted({one for one in local if place in facts.places(one)} | {place})


def answered(facts: Facts, place: str, local: Sequence[str]) -> Iterator[Answered]:
    """The recommendations to the State of a place, each with what answers it in some places."""
    things = {one: place_ for place_ in local for one in _doings(facts, place_)}
    carried = {one: _meant(facts, one) for one in things}
    covering: dict[frozenset[str], list[str]] = {}
    for recommendation in facts.of_class("hrc:Recommendation"):
        if not set(facts.values(recommendation, "hrc:recommendedTo")) & facts.places(place):
            continue
        practices = set(facts.things(recommendation, "hrc:takesUp"))
        taken = tuple(
            Statement(one, "hrc:takesUp", recommendation)
            for one in sorted(practices & things.keys())
        )
        wanted = _meant(facts, recommendation)
        which = frozenset(wanted)
        if which not in covering:
            covering[which] = [one for one in sorted(things) if _covers(carried[one], wanted)]
        subject = tuple(one for one in covering[which] if one not in practices)
        yield Answered(recommendation, len(wanted), taken, subject)


def _covers(ours: dict[str, list[Statement]], wanted: dict[str, list[Statement]]) -> bool:
    """Whether a thing carries each right and each group that a recommendation names; one of none is covered by none."""
    return bool(wanted) and wanted.keys() <= ours.keys()


def _meant(facts: Facts, one: str) -> dict[str, list[Statement]]:
    """The rights and groups of a thing, each with what says it; of a recommendation only those that are said."""
    bearings = over(facts)
    asked = facts.is_a(one, "hrc:Recommendation")
    found: dict[str, list[Statement]] = {}
    for said in facts.said(one, *_SAID):
        for concept in [said.value] if asked else bearings.meanings(said.value):
            if bearings.kind(concept) in ("right", "group"):
                found.setdefault(concept, []).append(said)
    return found


def _doings(facts: Facts, place: str) -> list[str]:
    return [*commitments(facts, place), *facts.things(place, "hrc:takesPlaceIn")]


# Tables -----------------------------------------------------------------------

_ALL = (
    "recommendations",
    Phrase("All recommendations"),
    Phrase("Each with how it is answered here."),
)
_UNANSWERED = (
    "unanswered",
    Phrase("Recommendations that nothing answers"),
    Phrase(
        "No practice here takes them up, and no act or practice is on their subject, as far as this graph knows."
    ),
)


def _part_of(facts: Facts, found: Iterable[Answered], head: tuple[str, str, str]) -> Part:
    rows = [
        Row(
            {
                "recommendation": thing(facts, one.recommendation),
                "mechanism": names(facts, facts.values(one.recommendation, "hrc:mechanism")),
                "by": names(facts, facts.values(one.recommendation, "hrc:recommendedBy")),
                "date": text(facts.value(one.recommendation, "hrc:happenedOn")),
                "concerns": names(facts, facts.values(one.recommendation, "hrc:concerns")),
                "centres": names(facts, facts.values(one.recommendation, "hrc:centres")),
                "answered": text(one.how),
            },
            tuple(facts.said(one.recommendation, "hrc:recommendedTo", *_SAID)),
        )
        for one in found
    ]
    columns = ("recommendation", "mechanism", "by", "date", "concerns", "centres", "answered")
    return Part(
        *head, columns, tuple(rows), Phrase("There is none here."), whole=head is _UNANSWERED
    )


def _taken(facts: Facts, found: Iterable[Answered]) -> Part:
    rows = [
        Row(
            {
                "recommendation": thing(facts, one.recommendation),
                "practice": thing(facts, said.thing),
                "place": names(facts, facts.values(said.thing, "hrc:takesPlaceIn")),
                "concerns": names(facts, facts.values(one.recommendation, "hrc:concerns")),
            },
            (said,),
        )
        for one in found
        for said in one.taken
    ]
    return Part(
        "taken",
        Phrase("Taken up, as a source says"),
        Phrase("One row for each practice that a source ties to a recommendation."),
        ("recommendation", "practice", "place", "concerns"),
        tuple(rows),
        Phrase("No source ties a practice here to a recommendation."),
    )


def _subject(facts: Facts, found: Iterable[Answered]) -> Part:
    pairs = [(one.recommendation, other) for one in found for other in one.subject]

    def row(pair: tuple[str, str]) -> Row:
        recommendation, other = pair
        wanted, carried = _meant(facts, recommendation), _meant(facts, other)
        where = facts.values(other, "hrc:actOf", "hrc:takesPlaceIn")
        cells = {
            "recommendation": thing(facts, recommendation),
            "on the same subject": thing(facts, other),
            "place": names(facts, where),
            "subject": names(facts, wanted),
        }
        basis = [said for one in sorted(wanted) for said in (*wanted[one], *carried[one])]
        return Row(cells, tuple(dict.fromkeys(basis)))

    return Part(
        "subject",
        Phrase("On the same subject, without a tie"),
        Phrase(
            "Acts and practices that carry each right and group of a recommendation, those of many first. No source "
            "says that they answer it."
        ),
        ("recommendation", "on the same subject", "place", "subject"),
        Rows(pairs, row),
        Phrase("No act and no practice here is on the subject of a recommendation."),
    )


def _goals(facts: Facts, local: Iterable[str]) -> Iterator[tuple[Statement, str]]:
    """What is said here to serve a goal or a target, with the place."""
    for place in local:
        for one in _doings(facts, place):
            for said in facts.said(one, "hrc:servesGoal"):
                yield said, place


def _served(facts: Facts, goals: Iterable[tuple[Statement, str]]) -> Part:
    rows = [
        Row(
            {
                "goal": thing(facts, said.value),
                "served by": thing(facts, said.thing),
                "place": thing(facts, place),
            },
            (said,),
        )
        for said, place in sorted(goals, key=lambda one: (one[0].value, one[0].thing))
    ]
    return Part(
        "goals",
        Phrase("Goals and targets that are served, as a source says"),
        Phrase(
            "One row for each practice and goal or target of the Sustainable Development Goals."
        ),
        ("goal", "served by", "place"),
        tuple(rows),
        Phrase("No source ties an act or a practice here to a goal."),
    )


def _unserved(facts: Facts, goals: Iterable[tuple[Statement, str]]) -> Part:
    """The goals, with how many links lead to each or to a target of it."""
    served = Counter(goal for said, _ in goals for goal in facts.broader(said.value))
    every = {one for name in ("skos:broader", "hrc:servesGoal") for _, one in facts.pairs(name)}
    top = sorted(
        (one for one in every if _is_goal(one)), key=lambda one: int(shorten(one).split(":")[1])
    )
    rows = [Row({"goal": thing(facts, one), "links": number(served[one])}) for one in top]
    about = Phrase(
        "Each goal with the links to it or to one of its targets; 0: nothing here is tied to it."
    )
    return Part("allgoals", Phrase("All goals"), about, ("goal", "links"), tuple(rows), whole=True)


def _is_goal(one: str) -> bool:
    return one.startswith(PREFIXES["sdg"]) and shorten(one).split(":")[1].isdigit()


def _places(facts: Facts) -> set[str]:
    """The States that were recommended something, and the local places in them or with a goal."""
    states = {state for _, state in facts.pairs("hrc:recommendedTo")}
    local = {one for name in LOCAL for one in facts.of_class(name)}
    return states | {
        one for one in local if states & facts.places(one) or any(_goals(facts, [one]))
    }


def _default(facts: Facts) -> tuple[str, ...]:
    """The State with most recommendations."""
    count = Counter(state for _, state in facts.pairs("hrc:recommendedTo"))
    every = sorted(count or _places(facts), key=lambda one: (-count[one], one))
    return tuple(shorten(one) for one in every[:1])


VIEW = View(
    "reviews",
    "What did reviews recommend, and what answers it here?",
    "Recommendations of the Universal Periodic Review and of treaty bodies to the State, and the Sustainable "
    "Development Goals.",
    (
        Field(
            "place",
            "City or State",
            "Of a State, all its places are looked at.",
            choices=lambda facts: choices(facts, _places(facts)),
            default=_default,
        ),
    ),
    REVIEWS,
    ask,
    {
        "answered": "Taken up: a source ties a practice to it. Same subject: no source does. Nothing on record."
    },
)
