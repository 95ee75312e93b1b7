"""A stretch of a contributor's own text, so that a finding can point to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Spot:
    """Lines and columns count from 1, in characters; the end is exclusive.

    In a table `line` is the row as the spreadsheet shows it, `column` the number of the column, `header` its title and
    `cell` its name, as C3.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    header: str = ""
    cell: str = ""

    def __str__(self) -> str:
        """As a person reads it: `row 3, column "date" (C3)` or `line 3, column 5`."""
        if self.cell:
            return f'row {self.line}, column "{self.header}" ({self.cell})'
        return f"line {self.line}, column {self.column}"
