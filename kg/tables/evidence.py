"""The evidence that rows are: for each thing of a row a piece with its source and words, and what these support.

A row's words support what is filled in there. Where other rows, or what is published, give the same property other
values, a piece of its own names the value that it supports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.namespaces import BASE, PREFIXES
from kg.positions.spot import Spot
from kg.tables.mapping import Phrase, Told
from kg.tables.names import Names, local
from kg.tables.spots import TableSpots

_HRC, _TYPE = PREFIXES["hrc"], PREFIXES["rdf"] + "type"
_SOURCE = f"{BASE}source/"
_QUOTE = _HRC + "quote"
_Values = dict[str, dict[str, Phrase]]  # by property, by value as N-Triples writes it


class Witness:
    """Writes the evidence of rows. What lacks in one is settled: the row was told so."""

    def __init__(self, names: Names, spots: TableSpots) -> None:
        self._names, self._spots = names, spots
        self._needing = names.needs_evidence()
        self._taken: set[str] = set()
        self.settled: set[tuple[str, str]] = set()

    def evidence(self, rows: Sequence[Told]) -> Iterator[ox.Quad]:
        """The statements of all pieces of evidence."""
        told = [(one, self._by_thing(one)) for one in rows]
        every: dict[tuple[str, str], set[str]] = defaultdict(set)
        for _, things in told:
            for thing, values in things.items():
                for name, said in values.items():
                    every[thing, name] |= said.keys()
        for one, things in told:
            for thing, values in things.items():
                yield from self._pieces(one, thing, values, every)

    def _by_thing(self, one: Told) -> dict[str, _Values]:
        """What needs evidence of each thing of this row; of a thing where nothing does, its label."""
        found: dict[str, _Values] = {}
        for thing in one.things:
            if thing.startswith(_SOURCE):
                continue
            said = [said for said in one.said if said.thing == thing and said.predicate != _TYPE]
            needing = [one for one in said if one.predicate in self._needing] or said[:1]
            values: _Values = defaultdict(dict)
            for each in needing:
                values[each.predicate][str(each.value)] = each
            if values:
                found[thing] = values
        return found

    def _pieces(
        self,
        one: Told,
        thing: str,
        values: _Values,
        every: dict[tuple[str, str], set[str]],
    ) -> Iterator[ox.Quad]:
        whole: list[Phrase] = []
        for name, said in values.items():
            others = (every[thing, name] | self._names.values(thing, name)) - said.keys()
            if others:
                for each in said.values():
                    yield from self._piece(one, thing, [each], each)
            else:
                whole.append(next(iter(said.values())))
        if whole:
            yield from self._piece(one, thing, whole, None)

    def _piece(
        self, one: Told, thing: str, supports: Sequence[Phrase], only: Phrase | None
    ) -> Iterator[ox.Quad]:
        row, template = one.row, one.row.template
        piece = self._name(thing, row.number)
        quote = next(column for column in template.columns if column.predicate == _QUOTE)
        place = row.cell(quote).spot(quote.title)
        self._spots.put_thing(piece, place)
        yield self._said(piece, _TYPE, ox.NamedNode(_HRC + "Evidence"), place)
        yield self._said(piece, _HRC + "about", ox.NamedNode(thing), one.things[thing])
        for each in supports:
            yield self._said(piece, _HRC + "supports", ox.NamedNode(each.predicate), each.spot)
        if only is not None:
            yield self._said(piece, _HRC + "supportsValue", only.value, only.spot)
        yield from self._as_the_row_says(piece, one, place)

    def _as_the_row_says(self, piece: str, one: Told, place: Spot) -> Iterator[ox.Quad]:
        """The source, the words, the day and the reading; what is not there is settled."""
        row, template = one.row, one.row.template
        for each in one.evidence:
            yield self._said(piece, each.predicate, each.value, each.spot)
        source = template.by_name["source"]
        if "source" in row.iris:
            iri = ox.NamedNode(row.iris["source"])
            yield self._said(piece, _HRC + "source", iri, row.cell(source).spot(source.title))
        else:
            self.settled.add((piece, _HRC + "source"))
        said = {each.predicate for each in one.evidence}
        for column in template.columns:
            if column.about == template.evidence:
                if column.predicate not in said and not column.default:
                    self.settled.add((piece, column.predicate))
                elif column.predicate not in said:
                    default = ox.NamedNode(column.value.partition("{")[0] + column.default)
                    yield self._said(piece, column.predicate, default, place)
                elif column.predicate in one.troubled:
                    self.settled.add((piece, column.predicate))

    def _said(self, piece: str, name: str, value: ox.NamedNode | ox.Literal, spot: Spot) -> ox.Quad:
        self._spots.put(piece, name, value, spot)
        return ox.Quad(ox.NamedNode(piece), ox.NamedNode(name), value)

    def _name(self, thing: str, row: int) -> str:
        """A name that no other evidence has: the row's, as the metadata says, or that with a further number."""
        first = f"{BASE}evidence/{local(thing)}-{row}"
        piece, count = first, 1
        while piece in self._taken or self._names.published(piece):
            count += 1
            piece = f"{first}-{count}"
        self._taken.add(piece)
        return piece
