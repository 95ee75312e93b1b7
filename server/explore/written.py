"""A view's answer for programs: one of its tables as CSV, or all of it as JSON, with the evidence at hand."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Response, abort, jsonify, request

from kg.answers import Term
from kg.explore import Part, Proof, Result, Row, View
from kg.namespaces import shorten
from server.desk import the_desk
from server.explore.asked import Asked
from server.explore.explorer import the_explorer

_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # a spreadsheet would take a text that begins so for a formula


def as_csv(asked: Asked, result: Result) -> Response:
    """One table, the first unless the address names another; 404 for one that is not there.

    A column of things is followed by one of their addresses; the last columns are the evidence and its quotes.
    """
    part = result.part(asked.part) if asked.part else result.parts[0]
    if part is None:
        names = ", ".join(one.name for one in result.parts)
        abort(404, f"This answer has no table {asked.part!r}. It has: {names}.")
    things = [
        name
        for name in part.columns
        if any((term := row.cells.get(name)) and term.kind == "uri" for row in part.rows)
    ]
    extra = [] if part.plain else ["evidence", "quotes"]
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    heads = [
        head
        for name in part.columns
        for head in ((name, f"{name} IRI") if name in things else (name,))
    ]
    writer.writerow([*heads, *extra])
    found = _proofs(part)
    for row, proofs in zip(part.rows, found, strict=True):
        cells = [
            text
            for name in part.columns
            for term in (row.cells.get(name),)
            for text in (_cell(term), *([term.value if term else ""] if name in things else []))
        ]
        quotes = " | ".join(one.quote.value if one.quote else one.locator for one in proofs)
        proven = [" ".join(one.evidence for one in proofs), _guarded(quotes)]
        writer.writerow([*cells, *proven[: len(extra)]])
    response = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'inline; filename="{asked.view.name}-{part.name}.csv"'
    )
    return response


def as_json(asked: Asked, result: Result) -> Response:
    """The whole answer: what was asked, the measures, and each table with its rows and their evidence."""
    return jsonify(
        {
            **described(asked.view),
            "version": the_desk().store.version,
            "address": request.url_root.rstrip("/") + asked.href(),
            "asked": asked.given,
            "sentence": result.sentence,
            "notes": list(result.notes),
            "parts": [_part(part) for part in result.parts],
        }
    )


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


def _part(part: Part) -> dict[str, Any]:
    rows = [
        {
            "cells": {name: _term(row.cells.get(name)) for name in part.columns},
            "evidence": [_proof(proof) for proof in proofs],
        }
        for row, proofs in zip(part.rows, _proofs(part), strict=True)
    ]
    return {
        "name": part.name,
        "title": part.title,
        "about": part.about,
        "columns": part.columns,
        "rows": rows,
    }


def _proofs(part: Part) -> list[list[Proof]]:
    found = the_explorer().proofs(said for row in part.rows for said in row.basis)
    return [_of(row, found) for row in part.rows]


def _of(row: Row, found: dict[Any, list[Proof]]) -> list[Proof]:
    return list(dict.fromkeys(proof for said in row.basis for proof in found[said]))


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


def _proof(proof: Proof) -> dict[str, str]:
    return {
        "evidence": proof.evidence,
        "quote": proof.quote.value if proof.quote else "",
        "locator": proof.locator,
        "reading": proof.reading,
        "source": proof.source,
        "title": proof.title,
        "url": proof.url,
    }


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if term.datatype else _guarded(str(term))


def _guarded(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
