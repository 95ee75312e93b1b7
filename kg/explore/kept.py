"""The facts of a compiled store in one file beside it, so that no process gathers them from the statements again.

A zip archive, not packed: `terms.json` lists every IRI and text once, in order, and a member for each property holds
pairs of numbers, 32 bits each with the least byte first: which term has which term as its value. Reading a property
is reading one member.
"""

from __future__ import annotations

import json
import sys
import zipfile
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from kg.errors import SourceUnavailable

FILE = "facts.zip"
_TERMS = "terms.json"


def write(pairs: Mapping[str, Iterable[tuple[str, str]]], file: Path) -> None:
    """Keep the pairs (thing, value) of each property, in the order in which they come."""
    held = {name: list(found) for name, found in pairs.items()}
    terms = sorted({term for found in held.values() for pair in found for term in pair})
    number = {term: at for at, term in enumerate(terms)}
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(_TERMS, json.dumps(terms, ensure_ascii=False))
        for name, found in held.items():
            numbers = array("I", (number[term] for pair in found for term in pair))
            archive.writestr(name, _portable(numbers).tobytes())


class Kept:
    """What `write` kept. Terms are read at once, a property when it is asked for."""

    def __init__(self, file: Path) -> None:
        """Raises SourceUnavailable when the file cannot be read."""
        self._file = file
        try:
            self._terms: list[str] = json.loads(self._read(_TERMS))
        except ValueError as error:
            raise SourceUnavailable(f"The facts in {file}", str(error)) from error

    def pairs(self, name: str) -> Iterator[tuple[str, str]]:
        """The pairs of a property, in the order in which they were kept. KeyError for a property that is not."""
        numbers = array("I")
        numbers.frombytes(self._read(name))
        of = self._terms.__getitem__
        found = _portable(numbers)
        return zip(map(of, found[::2]), map(of, found[1::2]), strict=True)

    def _read(self, name: str) -> bytes:
        try:
            with zipfile.ZipFile(self._file) as archive:
                return archive.read(name)
        except (OSError, zipfile.BadZipFile) as error:
            raise SourceUnavailable(f"The facts in {self._file}", str(error)) from error


def _portable(numbers: array[int]) -> array[int]:
    """Numbers in this machine's order of bytes as the file has them, or the other way round."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
