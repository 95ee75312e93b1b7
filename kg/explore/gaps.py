"""Gaps: commitments that nothing followed, claims of rank counted again, disagreements, and what nobody recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kg.answers import Term
from kg.explore.days import first, latest, years
from kg.explore.facts import ADOPTED, Facts, Statement
from kg.explore.peers import country
from kg.explore.profiles import LOCAL, commitments
from kg.explore.ranks import ranked
from kg.explore.views import (
    Choice,
    Chosen,
    Field,
    Made,
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
from kg.explore.words import GAPS
from kg.namespaces import shorten
from kg.tables.columns import KINDS

FOUND_NOTHING, SOME, NOBODY = (
    "looked for, nothing found",
    "looked for some kinds, nothing found",
    "nobody looked",
)
QUESTIONS = {
    "bound": "Which act binds the place?",
    "adopted": "When was the act adopted?",
    "passed": "Who passed it?",
    "force": "Does it bind?",
    "cites": "Which instrument does it cite?",
    "followed": "What followed it, or who looked?",
}
_AGES = ((2, "under 2 years"), (5, "2 to 5 years"), (10, "5 to 10 years"), (20, "10 to 20 years"))
_OLD, _UNDATED = "20 years or more", "no date on record"


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
            "Commitments that nothing followed",
            "Acts without follow-up on record, the oldest first.",
            ("act", "place", "country", "adopted", "age", "looked", "sought"),
            tuple(open_acts),
            "Each commitment here has follow-up on record.",
        ),
        ranked(facts, places),
        _disagreements(facts, set(places), everywhere=not state),
        _unknown(facts, places, question),
        _followups(open_acts if question in ("", "followed") else ()),
        _acts(facts, places, question),
    )
    looked = Counter(str(row.cells["looked"]) for row in open_acts)
    every = sum(len(commitments(facts, place)) for place in places)
    sentence = (
        f"{len(open_acts)} of {counted(every, 'commitment')} {'has' if len(open_acts) == 1 else 'have'} no "
        f"follow-up on record: for {looked[FOUND_NOTHING]} somebody looked and found nothing, for {looked[SOME]} "
        f"somebody looked for some kinds, for {looked[NOBODY]} nobody looked."
    )
    return Result(sentence, parts)


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
        "By age",
        "Those without follow-up, by the years since their adoption.",
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
        "Sources that disagree",
        "One row for each claim of a disagreement, with the words of its source.",
        ("disagreement", "kind", "about", "claim", "made in"),
        tuple(rows),
        "No disagreement between sources is on record here.",
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
                "to fill in": text("a table"),
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
        "What the graph cannot answer",
        "By country and question, each with a table to fill in and to bring under Contribute: it has a row for each "
        "place or act that lacks the answer.",
        ("country", "question", "unanswered", "of", "first", "to fill in"),
        tuple(rows),
        "Every question is answered for every place here.",
        leads="to fill in",
    )


def _states_of(facts: Facts, place: str) -> list[str]:
    return sorted(one for one in facts.places(place) if facts.is_a(one, "hrc:State"))


def _named(facts: Facts, states: str) -> str:
    names_ = sorted(facts.label(one) for one in states.split("; ") if one)
    return "; ".join(names_) or "no State on record"


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


# Tables to be filled in -------------------------------------------------------------


def _followups(rows: Sequence[Row]) -> Part:
    """The table of follow-ups that `kg validate` reads, with a row for each commitment that nothing followed."""
    about = "A table to fill in and bring under Contribute: what followed each of these commitments, with its source."

    def known(row: Row) -> Mapping[str, Term | None]:
        return {"act": row.cells["act"], "city": row.cells["place"]}

    return _fill("followup", "To fill in: what followed", about, rows, known)


def _acts(facts: Facts, places: Iterable[str], only: str) -> Part:
    """The table of acts, with a row for each commitment of which something is not on record, and for each place of
    which no act is; or for those alone that lack the answer to one question."""
    lacking = dict.fromkeys(
        (place, "" if question == "bound" else one)
        for place in places
        for question, one, answered in _questions(facts, place)
        if not answered and question != "followed" and only in ("", question)
    )

    def known(one: tuple[str, str]) -> Mapping[str, Term | None]:
        place, act = one
        if not act:
            return {"city": thing(facts, place)}
        kind = facts.value(act, "hrc:actType")
        return {
            "act": thing(facts, act),
            "title": text(facts.label(act)),
            "city": thing(facts, place),
            "type": thing(facts, kind) if kind else None,
            "number": text(facts.value(act, "eli:number")),
        }

    about = "A table to fill in and bring under Contribute: when each was adopted, by whom, and what it cites."
    return _fill("act", "To fill in: acts", about, list(lacking), known)


def _fill(
    kind: str,
    title: str,
    about: str,
    lacking: Sequence[Made],
    known: Callable[[Made], Mapping[str, Term | None]],
) -> Part:
    """A table of `kg.tables` with what is known; things by their short addresses."""
    columns = tuple(column.name for column in KINDS[kind].columns)

    def row(one: Made) -> Row:
        cells = known(one)
        return Row({name: _short(cells.get(name)) for name in columns})

    rows = Rows(lacking, row)
    return Part(kind, title, about, columns, rows, "There is nothing to fill in here.", plain=True)


def _short(cell: Term | None) -> Term | None:
    return text(shorten(cell.value)) if cell and cell.kind == "uri" else cell


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
