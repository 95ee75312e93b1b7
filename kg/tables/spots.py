"""The places of statements in a table, asked for as those of any text."""

from __future__ import annotations

from kg.positions.spot import Spot
from kg.positions.spots import Spots, Term


class TableSpots(Spots):
    """Where statements stand in a table: each in a cell."""

    def __init__(self) -> None:
        super().__init__("")
        self._subjects: dict[str, Spot] = {}
        self._named: dict[str, Spot] = {}
        self._said: dict[tuple[str, str], list[tuple[str, Spot]]] = {}

    def put_thing(self, subject: str, spot: Spot) -> None:
        """The first place given is the one that is told."""
        self._subjects.setdefault(subject, spot)

    def put(self, subject: str, predicate: str, value: Term, spot: Spot) -> None:
        """Take in one statement."""
        self._said.setdefault((subject, predicate), []).append((str(value), spot))
        self._named.setdefault(value.value, spot)

    def thing(self, subject: str) -> Spot | None:
        return self._subjects.get(subject)

    def mention(self, thing: str) -> Spot | None:
        return self._named.get(thing)

    def property(self, subject: str, predicate: str) -> Spot | None:
        return next((spot for _, spot in self._said.get((subject, predicate), ())), None)

    def value(self, subject: str, predicate: str, value: Term | None) -> Spot | None:
        for written, spot in self._said.get((subject, predicate), ()):
            if written == str(value):
                return spot
        return None

    def values(self, subject: str, predicate: str) -> list[Spot]:
        return [spot for _, spot in self._said.get((subject, predicate), ())]

    def words(self, *options: str) -> Spot | None:
        return None
