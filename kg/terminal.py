"""Answers for a person at a terminal: aligned columns, long cells wrapped, nothing cut off."""

from __future__ import annotations

import shutil
import sys
import textwrap
import time

from kg.answers import Table
from kg.external import Loaded

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


class Meter:
    """How far the loading of dumps is, on stderr: one line written over, or off a terminal a line now and then."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._pause = 0.2 if self._live else 10.0
        self._file, self._began, self._from, self._shown = "", 0.0, 0, 0.0

    def show(self, now: Loaded) -> None:
        clock = time.monotonic()
        if now.file != self._file:
            self._file, self._began, self._from, self._shown = now.file, clock, now.statements, 0.0
        ended = now.read >= now.size
        if clock - self._shown < self._pause and not ended:
            return
        self._shown = clock
        share = 100 * now.read // now.size if now.size else 100
        speed = (now.statements - self._from) / max(clock - self._began, 0.001)
        line = f"{now.file}: {now.statements:,} statements, {share} % read, {speed:,.0f} a second"
        print(
            f"\r{line:79}" if self._live else line, end="" if self._live else "\n", file=sys.stderr
        )
        if ended and self._live:
            print(file=sys.stderr)
