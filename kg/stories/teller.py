"""Puts a story together: reads its ways, sorts its lines, and finds the evidence of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.answers import Term
from kg.namespaces import expand
from kg.stories.happenings import (
    BELONGS_TO,
    DATES,
    DETAILS,
    DRAWN,
    MOMENTS,
    OTHERS_WORDS,
    STANDS_FOR,
    WHAT,
)
from kg.stories.proofs import Proofs
from kg.stories.reader import Reader
from kg.stories.story import Detail, Line, Moment, Part, Story
from kg.stories.wants import RESTS, WANTS, Want

_LINES = 40  # without a date
_WIDE_LINES = 15  # of one of the many chapters of a concept
_MOMENTS = 120
_REACHED = 4000  # things that one chapter looks at
_WORDS = "dcterms:description"


def tell(reader: Reader, thing: str) -> Story:
    """The story of a thing in the reader's language; of a thing of no known kind it has the evidence alone."""
    proofs = Proofs(reader, thing)
    own = len(proofs.all())
    teller = _Teller(reader, proofs, thing)
    kinds = reader.kinds(thing)
    drawn = bool(kinds & DRAWN)
    moments = list(teller.moments(kinds, drawn))
    wants = dict.fromkeys(want for kind, some in WANTS.items() if kind in kinds for want in some)
    parts = [part for want in wants if (part := teller.part(want))]
    return Story(
        sorted((one for one in moments if one.when), key=lambda one: _in_order(one.when))[
            :_MOMENTS
        ],
        [one for one in moments if not one.when and not drawn][:_LINES],
        parts,
        teller.proofs.all(),
        frozenset(teller.told),
        drawn,
        own,
    )


def _in_order(when: str) -> str:
    """What dates are sorted by: a year without a month comes at the end of that year, no date at the very end."""
    return when + "~"


def owner_of(reader: Reader, iri: str) -> Term | None:
    """What a node without a name of its own belongs to: the act of a stage, the member of a membership."""
    owners = (owner for hop in BELONGS_TO for owner in reader.step(iri, hop))
    owner = next(owners, None)
    return reader.name(owner) if owner else None


@dataclass(frozen=True)
class _Reached:
    """A thing at the end of some hops: the last of them, where it began, and the narrower concept on the way."""

    iri: str
    before: str
    hop: str
    through: str = ""


class _Teller:
    def __init__(self, reader: Reader, proofs: Proofs, thing: str) -> None:
        self.proofs, self.told = proofs, {thing}
        self._read, self._thing = reader, thing

    def _walk(self, path: str, wide: bool = False) -> list[_Reached]:
        """What a path leads to, each thing once, the page's own thing left out."""
        starts = self._read.above(self._thing, "^skos:broader") if wide else [self._thing]
        found: dict[str, _Reached] = {}
        for start in starts:
            for way in path.split("|"):
                rim = [_Reached(start, "", "", "" if start == self._thing else start)]
                for hop in way.split("/"):
                    rim = [
                        _Reached(iri, one.iri, hop, one.through)
                        for one in rim
                        for iri in self._read.step(one.iri, hop)
                    ]
                for one in rim[:_REACHED]:
                    if one.iri != self._thing:
                        found.setdefault(one.iri, one)
        return list(found.values())

    def _told_with(self, iri: str, names: Sequence[str], proved: bool = False) -> list[Detail]:
        """Properties of a thing with their values, the page's own thing left out; `proved`: with evidence."""
        told = []
        for name in names:
            values = [value for value in self._read.out(iri, name) if value.value != self._thing]
            prop = expand(name) or name
            if values:
                proofs = self.proofs.of(iri, (prop,)) if proved else []
                label = OTHERS_WORDS.get(name)
                called = Term("uri", prop, label=label) if label else self._read.name(prop)
                told.append(Detail(called, values, proofs))
        return told

    # Chapters ---------------------------------------------------------------------------------

    def part(self, want: Want) -> Part | None:
        """A chapter with its lines, the dated first, or None where it would be empty."""
        if want.path == "hrc:dutyWording":
            return self._own_words(want)
        reached = [one for one in self._walk(want.path, want.wide) if self._fits(one, want)]
        if not reached:
            return None
        read = self._read
        reached.sort(
            key=lambda one: (
                bool(one.through),
                _in_order(read.when(one.iri)),
                str(read.name(one.iri)),
            )
        )
        most = _WIDE_LINES if want.wide else want.most
        lines = [self._line(one, want) for one in reached[:most]]
        return Part(want.title, lines, max(0, len(reached) - most))

    def _fits(self, one: _Reached, want: Want) -> bool:
        kinds = self._read.kinds(one.iri)
        if want.only == "Statement" and "Claim" in kinds:
            return False  # claims have a chapter of their own
        return want.only in kinds if want.only else "Evidence" not in kinds

    def _line(self, one: _Reached, want: Want) -> Line:
        self.told.add(one.iri)
        shown = self._read.one(one.iri, want.show) if want.show else None
        if shown:
            self.told.add(shown.value)
        if want.path == RESTS:
            return self._resting(one.iri)
        return Line(
            shown or self._called(one.iri),
            self._read.when(one.iri),
            self._ended(one.iri),
            self._told_with(one.iri, want.details),
            [text for name in want.texts for text in self._read.out(one.iri, name)],
            self._numbers(one, want),
            self._read.name(one.through) if one.through else None,
            [self._side(claim) for claim in self._read.step(one.iri, "hrc:party")],
            want.texts == ("hrc:claims",),
        )

    def _called(self, iri: str) -> Term:
        """A thing by its name; a node without one by the name of what it belongs to."""
        name = self._read.name(iri)
        return name if name.label else owner_of(self._read, iri) or name

    def _resting(self, iri: str) -> Line:
        """What was read of a thing in the page's own thing, a source."""
        proofs = self.proofs.of(iri, (), source=self._thing)
        cells = [self.proofs.all()[number - 1].cells for number in proofs]
        quotes = [quote for cell in cells if (quote := cell["quote"] or cell["locator"])]
        return Line(
            self._called(iri), texts=list(dict.fromkeys(quotes)), proofs=proofs, quoted=True
        )

    def _side(self, claim: str) -> Line:
        """One side of a disagreement."""
        self.told.add(claim)
        details = self._told_with(claim, ("hrc:madeIn",))
        words = self._read.out(claim, "hrc:claims")
        return Line(
            self._read.name(claim), details=details, texts=words, proofs=self.proofs.of(claim, ())
        )

    def _numbers(self, one: _Reached, want: Want) -> list[int]:
        """The evidence for the last hop; of a node without a name, and of a claim, whatever supports it."""
        if want.show or want.texts:
            return self.proofs.of(one.iri, ())
        prop = expand(one.hop.removeprefix("^")) or ""
        if one.hop.startswith("^"):
            return self.proofs.of(one.iri, (prop,), one.before)
        return self.proofs.of(one.before, (prop,), one.iri)

    def _own_words(self, want: Want) -> Part | None:
        """A chapter of the thing's own words."""
        prop = expand(want.path) or ""
        lines = [
            Line(text, proofs=self.proofs.of(self._thing, (prop,), text.value), quoted=True)
            for text in self._read.out(self._thing, want.path)
        ]
        return Part(want.title, lines) if lines else None

    def _ended(self, iri: str) -> str:
        return min((day.value for day in self._read.out(iri, "hrc:ended")), default="")

    # What happened --------------------------------------------------------------------------

    def moments(self, kinds: frozenset[str], drawn: bool) -> Iterator[Moment]:
        """What happened to the thing and around it, in no order; `drawn`: each thing once and without evidence."""
        seen: set[str] = set()
        for lane, path in (one for kind in MOMENTS if kind in kinds for one in MOMENTS[kind]):
            reached = self._walk(path) if path else [_Reached(self._thing, "", "")]
            for one in reached:
                if one.iri in seen:
                    continue
                seen.add(one.iri)
                if drawn:
                    name = self._read.name(one.iri)
                    yield Moment(self._read.when(one.iri), lane, name, None, Line(name))
                else:
                    yield from self._happened(one.iri, lane)

    def _happened(self, iri: str, lane: str) -> Iterator[Moment]:
        kinds = self._read.kinds(iri)
        self.told.add(iri)
        if "Act" in kinds:
            yield from self._life(iri, lane)
            return
        shown, what = self._read.name(iri), None
        for kind, (stands, says) in STANDS_FOR.items():
            if kind in kinds:
                shown = self._read.one(iri, stands) or shown
                what = self._read.one(iri, says) if says else None
        for kind, says in WHAT.items():
            what = self._read.one(iri, says) if kind in kinds else what
        when = self._read.when(iri)
        if iri == self._thing:
            given = (name for name in DATES if self._read.out(iri, name))
            what = self._read.name(expand(next(given, "")) or "") if when else None
        if iri != self._thing or when:
            yield Moment(when, lane, shown, what, self._moment_line(iri, kinds, shown))

    def _moment_line(self, iri: str, kinds: frozenset[str], shown: Term) -> Line:
        own = iri == self._thing
        details = [name for kind, names in DETAILS.items() if kind in kinds for name in names]
        dates = tuple(expand(name) or "" for name in DATES)
        return Line(
            shown,
            self._read.when(iri),
            self._ended(iri),
            [] if own else self._told_with(iri, details, proved=True),
            [] if own else self._read.out(iri, _WORDS),
            self.proofs.of(iri, dates) or self.proofs.of(iri, ()),
        )

    def _life(self, act: str, lane: str) -> Iterator[Moment]:
        """The stages of an act; what it says comes with the first."""
        stages = sorted(
            (day.value, stage)
            for stage in self._read.step(act, "hrc:stage")
            for day in self._read.out(stage, "hrc:happenedOn")
        )
        title = self._read.name(act)
        whole = self._moment_line(act, self._read.kinds(act), title)
        if not stages and act != self._thing:
            yield Moment("", lane, title, None, whole)
        for at, (day, stage) in enumerate(stages):
            line = whole if not at else Line(title)
            line = replace(line, began=day, proofs=self.proofs.of(stage, ()))
            yield Moment(day, lane, title, self._read.one(stage, "hrc:stageType"), line)
