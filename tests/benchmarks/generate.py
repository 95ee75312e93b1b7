"""Invented graphs of this graph's shape, of any size, and contributions to them with planted faults.

`python -m tests.benchmarks.generate 1e6 > graph.nq` streams N-Quads: places with their councils, sources, acts,
stages, statuses, practices, claims and memberships, each statement with its evidence, tied to the real ontology. A
graph has at least as many statements as were asked for, and stops with the page that reaches them. Equal numbers and
seeds give equal bytes. The data is clean: together with the ontology it breaks no shape.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from kg.namespaces import BASE, PREFIXES

PLACES_OF_A_HUB = 5  # places that share a State, a network and an instrument
_RIGHTS = ("housing", "water-and-sanitation", "work", "education", "food", "health")
_THEMES = ("accountability", "vulnerability", "culture-of-peace")
_GROUPS = ("women", "migrants", "girls", "trans-people")
_ACTS = ("resolution", "ordinance", "proclamation")
_PRACTICES = ("education", "body", "report", "budget")
_STAGES = (("introduced", 0), ("passed", 30), ("effective", 90))
_WORDS = (
    "the",
    "council",
    "of",
    "this",
    "city",
    "stands",
    "by",
    "rights",
    "for",
    "all",
    "who",
    "live",
)


def iri(name: str) -> str:
    """`city:zz-1` as N-Triples writes it."""
    prefix, local = name.split(":", 1)
    return f"<{PREFIXES[prefix]}{local}>"


def text(words: str, language: str = "en") -> str:
    return f'"{words}"@{language}' if language else f'"{words}"'


def typed(value: object, datatype: str) -> str:
    return f'"{value}"^^{iri("xsd:" + datatype)}'


def _day(rng: random.Random, year: int, after: int = 0) -> str:
    month, day = divmod(after + rng.randrange(30), 30)
    return typed(f"{year}-{1 + month:02}-{1 + min(day, 27):02}", "date")


@dataclass
class Page:
    """The statements of one named graph, as N-Triples terms."""

    name: str
    rng: random.Random
    statements: list[tuple[str, str, str]] = field(default_factory=list)

    def say(self, thing: str, **facts: str | list[str]) -> None:
        """Facts about a thing; `hrc__actOf` is hrc:actOf, and `a` its class."""
        for key, values in facts.items():
            predicate = "rdf:type" if key == "a" else key.replace("__", ":")
            for value in [values] if isinstance(values, str) else values:
                self.statements.append((iri(thing), iri(predicate), value))

    def thing(self, thing: str, source: str, **facts: str | list[str]) -> None:
        """The same with evidence: two pieces, which share what is said between them."""
        self.say(thing, **facts)
        said = [key for key in facts if key != "a"]
        half = (len(said) + 1) // 2
        for number, keys in enumerate((said[:half], said[half:]), 1):
            if keys:
                supported = [key.replace("__", ":") for key in keys]
                self.evidence(thing, number, source, supported)

    def evidence(
        self, thing: str, number: int, source: str, supported: list[str], words: int = 12
    ) -> None:
        self.say(
            f"evidence:{thing.replace(':', '-')}-{number}",
            a=iri("hrc:Evidence"),
            hrc__about=iri(thing),
            hrc__quote=text(" ".join(self.rng.choices(_WORDS, k=words))),
            hrc__reading=iri("reading:stated"),
            hrc__seenOn=typed("2026-11-22", "date"),
            hrc__source=iri(source),
            hrc__supports=[iri(one) for one in supported],
        )

    def lines(self) -> Iterator[str]:
        graph = f"<{BASE}data/{self.name}>"
        return (f"{s} {p} {o} {graph} .\n" for s, p, o in self.statements)


def pages(statements: int, seed: int = 0) -> Iterator[Page]:
    """Pages of an invented graph until they have so many statements."""
    written = 0
    for number in count():
        made = [_hub(number // PLACES_OF_A_HUB, seed)] if number % PLACES_OF_A_HUB == 0 else []
        for page in (*made, place(str(number), number, seed)):
            yield page
            written += len(page.statements)
            if written >= statements:
                return


def _hub(number: int, seed: int) -> Page:
    """What places share: a State, a network, an instrument, and the source for them."""
    page = Page(f"states/zz-{number}", random.Random(f"{seed}-hub-{number}"))
    source = f"source:zz-hub-{number}"
    _source(page, source)
    name = f"zz-{number}"
    page.thing(f"state:{name}", source, a=iri("hrc:State"), rdfs__label=text(f"State {number}"))
    page.thing(
        f"actor:{name}-network",
        source,
        a=iri("hrc:Actor"),
        rdfs__label=text(f"Network {number}"),
        hrc__actorType=iri("actor-type:network"),
        hrc__basedIn=iri(f"state:{name}"),
        hrc__began=typed(1990, "gYear"),
    )
    page.thing(
        f"instrument:{name}",
        source,
        a=iri("hrc:Instrument"),
        rdfs__label=text(f"Charter {number}"),
        hrc__guarantees=iri(f"right:{page.rng.choice(_RIGHTS)}"),
    )
    return page


def _source(page: Page, source: str) -> None:
    page.say(
        source,
        a=iri("hrc:Source"),
        dcterms__title=text(f"Record {source.removeprefix('source:zz-')}"),
        dcterms__issued=typed(2017, "gYear"),
        hrc__grade=iri("grade:official-record"),
        schema__url=typed(f"https://example.org/{source.removeprefix('source:')}", "anyURI"),
    )


def place(name: str, number: int, seed: int = 0, acts: str = "ab") -> Page:
    """A page about one place; `number` decides which hub it belongs to, `acts` how many it passed."""
    page = Page(f"cities/zz-{name}", random.Random(f"{seed}-place-{name}"))
    hub, source = f"zz-{number // PLACES_OF_A_HUB}", f"source:zz-{name}-record"
    city, council = f"city:zz-{name}", f"actor:zz-{name}-council"
    _source(page, source)
    page.thing(
        city,
        source,
        a=iri("hrc:City"),
        rdfs__label=[text(f"Town {name}"), text(f"Stadt {name}", "de")],
        hrc__within=iri(f"state:{hub}"),
        skos__exactMatch=f"<https://example.org/places/{seed}-{name}>",
        wgs84__lat=typed(round(page.rng.uniform(-80, 80), 3), "decimal"),
        wgs84__long=typed(round(page.rng.uniform(-170, 170), 3), "decimal"),
    )
    page.thing(
        council,
        source,
        a=iri("hrc:LocalGovernment"),
        rdfs__label=text(f"Council of {name}"),
        hrc__governs=iri(city),
    )
    page.thing(
        f"membership:zz-{name}",
        source,
        a=iri("hrc:Membership"),
        org__member=iri(city),
        org__organization=iri(f"actor:{hub}-network"),
        hrc__began=typed(page.rng.randrange(1995, 2015), "gYear"),
    )
    page.thing(
        f"status:zz-{name}",
        source,
        a=iri("hrc:Status"),
        hrc__statusOf=iri(city),
        hrc__statusType=iri("status-type:self-declared"),
        hrc__began=typed(2012, "gYear"),
    )
    for which in acts:
        _act(page, f"{name}-{which}", hrc__actOf=iri(city), eli__cites=iri(f"instrument:{hub}"))
        _follow_up(page, f"{name}-{which}", city, council, source)
    _claims(page, name, city, source)
    return page


def _act(page: Page, name: str, **facts: str | list[str]) -> None:
    """An act with three dated stages; `facts` are added to the usual ones."""
    rng = page.rng
    source = f"source:zz-{name}-code"
    _source(page, source)
    year = rng.randrange(2005, 2020)
    usual: dict[str, str | list[str]] = {
        "a": iri("hrc:Act"),
        "rdfs__label": text(f"Act {name}"),
        "hrc__actType": iri(f"act-type:{rng.choice(_ACTS)}"),
        "hrc__names": [iri(f"group:{one}") for one in rng.sample(_GROUPS, 2)],
        "hrc__concerns": [iri(f"right:{one}") for one in rng.sample(_RIGHTS, 2)],
        "hrc__dutyWording": text("shall set up a commission"),
        "hrc__stage": [iri(f"stage:zz-{name}-{kind}") for kind, _ in _STAGES],
    }
    page.thing(f"act:zz-{name}", source, **(usual | facts))
    for kind, after in _STAGES:
        page.thing(
            f"stage:zz-{name}-{kind}",
            source,
            a=iri("hrc:Stage"),
            hrc__stageType=iri(f"stage-type:{kind}"),
            hrc__happenedOn=_day(rng, year, after),
        )


def _follow_up(page: Page, name: str, city: str, council: str, source: str) -> None:
    page.thing(
        f"practice:zz-{name}",
        source,
        a=iri("hrc:Practice"),
        rdfs__label=text(f"What followed {name}"),
        hrc__practiceType=iri(f"practice-type:{page.rng.choice(_PRACTICES)}"),
        hrc__follows=iri(f"act:zz-{name}"),
        hrc__carriedOutBy=iri(council),
        hrc__takesPlaceIn=iri(city),
        hrc__concerns=[iri(f"theme:{page.rng.choice(_THEMES)}")],
        hrc__centres=[iri(f"group:{page.rng.choice(_GROUPS)}")],
    )


def _claims(page: Page, name: str, city: str, source: str) -> None:
    first, second = (f"claim:zz-{name}-{rank}" for rank in (1, 2))
    for rank, claim in enumerate((first, second), 1):
        against: dict[str, str | list[str]] = {"hrc__contradicts": iri(first)} if rank > 1 else {}
        page.thing(
            claim,
            source,
            a=iri("hrc:Claim"),
            rdfs__label=text(f"{name} was number {rank}"),
            hrc__about=iri(city),
            hrc__claims=text(f"number {rank} in the country"),
            hrc__madeIn=iri(source),
            hrc__ordinal=typed(rank, "integer"),
            hrc__statementType=iri("statement-type:observation"),
            **against,
        )


def main() -> None:
    size, seed = int(float(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    for page in pages(size, seed):
        sys.stdout.writelines(page.lines())


if __name__ == "__main__":
    main()
