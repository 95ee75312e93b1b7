"""Gaps: commitments that nothing followed, claims of rank counted again, disagreements, and what nobody recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kg.explore.blanks import acts, followups
from kg.explore.days import first, latest, years
from kg.explore.facts import ADOPTED, Facts, Statement
from kg.explore.peers import country
from kg.explore.profiles import LOCAL, commitments
from kg.explore.ranks import ranked
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
    names,
    number,
    text,
    thing,
)
from kg.explore.words import GAPS
from kg.namespaces import shorten
from kg.phrases import Phrase, Plural

FOUND_NOTHING, SOME, NOBODY = (
    Phrase("looked for, nothing found"),
    Phrase("looked for some kinds, nothing found"),
    Phrase("nobody looked"),
)
QUESTIONS = {
    "bound": Phrase("Which act binds the place?"),
    "adopted": Phrase("When was the act adopted?"),
    "passed": Phrase("Who passed it?"),
    "force": Phrase("Does it bind?"),
    "cites": Phrase("Which instrument does it cite?"),
    "followed": Phrase("What followed it, or who looked?"),
}
_AGES = (
    (2, Phrase("under 2 years")),
    (5, Phrase("2 to 5 years")),
    (10, Phrase("5 to 10 years")),
    (20, Phrase("10 to 20 years")),
)
_NO_STATE = Phrase("no State on record")
_OLD, _UNDATED = Phrase("20 years or more"), Phrase("no date on record")


def ask(facts: Facts, chosen: Chosen) -> Result:
    """What is open, everywhere or in one State, counted at a date."""
    at = chosen["at"][0] if chosen["at"] else newest(facts)
    state = iris(chosen["country"])[0] if chosen["country"] else ""
    question = "".join(chosen["question"])
    places = [place for place in _local(facts) if not state or state in facts.places(place)]
    open_acts = _open(facts, places, at)
    parts = (
        _ages(open_acts),
        Part(
            "open",
            Phrase("Commitments that nothing followed"),
            Phrase("Acts without follow-up on record, the oldest first."),
            ("act", "place", "country", "adopted", "age", "looked", "sought"),
            tuple(open_acts),
            Phrase("Each commitment here has follow-up on record."),
        ),
        ranked(facts, places),
        _disagreements(facts, set(places), everywhere=not state),
        _unknown(facts, places, question),
        followups(open_acts if question in ("", "followed") else ()),
        acts(facts, _lacking(facts, places, question)),
    )
    looked = Counter(str(row.cells["looked"]) for row in open_acts)
    every = sum(len(commitments(facts, place)) for place in places)
    return Result(_sentence(len(open_acts), every, looked), parts)


def _sentence(without: int, every: int, looked: Counter[str]) -> str:
    return Phrase(
        "%(without)s: for %(whole)s somebody looked and found nothing, for %(some)s somebody looked for some kinds, "
        "for %(nobody)s nobody looked.",
        without=Plural(
            "%(number)s of %(commitments)s has no follow-up on record",
            "%(number)s of %(commitments)s have no follow-up on record",
            without,
            commitments=Plural("%(number)s commitment", "%(number)s commitments", every),
        ),
        whole=looked[FOUND_NOTHING],
        some=looked[SOME],
        nobody=looked[NOBODY],
    )


def newest(facts: Facts) -> str:
    """The latest day of any stage or search on record."""
    days = [day for name in ("hrc:happenedOn", "hrc:searchedOn") for _, day in facts.pairs(name)]
    return latest(days) or "2000"


def _local(facts: Facts) -> list[str]:
    return sorted({place for name in LOCAL for place in facts.of_class(name)})


# Without follow-up ---------------------------------------------------------------


def looked(facts: Facts, act: str) -> tuple[str, tuple[str, ...], tuple[Statement, ...]]:
    """Whether anybody looked for follow-up of an act: in words, the kinds that were sought, and the searches."""
    searches = facts.things(act, "hrc:searchedFor")
    kinds = tuple(
        sorted({kind for one in searches for kind in facts.values(one, "hrc:soughtType")})
    )
    whole = any(not facts.values(one, "hrc:soughtType") for one in searches)
    basis = tuple(Statement(one, "hrc:searchedFor", act) for one in searches)
    if not searches:
        return NOBODY, (), ()
    return (FOUND_NOTHING if whole else SOME), kinds, basis


def _open(facts: Facts, places: Iterable[str], at: str) -> list[Row]:
    rows = []
    for place in places:
        for act in commitments(facts, place):
            if facts.things(act, "hrc:follows"):
                continue
            day = min(facts.dates(act, ADOPTED), key=first, default="")
            said, kinds, basis = looked(facts, act)
            stages = (
                one
                for stage in facts.values(act, "hrc:stage")
                for one in facts.said(stage, "hrc:happenedOn")
            )
            cells = {
                "act": thing(facts, act),
                "place": thing(facts, place),
                "country": text(country(facts, place)),
                "adopted": text(day),
                "age": number(max(years(day, at), 0.0), 1) if day else None,
                "looked": text(said),
                "sought": names(facts, kinds),
            }
            rows.append(Row(cells, (*basis, *stages, Statement(act, "hrc:actOf", place))))
    return sorted(rows, key=lambda row: str(row.cells["adopted"] or "9999"))


def _ages(rows: Iterable[Row]) -> Part:
    found: Counter[tuple[str, str]] = Counter(
        (_band(row), str(row.cells["looked"])) for row in rows
    )
    bands = [*(name for _, name in _AGES), _OLD, _UNDATED]
    table = [
        Row(
            {
                "age": text(band),
                **{said: number(found[band, said]) for said in (FOUND_NOTHING, SOME, NOBODY)},
                "all": number(sum(count for (of, _), count in found.items() if of == band)),
            }
        )
        for band in bands
    ]
    columns = ("age", FOUND_NOTHING, SOME, NOBODY, "all")
    return Part(
        "ages",
        Phrase("By age"),
        Phrase("Those without follow-up, by the years since their adoption."),
        columns,
        tuple(table),
    )


def _band(row: Row) -> str:
    age = row.cells["age"]
    if age is None:
        return _UNDATED
    return next((name for most, name in _AGES if float(age.value) < most), _OLD)


# Disagreements --------------------------------------------------------------------


def _disagreements(facts: Facts, places: set[str], everywhere: bool) -> Part:
    rows = [
        Row(
            {
                "disagreement": thing(facts, one),
                "kind": names(facts, facts.values(one, "hrc:disagreementType")),
                "about": thing(facts, about),
                "claim": text(facts.value(claim, "hrc:claims")),
                "made in": thing(facts, facts.value(claim, "hrc:madeIn")),
            },
            tuple(facts.said(claim, "hrc:claims")),
        )
        for one in facts.of_class("hrc:Disagreement")
        for claim in facts.values(one, "hrc:party")
        for about in facts.values(claim, "hrc:about")
        if everywhere or {about, *facts.values(about, "hrc:actOf")} & places
    ]
    return Part(
        "disagreements",
        Phrase("Sources that disagree"),
        Phrase("One row for each claim of a disagreement, with the words of its source."),
        ("disagreement", "kind", "about", "claim", "made in"),
        tuple(rows),
        Phrase("No disagreement between sources is on record here."),
        words_first=True,
    )


# What nobody recorded -------------------------------------------------------------


def _unknown(facts: Facts, places: Iterable[str], only: str) -> Part:
    """By country and question (or for one question), for how many places or acts the graph cannot answer."""
    found: dict[tuple[str, str], list[str]] = {}
    of: Counter[tuple[str, str]] = Counter()
    for place in places:
        where = "; ".join(_states_of(facts, place))
        for question, one, answered in _questions(facts, place):
            if only in ("", question):
                of[where, question] += 1
                if not answered:
                    found.setdefault((where, question), []).append(one)
    rows = [
        Row(
            {
                "country": text(_named(facts, where)),
                "question": text(QUESTIONS[question]),
                "unanswered": number(len(things)),
                "of": number(of[where, question]),
                "first": thing(facts, things[0]),
                "to fill in": text(Phrase("a table")),
            },
            onward={
                **({"country": (shorten(where.split("; ")[0]),)} if where else {}),
                "question": (question,),
                "part": ("followup" if question == "followed" else "act",),
            },
        )
        for (where, question), things in sorted(
            found.items(),
            key=lambda pair: (
                -len(pair[1]),
                _named(facts, pair[0][0]),
                QUESTIONS[pair[0][1]],
            ),
        )
    ]
    return Part(
        "unknown",
        Phrase("What the graph cannot answer"),
        Phrase(
            "By country and question, each with a table to fill in and to bring under Contribute: it has a row for "
            "each place or act that lacks the answer."
        ),
        ("country", "question", "unanswered", "of", "first", "to fill in"),
        tuple(rows),
        Phrase("Every question is answered for every place here."),
        leads="to fill in",
    )


def _states_of(facts: Facts, place: str) -> list[str]:
    return sorted(one for one in facts.places(place) if facts.is_a(one, "hrc:State"))


def _named(facts: Facts, states: str) -> str:
    names_ = sorted(facts.label(one) for one in states.split("; ") if one)
    return "; ".join(names_) or _NO_STATE


def _questions(facts: Facts, place: str) -> Iterator[tuple[str, str, bool]]:
    """The questions asked of a place and of its commitments, of what each is asked, and whether it is answered."""
    acts = commitments(facts, place)
    yield "bound", place, bool(acts)
    for act in acts:
        yield "adopted", act, bool(facts.dates(act, ADOPTED))
        yield "passed", act, bool(facts.values(act, "hrc:passedBy"))
        yield "force", act, bool(facts.values(act, "hrc:bindingForce"))
        yield "cites", act, bool(facts.values(act, "eli:cites"))
        followed = bool(facts.things(act, "hrc:follows") or facts.things(act, "hrc:searchedFor"))
        yield "followed", act, followed


def _lacking(facts: Facts, places: Iterable[str], only: str) -> Iterable[tuple[str, str]]:
    """Each place and commitment of which something is not on record, and each place of which no act is; or those alone
    that lack the answer to one question."""
    return dict.fromkeys(
        (place, "" if question == "bound" else one)
        for place in places
        for question, one, answered in _questions(facts, place)
        if not answered and question != "followed" and only in ("", question)
    )


VIEW = View(
    "gaps",
    "What was promised and not followed, and what does nobody know?",
    "Looked for and not found is told apart from never looked for. Claims of rank are counted again, and sources that "
    "disagree stand side by side.",
    (
        Field(
            "country",
            "State",
            "Left empty: everywhere.",
            choices=lambda facts: choices(facts, _states(facts)),
        ),
        Field(
            "question",
            "Question",
            "Of what the graph cannot answer. Left empty: all.",
            choices=lambda facts: [Choice(name, words) for name, words in QUESTIONS.items()],
        ),
        Field("at", "Date", "Ages are counted to this day. Left empty: the latest on record."),
    ),
    GAPS,
    ask,
    {
        "looked": "Whether a search for follow-up is on record, for all kinds or for some.",
        "sought": "The kinds of follow-up that were looked for.",
        "age": "Years from the adoption to the date.",
        "true under": "The ways of counting under which the claimed rank comes out.",
        "of": "Of how many the question is asked.",
        "to fill in": "The table of those that lack the answer, as it is read under Contribute.",
    },
)


def _states(facts: Facts) -> set[str]:
    """The States in which a local place lies."""
    return {
        one
        for place in _local(facts)
        for one in facts.places(place)
        if facts.is_a(one, "hrc:State")
    }
