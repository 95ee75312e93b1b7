"""A file with tables, read: statements with their places, what is to be remarked, and what is settled by that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.tables import csv_text, workbook
from kg.tables.evidence import Witness
from kg.tables.grid import Grid
from kg.tables.headers import Headed, head, unrecognised
from kg.tables.mapping import Mapper, Told
from kg.tables.names import Names
from kg.tables.resolving import Resolver
from kg.tables.rows import rows_of
from kg.tables.spots import TableSpots
from kg.validation.company import View
from kg.validation.findings import Finding


@dataclass(frozen=True)
class TableRead:
    """What a table says. `settled` are things and their properties of which a remark says already what to mend."""

    statements: tuple[ox.Quad, ...]
    spots: TableSpots
    remarks: tuple[Finding, ...]
    settled: frozenset[tuple[str, str]]


def read_table(content: bytes, what: str, syntax: str, view: View) -> TableRead:
    """Read a CSV text or an XLSX workbook in the company of what is published.

    Raises SyntaxFault for a file that is no table of a template, TooLarge for one beyond the limits.
    """
    grids = [csv_text.read(content, what)] if syntax == "csv" else workbook.read(content, what)
    sheets = [(grid, headed) for grid in grids if (headed := head(grid, what)) is not None]
    if not sheets:
        raise unrecognised(grids, what)
    return _said(sheets, Names(view))


def _said(sheets: Sequence[tuple[Grid, Headed]], names: Names) -> TableRead:
    remarks: list[Finding] = []
    for grid, headed in sheets:
        remarks += [*grid.remarks, *headed.remarks]
    rows = [row for _, headed in sheets for row in rows_of(headed, remarks)]
    resolver, spots = Resolver(names), TableSpots()
    resolver.take_in(rows)
    mapper = Mapper(resolver, remarks, spots)
    told = mapper.told(rows)
    witness = Witness(names, spots)
    statements = dict.fromkeys([*_quads(told), *witness.evidence(told)])
    return TableRead(
        tuple(statements), spots, tuple(remarks), frozenset(mapper.settled | witness.settled)
    )


def _quads(told: Sequence[Told]) -> Iterator[ox.Quad]:
    for one in told:
        for said in one.said:
            yield ox.Quad(ox.NamedNode(said.thing), ox.NamedNode(said.predicate), said.value)
