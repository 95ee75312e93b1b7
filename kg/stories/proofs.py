"""Evidence, numbered as a page shows it: what is said of the page's own thing first, the rest as it is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.answers import Term
from kg.stories.reader import Reader


@dataclass
class Proof:
    """A piece of evidence: its number, its cells by name, and what it supports."""

    number: int
    cells: Mapping[str, Term | None]
    of: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)

    def supports(self, prop: str, value: str) -> bool:
        return prop in self.of and (not self.values or value in self.values)


class Proofs:
    """The evidence that one page uses."""

    def __init__(self, reader: Reader, thing: str) -> None:
        self._reader = reader
        self._numbered: dict[str, Proof] = {}
        for evidence in self._about(thing):
            self._number(evidence)

    def all(self) -> list[Proof]:
        return list(self._numbered.values())

    def of(
        self, thing: str, properties: tuple[str, ...], value: str = "", source: str = ""
    ) -> list[int]:
        """The numbers of the evidence for what is said of a thing with one of these properties.

        No properties: with any. No value: whatever the value. No source: wherever it was read.
        """
        return [
            self._number(evidence).number
            for evidence in self._about(thing)
            if _fits(self._read(evidence), properties, value, source)
        ]

    def _about(self, thing: str) -> list[str]:
        about = self._reader.into(thing, "hrc:about")
        return sorted(one for one in about if "Evidence" in self._reader.kinds(one))

    def _number(self, evidence: str) -> Proof:
        if evidence not in self._numbered:
            proof = self._read(evidence)
            proof.number = len(self._numbered) + 1
            self._numbered[evidence] = proof
        return self._numbered[evidence]

    def _read(self, evidence: str) -> Proof:
        if evidence in self._numbered:
            return self._numbered[evidence]
        read = self._reader
        source = read.one(evidence, "hrc:source")
        reading = read.one(evidence, "hrc:reading")
        grade = read.one(source.value, "hrc:grade") if source else None
        cells = {
            "evidence": Term("uri", evidence),
            "quote": read.one(evidence, "hrc:quote"),
            "locator": read.one(evidence, "hrc:locator"),
            "readingLabel": Term("literal", reading.label, reading.language) if reading else None,
            "seen": read.one(evidence, "hrc:seenOn"),
            "source": source,
            "sourceLabel": Term("literal", source.label, source.language) if source else None,
            "url": read.one(source.value, "schema:url") if source else None,
            "graded": grade,
            "grade": Term("literal", grade.label, grade.language) if grade else None,
        }
        return Proof(
            0,
            cells,
            {term.value for term in read.out(evidence, "hrc:supports")},
            {term.value for term in read.out(evidence, "hrc:supportsValue")},
        )


def _fits(proof: Proof, properties: tuple[str, ...], value: str, source: str) -> bool:
    read_in = proof.cells["source"]
    if source and (read_in is None or read_in.value != source):
        return False
    if not properties:
        return True
    return any(proof.supports(prop, value) if value else prop in proof.of for prop in properties)
