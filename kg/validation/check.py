"""A contribution checked from its bytes to a review: read, judged, placed, mended, weighed.

The same call serves the command line and the workers of the server, so both find the same. A text that cannot be
read at all raises SyntaxFault (line, column, the offending text, a hint); everything else is a finding.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

import pyoxigraph as ox

from kg import rdf, tables
from kg.errors import SourceUnavailable, SyntaxFault, UnknownFormat
from kg.house import House
from kg.namespaces import BASE, PREFIXES
from kg.phrases import Phrase, Plural
from kg.positions import Spots, spots
from kg.positions.spot import Spot
from kg.queries import every
from kg.store import AnyStore, EmbeddedStore, RemoteStore, WritableCopy
from kg.validation.advice import NAMESPACE_SLIP, Adviser
from kg.validation.company import Company, Contribution, Published, View
from kg.validation.disregarded import disregarded
from kg.validation.effects import Scales, Weighed
from kg.validation.findings import Finding, Fix, by_place
from kg.validation.fixes import Mender
from kg.validation.hints import explained
from kg.validation.intake import MAX_STATEMENTS, admit, bounded, tame, too_many_statements
from kg.validation.judge import Judge
from kg.validation.neighbours import respelt
from kg.validation.review import Brought, Review
from kg.validation.summary import summary
from kg.validation.terms import read_term, read_value

WEIGHING_SECONDS = 8.0
_KEPT = 200_000  # statements of another server's that were looked up
_HELD = 300_000  # and of its default graph, to be held in memory
UNDEFINED = PREFIXES["shape"] + "Thing-property-is-defined"


@dataclass
class Checker:
    """Checks contributions to a house in the company of its store. Keeps the shapes and the questions in memory."""

    house: House
    store: AnyStore
    by: str = "auto"
    scratch: WritableCopy | None = (
        None  # a copy of the store to try changes on; made for each check if None
    )
    patience: float = WEIGHING_SECONDS  # for the effects on saved answers
    _judge: Judge = field(init=False)
    _scales: Scales | None = field(init=False, default=None)
    _held: tuple[Scales, WritableCopy] | None = field(init=False, default=None)
    _version: str = field(init=False)
    _published: Published = field(init=False)

    def __post_init__(self) -> None:
        self._judge = Judge(self.house, self.store, self.by)
        self._version, self._published = self.store.version, Published(self.store)

    def check(self, brought: Sequence[Brought], weigh: bool = True) -> Review:
        """Everything there is to say about these texts, taken together; `weigh`: also about saved answers."""
        began = time.perf_counter()
        self._renew()
        sheets = [self._read(one) for one in brought]
        if sum(len(sheet.statements) for sheet in sheets) > MAX_STATEMENTS:
            raise too_many_statements()
        company = Company(
            self.store,
            [Contribution(s.brought.what, s.statements, s.brought.replaces) for s in sheets],
            self._published,
        )
        verdict = self._judge.verdict(company)
        advice = [*Adviser(company).advice(), *disregarded(company)]
        found = [
            one for one in verdict.findings if not any(s.settles(one) for s in sheets)
        ] + advice
        mender = Mender(self._judge.book.graph, company.after)
        placed = _once(_placed(one, sheets, mender) for one in found)
        placed += [remark for sheet in sheets for remark in sheet.remarks]
        used = time.perf_counter() - began
        weighed = self._weighed(company, used) if weigh else None
        effects, unasked = (weighed.effects, weighed.unasked) if weighed else ((), ())
        return Review(
            what=brought[0].what
            if len(brought) == 1
            else Plural("%(number)s file", "%(number)s files", len(brought)),
            findings=tuple(by_place(placed)),
            summary=summary(company),
            effects=effects,
            engine=verdict.engine,
            scope=verdict.scope,
            looked_at=verdict.looked_at,
            seconds=time.perf_counter() - began,
            statements=len(company.brought),
            weighed=weighed is not None,
            unasked=unasked,
        )

    def _renew(self) -> None:
        """Look up anew what may be another by now; what was asked of another server is kept for a while."""
        if self._version != self.store.version:
            self._version, self._judge = self.store.version, self._judge.over(self.store)
            self._held = None
            self._published = Published(self.store)
        elif isinstance(self.store, EmbeddedStore) or self._published.size > _KEPT:
            self._published = Published(self.store)

    def read(self, brought: Sequence[Brought]) -> list[ox.Quad]:
        """The statements of these texts, unjudged."""
        return [quad for one in brought for quad in self._read(one).statements]

    def _read(self, brought: Brought) -> _Sheet:
        if brought.syntax not in tables.SYNTAXES:
            return _read(brought)
        from kg.tables.reading import read_table  # it makes findings, as this package does

        bounded(brought.content, brought.what)
        replaced = frozenset({brought.replaces} if brought.replaces else ())
        view = View(self._published, replaced)
        table = read_table(brought.content, brought.what, brought.syntax, view)
        tame(table.statements, brought.what)
        remarks = tuple(replace(one, file=brought.what) for one in table.remarks)
        return _Sheet(brought, table.statements, table.spots, remarks, table.settled)

    def _weighed(self, company: Company, used: float) -> Weighed | None:
        """What changes in saved answers; in less time, or in none, for what took long to judge.

        None where the graph lies on another server that does not hand it out, or has too much of it.
        """
        seconds = min(self.patience, max(0.0, 2 * self.patience - used))
        if isinstance(self.store, RemoteStore):
            with contextlib.suppress(SourceUnavailable):
                return self._weighed_elsewhere(self.store, company, seconds)
            return None
        if self._scales is None:
            self._scales = Scales(every(self.house), self.store)
        if self.scratch is not None:
            return self._scales.weighed(self.scratch, company, seconds)
        with tempfile.TemporaryDirectory(prefix="kg-weighing-") as folder:
            copy = self.store.copy(Path(folder) / "store")
            return self._scales.weighed(copy, company, seconds)

    def _weighed_elsewhere(
        self, store: RemoteStore, company: Company, seconds: float
    ) -> Weighed | None:
        """The same, on copies that are held in memory for as long as the graph is taken for unchanged."""
        if self._held is None:
            copies = store.held(_HELD)
            if copies is None:
                return None
            self._held = Scales(every(self.house), copies[0], looks=False), copies[1]
        scales, copy = self._held
        return scales.weighed(copy, company, seconds)


@dataclass(frozen=True)
class _Sheet:
    """One text, read: its statements, where they stand, and what its reader remarks."""

    brought: Brought
    statements: tuple[ox.Quad, ...]
    spots: Spots
    remarks: tuple[Finding, ...] = ()
    settled: frozenset[tuple[str, str]] = (
        frozenset()
    )  # things and properties that the remarks are about

    def settles(self, finding: Finding) -> bool:
        """Whether a remark on a cell says already what a shape says of what was made of it."""
        return any((finding.thing, part) in self.settled for part in finding.path.split("|"))

    def describes(self, thing: str) -> bool:
        return self.spots.thing(thing) is not None


def read_file(file: Path, house: House) -> Brought:
    """A text from a file; one that lies in the house replaces its own published version."""
    ending = file.suffix.lower()
    known = rdf.ENDINGS | tables.ENDINGS
    if ending not in known:
        raise UnknownFormat(file.suffix or str(file), list(known))
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SourceUnavailable(str(file), error.strerror or str(error)) from error
    return Brought(str(file), content, known[ending], house.graph_name(file))


def _read(brought: Brought) -> _Sheet:
    try:
        admit(brought.content, brought.what, brought.syntax)
        statements = tuple(
            rdf.parse(brought.content, brought.what, brought.syntax, MAX_STATEMENTS + 1)
        )
    except SyntaxFault as fault:
        raise explained(fault, brought.content, brought.syntax) from None
    tame(statements, brought.what)
    return _Sheet(brought, statements, spots(brought.content, brought.syntax, statements))


def _placed(finding: Finding, sheets: Sequence[_Sheet], mender: Mender) -> Finding:
    """The finding with its file, its place there and its fix."""
    fix = finding.fix or mender.fix(finding)
    for sheet in sheets:
        if finding.shape == NAMESPACE_SLIP:
            declared = _declared(finding, sheet.spots)
            if declared is not None:
                return replace(declared, file=sheet.brought.what)
        spot = _spot(finding, sheet.spots)
        if spot is not None:
            at = Fix(fix.sentence, fix.text, fix.spot or spot) if fix else None
            if at is not None:
                at = _as_written_there(at, sheet.brought.syntax)
            return replace(finding, file=sheet.brought.what, spot=spot, fix=at)
    return replace(finding, file=sheets[0].brought.what if len(sheets) == 1 else "", fix=fix)


def _as_written_there(fix: Fix, syntax: str) -> Fix:
    """A fix whose text is Turtle, as the contributor's own syntax has it."""
    if syntax in tables.SYNTAXES:
        term = read_value(fix.text or "")
        return Fix(fix.sentence, term, fix.spot) if term is not None else _in_words(fix)
    return _in_words(fix) if syntax in ("jsonld", "rdfxml") else fix


def _in_words(fix: Fix) -> Fix:
    """A fix whose text is Turtle, for somebody who writes another syntax: told, not to be put in place."""
    told = not fix.text or fix.text in fix.sentence
    if told:
        return Fix(fix.sentence)
    return Fix(Phrase("%(fix)s In Turtle: %(text)s", fix=fix.sentence, text=fix.text))


def _declared(finding: Finding, where: Spots) -> Finding | None:
    """A misspelt vocabulary at the line that declares it, which mends every name written with it."""
    better = respelt(finding.value)[0]
    right = max(filter(better.startswith, PREFIXES.values()), key=len, default="")
    if not right:
        return None
    wrong = finding.value.removesuffix(better.removeprefix(right))
    for open_, close in ("<>", '""'):
        spot = where.words(f"{open_}{wrong}{close}")
        if spot is not None:
            written = f"{open_}{right}{close}"
            return replace(
                finding, spot=spot, fix=Fix(Phrase("Write %(name)s.", name=written), written, spot)
            )
    return None


def _spot(finding: Finding, where: Spots) -> Spot | None:
    """The value that is wrong; else the property, the thing, or who first speaks of it."""
    if finding.shape == UNDEFINED:
        return where.property(finding.thing, finding.path)
    term = read_term(finding.written)
    for predicate in _predicates(finding.path):
        if term is not None:
            spot = where.value(finding.thing, predicate, term)
            if spot is not None:
                return spot
        spot = where.property(finding.thing, predicate)
        if spot is not None:
            return spot
    return where.thing(finding.thing) or where.mention(finding.thing)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Without those that say the same of the same place: a property that does not exist, once for all its values."""
    kept: dict[object, Finding] = {}
    for number, one in enumerate(findings):
        same = one.shape in (NAMESPACE_SLIP, UNDEFINED) or bool(one.spot and one.spot.cell)
        kept.setdefault((one.shape, one.file, one.spot) if same and one.spot else number, one)
    return list(kept.values())


def _predicates(path: str) -> Iterator[str]:
    for part in path.split("|"):
        if part and not part.startswith("^"):
            yield part


def published_name(name: str) -> str:
    """`cities/us-boston`, `data/cities/us-boston.ttl` or an IRI as the name of a published graph."""
    if name.startswith(BASE):
        return name
    bare = str(PurePath(name).with_suffix("")) if PurePath(name).suffix in rdf.ENDINGS else name
    return BASE + (bare if bare.startswith("data/") else f"data/{bare}")
