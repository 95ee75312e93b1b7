"""What each cell of a table names: something published, something that the table itself describes, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.namespaces import BASE, PREFIXES, shorten
from kg.tables.columns import Column, filled, folded, variables
from kg.tables.grid import instead
from kg.tables.literals import Problem
from kg.tables.names import (
    SLUG,
    Names,
    candidates,
    kinds_of,
    local,
    shown,
    slug,
    source_slug,
    written_iri,
)
from kg.tables.rows import Entry, Row
from kg.validation.findings import VIOLATION, Fix

_LABEL = PREFIXES["rdfs"] + "label"
_URL = PREFIXES["schema"] + "url"
_OTHER_MARKS = re.compile(r"\s*[,/|\n&+]\s*|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+")
_MOST_SHOWN = 4


@dataclass(frozen=True)
class Named:
    """What a text names, and what is wrong with it. Of what nothing is called, the name that it would have."""

    iri: str
    problem: Problem | None = None


@dataclass
class Resolver:
    """Knows the names of what is published, and of what this table describes."""

    names: Names
    new: set[str] = field(default_factory=set)
    _titles: dict[str, list[str]] = field(default_factory=dict)

    def take_in(self, rows: Sequence[Row]) -> None:
        """Learn what the table describes, before anything refers to it."""
        for row in rows:
            for column in row.template.columns:
                entry = row.entry(column.name)
                if entry is None or column.silent or not column.predicate or "_row" in column.about:
                    continue
                iri = self._described(row, column)
                if iri:
                    self.new.add(iri)
                    if column.predicate == _LABEL:
                        for one in row.entries[column.name]:
                            self._titles.setdefault(folded(one.text), []).append(iri)

    def _described(self, row: Row, column: Column) -> str | None:
        """The thing with one variable in its name that this column tells of, where its name is written out."""
        names = variables(column.about)
        if len(names) != 1 or (column.name == names[0] and column.predicate != _URL):
            return None
        entry = row.entry(names[0])
        if entry is None:
            return None
        iri = written_iri(entry.text)
        if iri and column.predicate != _URL and not entry.text.startswith("http"):
            return iri
        return filled(column.about, {names[0]: entry.text}) if SLUG.fullmatch(entry.text) else None

    def key(self, entry: Entry, row: Row) -> Named | None:
        """The thing that a row is about, by the name in its first column; None where no name can be made of it."""
        column, text = entry.place.column, entry.text
        template = column.about
        iri = written_iri(text)
        if iri is None and SLUG.fullmatch(text):
            iri = filled(template, {column.name: text})
        if iri is None:
            labelled = list(dict.fromkeys(self.names.labelled(column.ranges, text)))
            iri = labelled[0] if len(labelled) == 1 else None
        start = template.partition("{")[0]
        if iri is not None and iri.startswith(start) and SLUG.fullmatch(iri.removeprefix(start)):
            return Named(iri)
        better = self._better(text, row)
        return Named(filled(template, {column.name: better}) if better else "", Problem(
            "name", VIOLATION,
            f"“{text[:60]}” cannot be a name here. A name is written in small letters without accents, digits and "
            f"hyphens, like {column.example}.", instead(better) if better else None,
        ))  # fmt: skip

    def _better(self, text: str, row: Row) -> str:
        """A name made of a text that is none; a city's begins with its country's code."""
        made = slug(local(text) if text.startswith("http") else text.split(":")[-1])
        country = row.entry("country")
        if country is not None:
            column = row.template.by_name["country"]
            found = self.reference(country.text, column)
            code = "" if found.problem else local(found.iri)
            if code and not made.startswith(f"{code}-"):
                made = f"{code}-{made}"
        return made

    def described(self, entry: Entry, row: Row) -> Problem | None:
        """What is wrong with the name of something that the same row describes, as a city beside its act."""
        column = entry.place.column
        template = column.value or column.about
        beside = [
            one for one in row.template.columns
            if one.about == template and one is not column and row.entry(one.name)
        ]  # fmt: skip
        if not beside or SLUG.fullmatch(entry.text) or written_iri(entry.text):
            return None
        if len(self.names.labelled(column.ranges, entry.text)) == 1:
            return None
        better = self._better(entry.text, row)
        return Problem(
            "name", VIOLATION,
            f"“{beside[0].title}” in this row describes something new, so its name is wanted here: small letters "
            f"without accents, digits and hyphens, like {column.example}.", instead(better) if better else None,
        )  # fmt: skip

    def reference(self, text: str, column: Column) -> Named:
        """The thing that a text names in this column."""
        if column.predicate == _URL:
            return self._source(text, column)
        iri = written_iri(text)
        if iri is not None:
            return Named(iri)
        found = self._candidates(text, column)
        if len(found) == 1:
            return Named(found[0])
        placeholder = filled(column.value, {column.name: slug(text) or "x"})
        if not found and SLUG.fullmatch(text):
            return Named(
                placeholder
            )  # it may be new in another file of the contribution; the shapes know
        if found:
            told = ", ".join(shown(self.names, one) for one in found[:_MOST_SHOWN])
            return Named(placeholder, Problem(
                "ambiguous-name", VIOLATION,
                f"“{text}” is the name of {len(found)} things: {told}. Write the short name of the one that is meant.",
                Fix(f"Write {' or '.join(shorten(one) for one in found[:_MOST_SHOWN])}."),
            ))  # fmt: skip
        return Named(placeholder, self._unknown(text, column))

    def several(self, text: str, column: Column) -> tuple[list[tuple[str, Named]], Problem | None]:
        """The things that a cell names, one after another, each with its part of the text."""
        parts = [part.strip() for part in text.split(column.separator) if part.strip()]
        if len(parts) == 1 and (named := self.reference(text, column)).problem is not None:
            others = [part for part in _OTHER_MARKS.split(text) if part]
            read = [(part, self.reference(part, column)) for part in others]
            if len(others) > 1 and all(one.problem is None for _, one in read):
                return read, Problem(
                    "separator", VIOLATION,
                    f"Several values in one cell have “{column.separator}” between them.",
                    instead(f"{column.separator} ".join(others)),
                )  # fmt: skip
            return [(text, named)], None
        return [(part, self.reference(part, column)) for part in parts], None

    def _candidates(self, text: str, column: Column) -> list[str]:
        found = candidates(self.names, column.ranges, column.value, text, self.new)
        return found or list(dict.fromkeys(self._titles.get(folded(text), ())))

    def _unknown(self, text: str, column: Column) -> Problem:
        kind = kinds_of(column.ranges)
        start = column.value.partition("{")[0]
        near = self.names.nearest(
            column.ranges, text, (one for one in self.new if one.startswith(start))
        )
        if near is None:
            options = self.names.of(column.ranges)
            listed = ""
            if 0 < len(options) <= 12:
                listed = (
                    f" There is: {', '.join(sorted(self.names.label(one) for one in options))}."
                )
            more = "" if listed else " Check the spelling, or describe it in the same contribution."
            return Problem(
                "unknown-name", VIOLATION, f"Nothing is called “{text[:80]}” here that is {kind}.{listed}{more}"
            )  # fmt: skip
        iri, label = near
        short = shorten(iri)
        return Problem(
            "unknown-name", VIOLATION,
            f"Nothing is called “{text[:80]}” here that is {kind}. Did you mean “{label}” ({short})?",
            instead(short),
        )  # fmt: skip

    def _source(self, text: str, column: Column) -> Named:
        """A source, by its address or by the name of a published one."""
        if re.fullmatch(r"https?://\S+", text) and not text.startswith(BASE):
            published = self.names.source_at(text)
            return Named(published or filled(column.about, {column.name: source_slug(text)}))
        iri = written_iri(text)
        if iri is not None:
            return Named(iri)
        listed = self.names.labelled(column.ranges, text)
        if len(listed) == 1:
            return Named(listed[0])
        guess = f"https://{text}" if re.fullmatch(r"(www\.)?[\w-]+(\.[\w-]+)+(/\S*)?", text) else ""
        return Named("", Problem(
            "address", VIOLATION,
            "Write the whole address of the page, with https://, or the name of a published source, as source:….",
            instead(guess) if guess else None,
        ))  # fmt: skip
