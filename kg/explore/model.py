"""A model resolution: the pattern of clauses for what is wanted, each with the real acts that carry it.

No clause is worded here. What a clause says is in the words that were read of an act; where no act carries an element,
there is no clause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.answers import Term
from kg.explore.bearings import over
from kg.explore.days import first
from kg.explore.facts import ADOPTED, Facts, Statement
from kg.explore.peers import country
from kg.explore.profiles import LOCAL
from kg.explore.views import (
    Chosen,
    Field,
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
from kg.explore.words import MODEL
from kg.namespaces import PREFIXES

# The sections in the order of a resolution: the field whose values it takes up, and the properties that carry them.
SECTIONS = {
    "instrument": ("Recalling", ("eli:cites", "hrc:invokes")),
    "right": ("Recognising", ("hrc:concerns",)),
    "group": ("With", ("hrc:names", "hrc:centres")),
    "follow-up": ("Providing for", ("hrc:providesFor",)),
}
DUTY = "Resolving"
_FEW = 6  # acts for each element of the pattern
_STRUCK = ("rejected", "withdrawn", "lapsed", "repealed", "amended")


@dataclass(frozen=True)
class Clause:
    """An element as an act carries it: the section, the element (or nothing for a duty), the act, what says so."""

    section: str
    element: str
    act: str
    said: Statement


def ask(facts: Facts, chosen: Chosen) -> Result:
    """The pattern of clauses for what is chosen."""
    wanted = {name: iris(chosen[name]) for name in SECTIONS}
    place = next(iter(iris(chosen["place"])), "")
    fits = _fits(facts, wanted)
    found = sorted(
        _clauses(facts, wanted, fits), key=lambda one: _order(facts, one, wanted, place, fits)
    )
    parts = (
        _pattern(facts, _best(found), fits, _BEST),
        _lacking(facts, wanted, found),
        _follows(facts, fits),
        _struck(facts, fits),
        _treaties(facts, place, wanted["instrument"]),
        _pattern(facts, found, fits, _EVERY),
    )
    elements = sum(len(values) for values in wanted.values())
    if not elements:
        return Result("Choose what the resolution shall take up.", parts)
    carried = elements - len(parts[1].rows)
    sentence = (
        f"{counted(carried, 'element')} of {elements} {'is' if carried == 1 else 'are'} carried by "
        f"{counted(len({one.act for one in found}), 'real act')}; {counted(len(fits), 'act')} fit at least one."
    )
    return Result(
        sentence,
        parts,
        ("Each clause is in the words of an act that was read. This is no legal advice.",),
    )


def _fits(facts: Facts, wanted: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """The acts that carry any of the wanted elements, with how many they carry."""
    found: Counter[str] = Counter()
    for act in facts.of_class("hrc:Act"):
        for name, values in wanted.items():
            carried = {
                c for said in facts.said(act, *SECTIONS[name][1]) for c in _meant(facts, said.value)
            }
            found[act] += len(carried & set(values))
    return {act: count for act, count in found.items() if count}


def _meant(facts: Facts, value: str) -> frozenset[str]:
    return over(facts).meanings(value) | facts.broader(value)


def _clauses(
    facts: Facts, wanted: dict[str, tuple[str, ...]], fits: dict[str, int]
) -> Iterator[Clause]:
    for act in fits:
        for name, values in wanted.items():
            section, properties = SECTIONS[name]
            for said in facts.said(act, *properties):
                for element in sorted(_meant(facts, said.value) & set(values)):
                    yield Clause(section, element, act, said)
        for said in facts.said(act, "hrc:dutyWording"):
            yield Clause(DUTY, "", act, said)


def _order(
    facts: Facts, one: Clause, wanted: dict[str, tuple[str, ...]], place: str, fits: dict[str, int]
) -> tuple[object, ...]:
    """By section and element; then adopted before others, same State, fitting most, binding, latest first."""
    sections = ["Recalling", "Recognising", "With", DUTY, "Providing for"]
    order = [value for values in wanted.values() for value in values]
    states = (
        {state for state in facts.places(place) if facts.is_a(state, "hrc:State")}
        if place
        else set()
    )
    near = any(states & facts.places(of) for of in facts.values(one.act, "hrc:actOf"))
    binding = any(force.endswith("/binding") for force in facts.values(one.act, "hrc:bindingForce"))
    return (
        sections.index(one.section),
        order.index(one.element) if one.element else 0,
        facts.standing(one.act) != "adopted",
        not near,
        -fits[one.act],
        not binding,
        _day(facts, one.act) == "",
        tuple(-int(part) for part in _day(facts, one.act).split("-") if part),
        one.act,
        one.said.value,
    )


def _day(facts: Facts, act: str) -> str:
    return min(facts.dates(act, ADOPTED), key=first, default="")


def _where(facts: Facts, place: str) -> str:
    """A place with its State."""
    return ", ".join(part for part in (facts.label(place), country(facts, place)) if part)


def _best(found: Sequence[Clause]) -> list[Clause]:
    """Of each element the first few, each act once."""
    kept: dict[tuple[str, str], dict[str, Clause]] = {}
    for one in found:
        acts = kept.setdefault((one.section, one.element), {})
        if len(acts) < _FEW:
            acts.setdefault(one.act, one)
    return [one for acts in kept.values() for one in acts.values()]


# Tables -----------------------------------------------------------------------

_BEST = (
    "clauses",
    "The pattern of clauses",
    "In the order of a resolution; for each element the first acts that carry it: adopted ones first, of the same "
    "State, fitting most, binding, the latest. The words of each stand in its evidence.",
)
_EVERY = ("carriers", "All acts that carry an element", "In the same order, without a limit.")


def _pattern(
    facts: Facts, found: Sequence[Clause], fits: dict[str, int], head: tuple[str, str, str]
) -> Part:
    def row(one: Clause) -> Row:
        return Row(
            {
                "section": text(one.section),
                "element": thing(facts, one.element) if one.element else text("a duty"),
                "through": _through(facts, one),
                "act": thing(facts, one.act),
                "place": text(
                    "; ".join(_where(facts, of) for of in facts.values(one.act, "hrc:actOf"))
                ),
                "adopted": text(_day(facts, one.act)),
                "kind": names(facts, facts.values(one.act, "hrc:actType")),
                "force": names(facts, facts.values(one.act, "hrc:bindingForce")),
                "standing": text(facts.standing(one.act)),
                "fits": number(fits[one.act]),
            },
            (one.said,),
        )

    columns = (
        "section",
        "element",
        "through",
        "act",
        "place",
        "adopted",
        "kind",
        "force",
        "standing",
        "fits",
    )
    empty = "No act in the graph carries any of what is chosen."
    return Part(*head, columns, Rows(found, row), empty, words_first=True)


def _through(facts: Facts, one: Clause) -> Term | None:
    """Of a duty its words; of an element what is said of the act, where that is narrower."""
    if one.section == DUTY:
        return text(one.said.value)
    return text(facts.label(one.said.value)) if one.said.value != one.element else None


def _lacking(facts: Facts, wanted: dict[str, tuple[str, ...]], found: Sequence[Clause]) -> Part:
    carried = {(one.section, one.element) for one in found}
    rows = [
        Row({"section": text(SECTIONS[name][0]), "element": thing(facts, value)})
        for name, values in wanted.items()
        for value in values
        if (SECTIONS[name][0], value) not in carried
    ]
    about = "For these no act in the graph has words, so there is no clause."
    return Part(
        "lacking", "Without a model", about, ("section", "element"), tuple(rows), "Each has one."
    )


def _follows(facts: Facts, fits: dict[str, int]) -> Part:
    """What followed the fitting acts that were adopted, by kind."""
    adopted = [act for act in fits if facts.standing(act) in ("adopted", "ended")]
    found: dict[str, dict[str, list[Statement]]] = {}
    for act in adopted:
        for practice in facts.things(act, "hrc:follows"):
            for said in facts.said(practice, "hrc:practiceType"):
                basis = [said, Statement(practice, "hrc:follows", act)]
                found.setdefault(said.value, {}).setdefault(act, []).extend(basis)
    rows = [
        Row(
            {
                "what followed": thing(facts, kind),
                "acts": number(len(acts)),
                "of": number(len(adopted)),
                "where": names(
                    facts, (place for act in acts for place in facts.values(act, "hrc:actOf"))
                ),
            },
            tuple(said for basis in acts.values() for said in basis),
        )
        for kind, acts in sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    ]
    about = "The kinds of follow-up on record of the fitting acts that were adopted, the commonest first."
    columns = ("what followed", "acts", "of", "where")
    return Part(
        "follows",
        "What usually follows",
        about,
        columns,
        tuple(rows),
        "No follow-up of these is on record.",
    )


def _struck(facts: Facts, fits: dict[str, int]) -> Part:
    rows = []
    for act in fits:
        for stage in facts.values(act, "hrc:stage"):
            kinds = [
                kind
                for kind in facts.values(stage, "hrc:stageType")
                if kind.rsplit("/", 1)[-1] in _STRUCK
            ]
            if kinds:
                cells = {
                    "act": thing(facts, act),
                    "place": names(facts, facts.values(act, "hrc:actOf")),
                    "what happened": names(facts, kinds),
                    "on": text(facts.value(stage, "hrc:happenedOn")),
                    "over": names(facts, facts.values(stage, "hrc:over")),
                }
                basis = facts.said(stage, "hrc:stageType", "hrc:happenedOn", "hrc:over")
                rows.append(Row(cells, tuple(basis)))
    return Part(
        "struck",
        "What was struck out elsewhere, and over what",
        "Fitting acts that were rejected, withdrawn or amended, or that lapsed or were repealed.",
        ("act", "place", "what happened", "on", "over"),
        tuple(rows),
        "None of the fitting acts is recorded as rejected, withdrawn, amended, lapsed or repealed.",
    )


def _treaties(facts: Facts, place: str, instruments: Sequence[str]) -> Part:
    states = (
        {state for state in facts.places(place) if facts.is_a(state, "hrc:State")}
        if place
        else set()
    )
    rows = [
        Row(
            {
                "State": thing(facts, state),
                "instrument": thing(facts, instrument),
                "what it did": names(facts, facts.values(action, "hrc:treatyActionType")),
                "on": text(facts.value(action, "hrc:happenedOn")),
            },
            tuple(facts.said(action, "hrc:treatyActionType", "hrc:happenedOn")),
        )
        for state in sorted(states)
        for instrument in instruments
        for action in facts.things(instrument, "hrc:onTreaty")
        if state in facts.values(action, "hrc:actionOf")
    ]
    return Part(
        "treaties",
        "What the State did about these instruments",
        "Signature, ratification, accession, or a source's word that there was none.",
        ("State", "instrument", "what it did", "on"),
        tuple(rows),
        "Nothing of this is on record, or no place was chosen.",
    )


_CLASSES = {
    "instrument": ("hrc:Framework",),
    "right": ("hrc:Right", "hrc:Theme"),
    "group": ("hrc:Group", "hrc:Ground", "hrc:IntersectionalPosition"),
}


def _field(name: str, label: str) -> Field:
    """All that can be wanted, carried by an act or not."""

    def listed(facts: Facts) -> set[str]:
        if name in _CLASSES:
            return {one for kind in _CLASSES[name] for one in facts.of_class(kind)}
        space = PREFIXES["practice-type"]
        return {one for one, _ in facts.pairs("skos:prefLabel") if one.startswith(space)}

    return Field(
        name, label, choices=lambda facts: choices(facts, listed(facts)), many=True, most=6
    )


def _local(facts: Facts) -> set[str]:
    return {place for name in LOCAL for place in facts.of_class(name)}


VIEW = View(
    "model",
    "What could a resolution say, in the words of acts that exist?",
    "Choose what it shall take up: each clause is that of real acts, with their place, date, force and words.",
    (
        Field(
            "place",
            "Place",
            "Whose resolution it shall be: acts of the same State come first.",
            lambda facts: choices(facts, _local(facts)),
        ),
        _field("instrument", "Instruments"),
        _field("right", "Rights and themes"),
        _field("group", "Groups, grounds and positions"),
        _field("follow-up", "Follow-up wanted"),
    ),
    MODEL,
    ask,
    {
        "through": "What is said of the act, where it is narrower than the element; of a duty, its words.",
        "fits": "How many of the chosen elements the act carries.",
        "of": "The fitting acts that were adopted.",
    },
    documents=("md", "docx"),
)
