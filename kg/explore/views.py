"""What a view is: what can be chosen, what is answered, and how each number in the answer is to be read."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

from kg.answers import Table, Term
from kg.errors import BadParameter
from kg.explore.facts import Facts, Statement
from kg.namespaces import expand, shorten
from kg.phrases import Phrase, joined


@dataclass(frozen=True)
class Measure:
    """A number of a view: what it says, how it is computed, out of what, and what it does not say."""

    name: str
    definition: str
    formula: str
    denominator: str
    limits: str


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen: as it stands in an address, and its name for people."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """Something to choose. `choices` lists the values; none: a date, written as YYYY, YYYY-MM or YYYY-MM-DD.

    Fields of one `name` are asked together under several labels, as kinds of one thing.
    """

    name: str
    label: str
    help: str = ""
    choices: Callable[[Facts], Sequence[Choice]] | None = None
    many: bool = False
    least: int = 0
    most: int = 1
    default: Callable[[Facts], tuple[str, ...]] = lambda facts: ()


@dataclass(frozen=True)
class Row:
    """A row: its cells, the statements of the graph on which it rests, and values of the fields that lead on."""

    cells: Mapping[str, Term | None]
    basis: tuple[Statement, ...] = ()
    onward: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # what to ask next, if any


Made = TypeVar("Made")


class Rows(Sequence[Row], Generic[Made]):
    """Rows that are made when they are looked at: of many, a page shows few."""

    def __init__(self, of: Sequence[Made], make: Callable[[Made], Row]) -> None:
        self._of, self._make = of, make

    def __len__(self) -> int:
        return len(self._of)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return Rows(self._of[at], self._make)
        return self._make(self._of[at])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Part:
    """A table of an answer. `name` stands in addresses; `about` says what a row is.

    `columns` are its heads and the keys of the cells: those of `COLUMNS`, phrases, and names of things.
    """

    name: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: Sequence[Row]
    empty: str = Phrase("Nothing in the graph fits.")
    plain: bool = False  # a table to be filled in: its CSV has these columns alone
    words_first: bool = False  # whether the words of the evidence are the answer itself
    leads: str = ""  # the column whose cells lead on to what a row asks next
    whole: bool = (
        False  # whether it is read as a whole, so that a page shows no mere beginning of it
    )

    def table(self) -> Table:
        """The rows without what they rest on."""
        return Table(list(self.columns), [dict(row.cells) for row in self.rows])


@dataclass(frozen=True)
class Result:
    """An answer: one sentence, and its tables, the first of which is the answer proper.

    `drawing` holds what a picture needs, of whatever kind the view draws.
    """

    sentence: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    drawing: object = None

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)


Chosen = Mapping[str, tuple[str, ...]]


@contextmanager
def at_a_stretch() -> Iterator[None]:
    """Let no garbage be collected meanwhile: what a view makes of a large graph is much, and nearly all of it stays.

    A third of the time of an answer at 10⁶ quads goes into looking for cycles in it otherwise. Where two answers are
    made at once, the first that is done lets the collector work again.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True)
class View:
    """A question that no table of rows can answer. `ask` takes the values of its fields by name, IRIs or texts."""

    name: str
    title: str
    lead: str
    fields: tuple[Field, ...]
    measures: tuple[Measure, ...]
    ask: Callable[[Facts, Chosen], Result]
    words: Mapping[str, str] = field(default_factory=dict)  # what a column says
    documents: tuple[
        str, ...
    ] = ()  # the forms ("md", "docx") in which it can be taken away as a text

    def answer(self, facts: Facts, given: Mapping[str, Sequence[str]]) -> Result:
        """The answer to what is given, as it is written in an address. Raises BadParameter."""
        with at_a_stretch():
            return self.ask(facts, self.chosen(facts, given))

    def chosen(self, facts: Facts, given: Mapping[str, Sequence[str]]) -> Chosen:
        """The value of each field: what is given, each value once, else the default. Raises BadParameter."""
        names = {one.name for one in self.fields}
        for name in given:
            if name not in names:
                why = Phrase(
                    "there is none of this name; there is: %(names)s.",
                    names=", ".join(sorted(names)),
                )
                raise BadParameter(name, why)
        found: dict[str, tuple[str, ...]] = {}
        for name in dict.fromkeys(one.name for one in self.fields):
            fields = [one for one in self.fields if one.name == name]
            texts = [text for text in given.get(name, ()) if text.strip()]
            found[name] = _read(facts, fields, texts) if texts else fields[0].default(facts)
        return found


def _read(facts: Facts, fields: Sequence[Field], texts: Sequence[str]) -> tuple[str, ...]:
    name, most = fields[0].name, fields[0].most
    values = tuple(dict.fromkeys(_value(facts, fields, text.strip()) for text in texts))
    if len(values) > most:
        why = Phrase(
            "%(given)s values are given; there may be at most %(most)s.",
            given=len(values),
            most=most,
        )
        raise BadParameter(name, why)
    if len(values) < fields[0].least:
        why = Phrase(
            "%(given)s is given; there must be at least %(least)s.",
            given=len(values),
            least=fields[0].least,
        )
        raise BadParameter(name, why)
    return values


def _value(facts: Facts, fields: Sequence[Field], text: str) -> str:
    if fields[0].choices is None:
        return _day(fields[0].name, text)
    known = {one.value: one.label for each in fields if each.choices for one in each.choices(facts)}
    if text in known:
        return text
    iri = expand(text) or text
    if shorten(iri) in known:
        return shorten(iri)
    named = [
        value
        for value, label in known.items()
        if text.casefold() in (label.casefold(), value.rpartition(":")[2])
    ]
    if len(named) == 1:
        return named[0]
    why = Phrase("%(text)s is not one of the values that can be chosen here.", text=repr(text[:80]))
    raise BadParameter(fields[0].name, why)


def _day(name: str, text: str) -> str:
    try:
        parts = [int(part) for part in text.split("-")]
        datetime.date(*[*parts, 1, 1][:3])
    except (ValueError, TypeError) as error:
        why = Phrase("%(text)s is no day; write 2018, 2018-07 or 2018-07-27.", text=repr(text[:40]))
        raise BadParameter(name, why) from error
    return text


# Cells ------------------------------------------------------------------------

YES, NO = Phrase("yes"), Phrase("no")


def thing(facts: Facts, iri: str) -> Term:
    """A cell that names a thing."""
    return Term("uri", iri, label=facts.label(iri))


def text(words: str) -> Term | None:
    """A cell of text; empty where there is none."""
    return Term("literal", words) if words else None


def number(value: float, digits: int = 2) -> Term:
    """A cell with a number: an integer, or a decimal of so many digits."""
    if isinstance(value, int):
        return Term("literal", str(value), datatype=expand("xsd:integer") or "")
    return Term("literal", f"{value:.{digits}f}", datatype=expand("xsd:decimal") or "")


def names(facts: Facts, iris: Iterable[str]) -> Term | None:
    """A cell with the names of several things, in alphabetical order."""
    return text(joined("; ", sorted({facts.label(iri) for iri in iris})))


def choices(facts: Facts, things: Iterable[str]) -> list[Choice]:
    """Things as values to choose from, by their names."""
    found = [Choice(shorten(one), facts.label(one)) for one in set(things)]
    return sorted(found, key=lambda one: (one.label.casefold(), one.value))


def iris(values: Iterable[str]) -> tuple[str, ...]:
    """Values of an address as IRIs."""
    return tuple(expand(value) or value for value in values)
