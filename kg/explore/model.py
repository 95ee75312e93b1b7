"""A model resolution: the pattern of clauses for what is wanted, each with the real acts that carry it.

No clause is worded here. What a clause says is in the words that were read of an act; where no act carries an element,
there is no clause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.answers import Term
from kg.explore.aftermath import follows, struck, treaties
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
    iris,
    names,
    number,
    text,
    thing,
)
from kg.explore.words import MODEL
from kg.namespaces import PREFIXES
from kg.phrases import Phrase, Plural

# The sections in the order of a resolution: the field whose values it takes up, and the properties that carry them.
SECTIONS = {
    "instrument": (Phrase("Recalling"), ("eli:cites", "hrc:invokes")),
    "right": (Phrase("Recognising"), ("hrc:concerns",)),
    "group": (Phrase("With"), ("hrc:names", "hrc:centres")),
    "follow-up": (Phrase("Providing for"), ("hrc:providesFor",)),
}
DUTY = Phrase("Resolving")
_FEW = 6  # acts for each element of the pattern


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
        follows(facts, fits),
        struck(facts, fits),
        treaties(facts, place, wanted["instrument"]),
        _pattern(facts, found, fits, _EVERY),
    )
    elements = sum(len(values) for values in wanted.values())
    if not elements:
        return Result(Phrase("Choose what the resolution shall take up."), parts)
    carried = elements - len(parts[1].rows)
    sentence = Phrase(
        "%(carried)s; %(fitting)s",
        carried=Plural(
            "%(number)s element of %(elements)s is carried by %(acts)s",
            "%(number)s elements of %(elements)s are carried by %(acts)s",
            carried,
            elements=elements,
            acts=Plural(
                "%(number)s real act", "%(number)s real acts", len({one.act for one in found})
            ),
        ),
        fitting=Plural(
            "%(number)s act fits at least one.", "%(number)s acts fit at least one.", len(fits)
        ),
    )
    return Result(
        sentence,
        parts,
        (Phrase("Each clause is in the words of an act that was read. This is no legal advice."),),
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
    Phrase("The pattern of clauses"),
    Phrase(
        "In the order of a resolution; for each element the first acts that carry it: adopted ones first, of the same "
        "State, fitting most, binding, the latest. The words of each stand in its evidence."
    ),
)
_EVERY = (
    "carriers",
    Phrase("All acts that carry an element"),
    Phrase("In the same order, without a limit."),
)


def _pattern(
    facts: Facts, found: Sequence[Clause], fits: dict[str, int], head: tuple[str, str, str]
) -> Part:
    def row(one: Clause) -> Row:
        return Row(
            {
                "section": text(one.section),
                "element": thing(facts, one.element) if one.element else text(Phrase("a duty")),
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
    empty = Phrase("No act in the graph carries any of what is chosen.")
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
    about = Phrase("For these no act in the graph has words, so there is no clause.")
    return Part(
        "lacking",
        Phrase("Without a model"),
        about,
        ("section", "element"),
        tuple(rows),
        Phrase("Each has one."),
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
