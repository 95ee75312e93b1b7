"""What is counted of a graph, kept beside its compiled store, so that no page waits until it is counted again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.answers import Table, Term
from kg.house import House
from kg.overview import Counted, Overview, overview
from kg.report import Section, report
from kg.store import Store

FILE = "counts.json"


@dataclass(frozen=True)
class Counts:
    """The overview of a graph and its curation report."""

    overview: Overview
    report: list[Section]

    @classmethod
    def of(cls, house: House, store: Store) -> Counts:
        """Count a graph. Raises as the saved questions of the report do."""
        return cls(overview(store), list(report(house, store)))

    def keep(self, folder: Path) -> None:
        """Write what was counted into a folder, in which the store is, for `read` to find."""
        (folder / FILE).write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Counts | None:
        """What was counted of the store in a folder; None where nothing is kept."""
        file = folder / FILE
        if not file.is_file():
            return None
        data = json.loads(file.read_text(encoding="utf-8"))
        seen = data["overview"]
        acts = {name: _counted(some) for name, some in seen["acts"].items()}
        sections = [
            Section(one["title"], one["about"], _table(one["table"])) for one in data["report"]
        ]
        return cls(Overview(_counted(seen["kinds"]), acts), sections)


def _counted(some: Iterable[dict[str, Any]]) -> list[Counted]:
    return [Counted(**one) for one in some]


def _table(data: dict[str, Any]) -> Table:
    rows = [
        {name: Term(**cell) if cell else None for name, cell in row.items()} for row in data["rows"]
    ]
    return Table(data["columns"], rows)
