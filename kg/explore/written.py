"""A view's answer as data: one of its tables as CSV, or all of it as JSON, with the evidence at hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from kg.answers import Term
from kg.evidence import Words, of_statements
from kg.explore.facts import Statement
from kg.explore.views import Part, Result, Row, View
from kg.namespaces import shorten
from kg.store import Store

Prove = Callable[[Iterable[Statement]], Mapping[Statement, list[Words]]]
# A spreadsheet would take a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def comma_separated(part: Part, prove: Prove) -> str:
    """A table as CSV. `prove` finds the words on which statements rest.

    A column of things is followed by one of their addresses; the last columns are the evidence and its quotes.
    """
    things = {
        name
        for name in part.columns
        if any((term := row.cells.get(name)) and term.kind == "uri" for row in part.rows)
    }
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    heads = [(name, f"{name} IRI") if name in things else (name,) for name in part.columns]
    extra = () if part.plain else ("evidence", "quotes")
    writer.writerow([*(head for pair in heads for head in pair), *extra])
    for row, proofs in proven(part, prove):
        cells: list[str] = []
        for name in part.columns:
            term = row.cells.get(name)
            cells += [_cell(term), term.value if term else ""][: 1 + (name in things)]
        quotes = " | ".join(one.quote.value if one.quote else one.locator for one in proofs)
        evidence = [" ".join(one.iri for one in proofs), _guarded(quotes)]
        writer.writerow([*cells, *evidence[: len(extra)]])
    return out.getvalue()


def stretch(part: Part, start: int, rows: int, statements: int) -> Part:
    """A table from its row `start` (counted from 1) on: no more rows than that, and no more than rest on so many
    statements, but one at least."""
    held: list[Row] = []
    said: set[Statement] = set()
    for row in part.rows[start - 1 : start - 1 + rows]:
        said.update(row.basis)
        if held and len(said) > statements:
            break
        held.append(row)
    return replace(part, rows=tuple(held))


def proven(part: Part, prove: Prove) -> list[tuple[Row, list[Words]]]:
    """Each row with all words that it rests on, each once."""
    found = prove(said for row in part.rows for said in row.basis)
    return [(row, of_row(row, found)) for row in part.rows]


def proofs(store: Store, said: Iterable[Statement]) -> dict[Statement, list[Words]]:
    """The words on which statements rest. Raises SourceUnavailable."""
    return of_statements(said, lambda query: store.answer(query).table())


def of_row(row: Row, found: Mapping[Statement, list[Words]]) -> list[Words]:
    """The words that a row rests on, each once."""
    return list({words.iri: words for said in row.basis for words in found[said]}.values())


def described(view: View) -> dict[str, Any]:
    """A view: its title, what can be asked, and how its numbers are to be read."""
    return {
        "view": view.name,
        "title": view.title,
        "lead": view.lead,
        "fields": [{"name": one.name, "label": one.label, "help": one.help} for one in view.fields],
        "measures": [
            {
                "name": one.name,
                "definition": one.definition,
                "formula": one.formula,
                "denominator": one.denominator,
                "limits": one.limits,
            }
            for one in view.measures
        ],
    }


def answered(result: Result, prove: Prove) -> dict[str, Any]:
    """An answer: its sentence, its notes, and each table with its rows and their evidence."""
    return {
        "sentence": result.sentence,
        "notes": list(result.notes),
        "parts": [
            {
                "name": part.name,
                "title": part.title,
                "about": part.about,
                "columns": part.columns,
                "rows": [
                    {
                        "cells": {name: _term(row.cells.get(name)) for name in part.columns},
                        "evidence": [_proof(proof) for proof in proofs],
                    }
                    for row, proofs in proven(part, prove)
                ],
            }
            for part in result.parts
        ],
    }


def _term(term: Term | None) -> dict[str, str] | None:
    if term is None:
        return None
    facts = {
        "value": term.value,
        "label": term.label,
        "type": term.kind,
        "datatype": shorten(term.datatype),
    }
    return {name: value for name, value in facts.items() if value}


def _proof(proof: Words) -> dict[str, str]:
    return {
        "evidence": proof.iri,
        "quote": proof.quote.value if proof.quote else "",
        "locator": proof.locator,
        "reading": proof.reading,
        "source": proof.source,
        "title": proof.title,
        "url": proof.url,
        "grade": proof.grade,
        "seen": proof.seen,
    }


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if term.datatype else _guarded(str(term))


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
