"""What became of acts that fit a wanted resolution, and what their State did: beside the clauses of a model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kg.explore.facts import Facts, Statement
from kg.explore.views import Part, Row, names, number, text, thing
from kg.phrases import Phrase

_STRUCK = ("rejected", "withdrawn", "lapsed", "repealed", "amended")


def follows(facts: Facts, fits: Iterable[str]) -> Part:
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
    about = Phrase(
        "The kinds of follow-up on record of the fitting acts that were adopted, the commonest first."
    )
    columns = ("what followed", "acts", "of", "where")
    return Part(
        "follows",
        Phrase("What usually follows"),
        about,
        columns,
        tuple(rows),
        Phrase("No follow-up of these is on record."),
    )


def struck(facts: Facts, fits: Iterable[str]) -> Part:
    """Those of the fitting acts that failed, ended or were amended, with what it was over."""
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
        Phrase("What was struck out elsewhere, and over what"),
        Phrase(
            "Fitting acts that were rejected, withdrawn or amended, or that lapsed or were repealed."
        ),
        ("act", "place", "what happened", "on", "over"),
        tuple(rows),
        Phrase(
            "None of the fitting acts is recorded as rejected, withdrawn, amended, lapsed or repealed."
        ),
    )


def treaties(facts: Facts, place: str, instruments: Sequence[str]) -> Part:
    """What the State of a place did about some instruments."""
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
        Phrase("What the State did about these instruments"),
        Phrase("Signature, ratification, accession, or a source's word that there was none."),
        ("State", "instrument", "what it did", "on"),
        tuple(rows),
        Phrase("Nothing of this is on record, or no place was chosen."),
    )
