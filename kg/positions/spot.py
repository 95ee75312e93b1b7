"""A stretch of a contributor's own text, so that a finding can point to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Spot:
    """Lines and columns count from 1, in characters; the end is exclusive.

    In a table `line` is the row as the spreadsheet shows it, `column` the number of the column, `header` its title.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    header: str = ""
