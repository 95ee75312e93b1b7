"""Rows to statements, as the CSVW metadata of their template says: what each cell says, and what joins
the things that cells describe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.namespaces import BASE, PREFIXES
from kg.positions.spot import Spot
from kg.tables.columns import ROW, Column, filled, variables
from kg.tables.grid import remark
from kg.tables.literals import language_tag, literal
from kg.tables.names import local, slug
from kg.tables.resolving import Named, Resolver
from kg.tables.rows import Entry, Row, told
from kg.tables.spots import TableSpots
from kg.validation.findings import VIOLATION, Finding

_TYPE = PREFIXES["rdf"] + "type"
_URL = PREFIXES["schema"] + "url"
_SOURCE = f"{BASE}source/"
Object = ox.NamedNode | ox.Literal


@dataclass(frozen=True)
class Phrase:
    """One statement of a row, and the cell that makes it."""

    thing: str
    predicate: str
    value: Object
    spot: Spot


@dataclass
class Told:
    """What a row says: statements of its things and, apart from them, of the evidence that it is."""

    row: Row
    said: list[Phrase] = field(default_factory=list)
    evidence: list[Phrase] = field(default_factory=list)  # of no thing yet
    things: dict[str, Spot] = field(default_factory=dict)  # that cells of this row speak of
    troubled: set[str] = field(default_factory=set)  # properties of the evidence that were remarked


class Mapper:
    """Makes statements of rows. What was remarked about a cell is settled: no shape need say it again."""

    def __init__(self, resolver: Resolver, remarks: list[Finding], spots: TableSpots) -> None:
        self._resolver, self._remarks, self._spots = resolver, remarks, spots
        self.settled: set[tuple[str, str]] = set()
        self._required: dict[tuple[str, str], Row | None] = {}

    def told(self, rows: Sequence[Row]) -> list[Told]:
        """What each row says. Required cells may stand in any row about the same thing."""
        found = [self._row(row) for row in rows]
        for one in found:
            for thing, spot in one.things.items():
                self._spots.put_thing(thing, spot)
            for said in one.said:
                self._spots.put(said.thing, said.predicate, said.value, said.spot)
        for one in found:
            self._lacking(one)
        return found

    def _row(self, row: Row) -> Told:
        told = Told(row)
        self._names(row)
        for column in row.template.columns:
            if column.silent or not column.predicate:
                continue
            self._cells(told, column)
        for column in row.template.virtual:
            self._virtual(told, column)
        return told

    # Names ------------------------------------------------------------------

    def _names(self, row: Row) -> None:
        """What the cells name of which other names are made; a row without them is told so."""
        wanted = {name for column in row.template.columns for name in variables(column.about)} - {
            ROW
        }
        for column in row.template.columns:
            entry = row.entry(column.name)
            if column.name not in wanted or entry is None:
                continue
            if column.silent and column.ranges:
                named = self._resolver.key(entry, row)
            elif column.ranges:
                named = self._resolver.reference(entry.text, column)
                wrong = None if column.predicate == _URL else self._resolver.described(entry, row)
                if wrong is not None:
                    named = Named(named.iri, wrong)
            else:
                row.iris[column.name] = BASE + (slug(entry.text) or "x")
                continue
            if named is None:
                continue
            if named.iri:
                row.iris[column.name] = named.iri
            if named.problem is not None and (
                column.silent or column.predicate == _URL or named.problem.kind == "name"
            ):
                about = self._filled(row, row.template.key) or ""
                self._remarks.append(told(named.problem, entry.cell, column, about))
                row.remarked.add(column.name)
                if not named.iri:
                    row.broken.add(column.name)

    def _filled(self, row: Row, template: str) -> str | None:
        """A template with this row's names in it; None where one is missing."""
        names = variables(template)
        if not names:
            return template
        values = {name: local(row.iris[name]) for name in names if name in row.iris}
        values[ROW] = str(row.number)
        if any(name not in values for name in names):
            return None
        only = names[0] if len(names) == 1 and names[0] != ROW else ""
        whole = row.iris.get(only, "")
        if only and whole.startswith(BASE) and template.endswith(f"/{{{only}}}"):
            column = row.template.by_name[only]
            if template in (column.value, column.about):
                return whole
        return filled(template, values)

    # Cells ------------------------------------------------------------------

    def _cells(self, told: Told, column: Column) -> None:
        row = told.row
        entries = row.entries.get(column.name, [])
        if not entries:
            if column.name in row.broken:
                self.settled.add((self._filled(row, column.about) or "", column.predicate))
            elif column.default and ROW not in column.about and self._has_key(row):
                self._default(told, column)
            return
        if ROW in column.about:
            for entry in entries:
                told.evidence += self._values(row, "", column, entry)
            told.troubled |= {name for thing, name in self.settled if not thing}
            self.settled = {pair for pair in self.settled if pair[0]}
            return
        thing = self._filled(row, column.about)
        if thing is None:
            self._nameless(row, column, entries[0])
            return
        self._speaks_of(told, thing, column, entries[0])
        if thing.startswith(_SOURCE) and self._resolver.names.published(thing):
            return  # a published source is named, not described again
        for entry in entries:
            told.said += self._values(row, thing, column, entry)

    def _has_key(self, row: Row) -> bool:
        return self._filled(row, row.template.key) is not None

    def _default(self, told: Told, column: Column) -> None:
        thing = self._filled(told.row, column.about)
        named = self._resolver.reference(column.default, column)
        if thing is not None and named.problem is None:
            spot = told.row.cell(column).spot(column.title)
            told.said.append(Phrase(thing, column.predicate, ox.NamedNode(named.iri), spot))

    def _speaks_of(self, told: Told, thing: str, column: Column, entry: Entry) -> None:
        """Note where the thing stands: in the cell that names it, else in the first that speaks of it."""
        if thing in told.things:
            return
        for name, iri in told.row.iris.items():
            namer = told.row.entry(name)
            if iri == thing and namer is not None:
                told.things[thing] = namer.spot
                return
        told.things[thing] = entry.spot

    def _nameless(self, row: Row, column: Column, entry: Entry) -> None:
        """A cell that speaks of something which another cell should name."""
        for name in variables(column.about):
            other = row.template.by_name.get(name)
            if (
                other is None
                or name in row.iris
                or name in row.broken
                or other in row.headed.missing
            ):
                continue
            if other.required:
                continue  # said once for the row
            self._remarks.append(
                remark(
                    "missing-value", VIOLATION, entry.cell, column.title,
                    f"“{column.title}” is filled in, and “{other.title}” in the same row is not. {other.help}",
                    path=column.predicate, value=entry.text,
                )
            )  # fmt: skip
            return

    def _values(self, row: Row, thing: str, column: Column, entry: Entry) -> Iterator[Phrase]:
        """What one cell says of a thing, each value with its place."""
        if column.value:
            for value in self._named(row, thing, column, entry):
                yield Phrase(thing, column.predicate, ox.NamedNode(value), entry.spot)
            return
        if column.predicate == _URL:
            if entry.text.startswith("http"):
                address = ox.Literal(entry.text, datatype=ox.NamedNode(PREFIXES["xsd"] + "anyURI"))
                yield Phrase(thing, column.predicate, address, entry.spot)
            return
        read = literal(
            entry.text, entry.cell, column, entry.place.language or self._language(row, column)
        )
        if read.problem is not None:
            self._remarks.append(told(read.problem, entry.cell, column, thing))
            self._settle(thing, column, read.problem.blocks)
        yield Phrase(thing, column.predicate, read.literal, entry.spot)

    def _named(self, row: Row, thing: str, column: Column, entry: Entry) -> Iterator[str]:
        if column.separator:
            parts, problem = self._resolver.several(entry.text, column)
        else:
            parts, problem = [(entry.text, self._resolver.reference(entry.text, column))], None
        for found in (problem, *(named.problem for _, named in parts)):
            if found is not None and column.name not in row.remarked:
                self._remarks.append(told(found, entry.cell, column, thing))
            self._settle(thing, column, found is not None and found.blocks)
        yield from dict.fromkeys(named.iri for _, named in parts)

    def _settle(self, thing: str, column: Column, blocks: bool) -> None:
        if blocks:
            self.settled.add((thing, column.predicate))

    def _language(self, row: Row, column: Column) -> str:
        if column.lang != "und":
            return column.lang
        entry = row.entry("language")
        if entry is None:
            return "en"
        tag, problem = language_tag(entry.text)
        if problem is not None and "language" not in row.broken:
            row.broken.add("language")
            self._remarks.append(told(problem, entry.cell, row.template.by_name["language"]))
        return tag

    # What no cell says by itself ----------------------------------------------

    def _virtual(self, told: Told, column: Column) -> None:
        """A statement that joins things, where cells speak of all of them."""
        row = told.row
        if ROW in column.about:
            return  # of the evidence, which each thing of the row has
        thing, value = self._filled(row, column.about), self._filled(row, column.value)
        if thing is None or thing not in told.things:
            return
        if value is None:
            self.settled.add((thing, column.predicate))  # the cell that lacks is told of
            return
        if column.value in row.template.abouts and value not in told.things:
            return
        if thing.startswith(_SOURCE) and self._resolver.names.published(thing):
            return
        spot = told.things.get(value) or told.things[thing]
        told.said.append(Phrase(thing, column.predicate, ox.NamedNode(value), spot))

    def _lacking(self, one: Told) -> None:
        """Remark required cells that are empty: those of each row, and those that no row about the thing has."""
        row = one.row
        for column in row.template.columns:
            if not column.required or row.entry(column.name) or column.name in row.broken:
                continue
            of_row = column.silent or ROW in column.about or column.predicate == _URL
            thing = self._filled(row, column.about) or ""
            key = (thing if not of_row else f"{thing} {id(row)}", column.predicate or column.name)
            if not of_row and (key in self._required or self._said_elsewhere(row, thing, column)):
                continue
            self._required[key] = row
            self.settled.add((thing, column.predicate))
            if column not in row.headed.missing:
                self._remarks.append(
                    remark(
                        "missing-value", VIOLATION, row.cell(column), column.title,
                        f"This row has no “{column.title}”. {column.help}", path=column.predicate,
                    )
                )  # fmt: skip

    def _said_elsewhere(self, row: Row, thing: str, column: Column) -> bool:
        if not thing:
            return column.about != row.template.key  # without a name, its name is what lacks
        return bool(
            self._spots.property(thing, column.predicate)
            or self._resolver.names.values(thing, column.predicate)
        )
