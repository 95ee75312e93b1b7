"""How wording travelled: what acts derive from, what derives from these, and who cites the same instrument."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.explore.days import first
from kg.explore.facts import ADOPTED, Facts, Statement
from kg.explore.views import YES, Part, Row, number, text, thing
from kg.phrases import Phrase

DERIVED, CITES = Phrase("derived from"), Phrase("cites")


@dataclass(frozen=True)
class Line:
    """A text in a family: whence it comes and how (`DERIVED`, `CITES`), when it was adopted (or nothing), how many
    steps from the root."""

    text: str
    origin: str
    how: str
    day: str
    depth: int
    chosen: bool


def lines(facts: Facts, acts: Iterable[str]) -> tuple[Line, ...]:
    """The families of the acts: the first text of each, and all that derive from it, parents before children.

    Then the instrument that all of them cite and fewest others do, with the other acts that cite it by their dates.
    """
    wanted = set(acts)
    roots = {
        root
        for act in wanted
        if facts.values(act, "hrc:derivedFrom")
        for root in _roots(facts, act)
    }
    found: list[Line] = []
    seen: set[str] = set()

    def walk(one: str, origin: str, depth: int) -> None:
        if one in seen:
            return
        seen.add(one)
        how = DERIVED if origin else ""
        found.append(Line(one, origin, how, _adopted(facts, one), depth, one in wanted))
        heirs = facts.things(one, "hrc:derivedFrom")
        for heir in sorted(heirs, key=lambda heir: (_adopted(facts, heir) or "9999", heir)):
            walk(heir, one, depth + 1)

    for root in sorted(roots):
        walk(root, "", 0)
    return (*found, *_citing(facts, wanted, seen))


def _citing(facts: Facts, wanted: set[str], seen: set[str]) -> Iterator[Line]:
    common = set.intersection(*(set(facts.values(act, "eli:cites")) for act in wanted)) - seen
    if not common:
        return
    cited = min(common, key=lambda one: (len(facts.things(one, "eli:cites")), one))
    yield Line(cited, "", "", _adopted(facts, cited), 0, False)
    every = [one for one in facts.things(cited, "eli:cites") if facts.is_a(one, "hrc:Act")]
    citing = [one for one in every if one not in seen]
    dated = sorted((first(day) if (day := _adopted(facts, one)) else "9999", one) for one in citing)
    for _, one in dated:
        yield Line(one, cited, CITES, _adopted(facts, one), 1, one in wanted)


def _roots(facts: Facts, act: str) -> set[str]:
    """The texts at the beginning of an act's lines of descent; of a circle, the act itself."""
    seen, ahead, roots = set(), [act], set()
    while ahead:
        one = ahead.pop()
        if one in seen:
            continue
        seen.add(one)
        origins = facts.values(one, "hrc:derivedFrom")
        ahead += origins
        roots |= set() if origins else {one}
    return roots or {act}


def _adopted(facts: Facts, one: str) -> str:
    return min(facts.dates(one, ADOPTED), key=first, default="") or facts.value(
        one, "hrc:adoptedOn"
    )


def family(facts: Facts, acts: Iterable[str]) -> Part:
    rows = [
        Row(
            {
                "step": number(line.depth),
                "text": thing(facts, line.text),
                "adopted": text(line.day),
                "how": text(line.how),
                "from": thing(facts, line.origin) if line.origin else None,
                "chosen": text(YES if line.chosen else ""),
            },
            _travelled(facts, line),
        )
        for line in lines(facts, acts)
    ]
    return Part(
        "family",
        Phrase("How the wording travelled"),
        Phrase(
            "The texts from which the chosen acts descend, and all that descend from these, parents before children; "
            "then the instrument that all of them cite, with the others that cite it by date. Who cites the same need "
            "not have copied from each other: only what a source calls derived is called so. The words are the "
            "evidence."
        ),
        ("step", "text", "adopted", "how", "from", "chosen"),
        tuple(rows),
        Phrase(
            "None of these acts is recorded as derived from another text, and they cite no instrument in common."
        ),
        words_first=True,
    )


def _travelled(facts: Facts, line: Line) -> tuple[Statement, ...]:
    """What says whence a text comes, and the duty that it words."""
    if not line.origin:
        return ()
    name = "hrc:derivedFrom" if line.how == DERIVED else "eli:cites"
    return (Statement(line.text, name, line.origin), *facts.said(line.text, "hrc:dutyWording"))
