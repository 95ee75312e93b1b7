"""Answers for a person at a terminal: aligned columns, long cells wrapped, nothing cut off."""

from __future__ import annotations

import shutil
import textwrap

from kg.answers import Table

_GAP = "  "
_NARROWEST = 12


def drawn(table: Table, width: int | None = None) -> str:
    """A table as lines of text, as wide as the terminal where its words allow that."""
    if not table.columns:
        return ""
    cells = [[str(term) if term else "" for term in row] for row in table]
    widths = _widths([table.columns, *cells], width or shutil.get_terminal_size((100, 24)).columns)
    lines = _row(table.columns, widths)
    lines.append(_GAP.join("─" * wide for wide in widths))
    for row in cells:
        lines += _row(row, widths)
    return "\n".join(lines) + "\n"


def _widths(rows: list[list[str]], total: int) -> list[int]:
    """Widths for the columns: what they need, or a common ceiling under which all of them fit."""
    needed = [max(1, *(len(row[at]) for row in rows)) for at in range(len(rows[0]))]
    room = total - len(_GAP) * (len(needed) - 1)
    ceiling = max(needed)
    while sum(min(need, ceiling) for need in needed) > room and ceiling > _NARROWEST:
        ceiling -= 1
    return [min(need, ceiling) for need in needed]


def _row(cells: list[str], widths: list[int]) -> list[str]:
    wrapped = [textwrap.wrap(cell, wide) or [""] for cell, wide in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    columns = [lines + [""] * (height - len(lines)) for lines in wrapped]
    return [
        _GAP.join(part.ljust(wide) for part, wide in zip(line, widths, strict=True)).rstrip()
        for line in zip(*columns, strict=True)
    ]
