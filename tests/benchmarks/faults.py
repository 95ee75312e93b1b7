"""Contributions of about 200 statements with planted faults of eleven kinds.

The last four kinds break things that are published already and of which the contribution says nothing: another
place with the same identifier, a stage that two acts claim, memberships in a network that had ended, acts that cite
an instrument before it was adopted.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from kg.namespaces import PREFIXES
from tests.benchmarks.generate import PLACES_OF_A_HUB, Page, iri, place, text, typed

Told = tuple[str, str]  # the shape and the thing of a finding, as IRIs


@dataclass(frozen=True)
class Planted:
    """A contribution as N-Triples, and what a judge must at least say of it."""

    lines: str
    expected: frozenset[Told]


def contribution(faults: int, published: int, seed: int = 0) -> Planted:
    """New places, one for each eleven faults, beside a graph with so many published places."""
    rng = random.Random(f"{seed}-faults")
    expected: set[Told] = set()
    lines: list[str] = []
    for first in range(0, max(faults, 1), len(KINDS)):
        name = f"new-{first // len(KINDS)}"
        page = place(name, published - 1, seed, acts="a")
        for plant in KINDS[: faults - first]:
            shape, thing = plant(page, name, rng.randrange(published))
            expected.add((PREFIXES["shape"] + shape, iri(thing)[1:-1]))
        lines += [f"{s} {p} {o} .\n" for s, p, o in page.statements]
    return Planted("".join(lines), frozenset(expected))


def _change(page: Page, thing: str, predicate: str, value: str | None) -> None:
    """One statement with another value, or gone."""
    for at, (subject, named, _) in enumerate(page.statements):
        if (subject, named) == (iri(thing), iri(predicate)):
            page.statements[at : at + 1] = [(subject, named, value)] if value else []
            return
    raise LookupError(f"{thing} has no {predicate}.")


def _nameless(page: Page, name: str, near: int) -> Told:
    _change(page, f"practice:zz-{name}-a", "rdfs:label", None)
    return "Practice-has-label", f"practice:zz-{name}-a"


def _unknown_place(page: Page, name: str, near: int) -> Told:
    _change(page, f"practice:zz-{name}-a", "hrc:takesPlaceIn", iri(f"city:zz-{near}x"))
    return "Practice-place-is-known", f"practice:zz-{name}-a"


def _two_places(page: Page, name: str, near: int) -> Told:
    page.say(f"act:zz-{name}-a", hrc__actOf=iri(f"city:zz-{near}"))
    return "Act-belongs-to-one-place", f"act:zz-{name}-a"


def _wrong_scheme(page: Page, name: str, near: int) -> Told:
    _change(page, f"status:zz-{name}", "hrc:statusType", iri("act-type:resolution"))
    return "Status-type-is-known", f"status:zz-{name}"


def _no_language(page: Page, name: str, near: int) -> Told:
    _change(page, f"actor:zz-{name}-council", "rdfs:label", text("Council", ""))
    return "Actor-label-has-language", f"actor:zz-{name}-council"


def _long_quote(page: Page, name: str, near: int) -> Told:
    evidence = f"evidence:city-zz-{name}-1"
    _change(page, evidence, "hrc:quote", text("and " * 40 + "so on"))
    return "Evidence-quote-is-short", evidence


def _no_evidence(page: Page, name: str, near: int) -> Told:
    page.say(f"act:zz-{name}-a", hrc__bindingForce=iri("binding-force:binding"))
    return "Thing-statement-has-evidence", f"act:zz-{name}-a"


def _shared_identifier(page: Page, name: str, near: int) -> Told:
    page.say(f"city:zz-{name}", skos__exactMatch=f"<https://example.org/places/0-{near}>")
    return "Place-shares-no-identifier", f"city:zz-{near}"


def _taken_stage(page: Page, name: str, near: int) -> Told:
    stage = f"stage:zz-{near}-a-passed"
    page.say(f"act:zz-{name}-a", hrc__stage=iri(stage))
    return "Stage-belongs-to-an-act", stage


def _ended_network(page: Page, name: str, near: int) -> Told:
    network = f"actor:zz-{near // PLACES_OF_A_HUB}-network"
    page.say(network, hrc__ended=typed(1992, "gYear"))
    page.evidence(network, 9, f"source:zz-{name}-record", ["hrc:ended"])
    return "Membership-is-within-the-organisations-life", f"membership:zz-{near}"


def _late_instrument(page: Page, name: str, near: int) -> Told:
    instrument = f"instrument:zz-{near // PLACES_OF_A_HUB}"
    page.say(instrument, hrc__adoptedOn=typed("2024-05-01", "date"))
    page.evidence(instrument, 9, f"source:zz-{name}-record", ["hrc:adoptedOn"])
    return "Act-cites-what-was-there", f"act:zz-{near}-b"


KINDS: tuple[Callable[[Page, str, int], Told], ...] = (
    _nameless,
    _unknown_place,
    _two_places,
    _wrong_scheme,
    _no_language,
    _long_quote,
    _no_evidence,
    _shared_identifier,
    _taken_stage,
    _ended_network,
    _late_instrument,
)
