"""The patterns of the saved questions, kept beside a compiled store: reading them from SPARQL takes two seconds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kg.validation.relevance import Group, Slot, Way, patterns
from kg.validation.terms import read_term

FILE = "patterns.json"


def write(texts: Iterable[str], folder: Path) -> None:
    """Keep the patterns of these questions in a folder."""
    found = {text: patterns(text) for text in texts}
    kept = {text: _as_data(group) for text, group in found.items() if group is not None}
    (folder / FILE).write_text(json.dumps(kept), encoding="utf-8")


def read(folder: Path) -> dict[str, Group | None]:
    """The patterns that are kept in a folder, by the text of the question; nothing where none are."""
    try:
        kept = json.loads((folder / FILE).read_text("utf-8"))
        return {text: _as_group(data) for text, data in kept.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _as_data(group: Group) -> dict[str, Any]:
    return {
        "ways": [
            [[way.predicate, _slot_data(way.subject), _slot_data(way.object), way.named] for way in ways]
            for ways in group.ways
        ],
        "values": {name: [str(one) for one in terms] for name, terms in group.values.items()},
        "inner": [_as_data(one) for one in group.inner],
        "apart": [_as_data(one) for one in group.apart],
    }  # fmt: skip


def _as_group(data: dict[str, Any]) -> Group:
    return Group(
        ways=[
            tuple(Way(predicate, _as_slot(start), _as_slot(end), named) for predicate, start, end, named in ways)
            for ways in data["ways"]
        ],
        values={name: frozenset(map(_term, terms)) for name, terms in data["values"].items()},
        inner=[_as_group(one) for one in data["inner"]],
        apart=[_as_group(one) for one in data["apart"]],
    )  # fmt: skip


def _slot_data(slot: Slot | None) -> str | list[str] | None:
    """A variable as its name, a term as a list of its N-Triples."""
    return slot if slot is None or isinstance(slot, str) else [str(slot)]


def _as_slot(data: str | list[str] | None) -> Slot | None:
    return _term(data[0]) if isinstance(data, list) else data


def _term(text: str) -> Any:
    term = read_term(text)
    if term is None:
        raise ValueError(text)
    return term
