"""Days, months and years, as they are written, against each other: "2015" is some day of that year."""

from __future__ import annotations

from collections.abc import Iterable


def first(day: str) -> str:
    """The first day that a date can mean: 2015 is 2015-01-01."""
    return day + "-01" * (2 - day.count("-"))


def last(day: str) -> str:
    """A day not before the last that a date can mean: 2015 is 2015-12-31, 2015-02 is 2015-02-31."""
    return day + ("-12-31", "-31", "")[day.count("-")]


def holds(began: str, ended: str, at: str) -> bool:
    """Whether what began and ended so can hold at a date; an empty beginning or end stands in no way."""
    return (not began or first(began) <= last(at)) and (not ended or last(ended) >= first(at))


def years(start: str, end: str) -> float:
    """Years from one date to another, each taken in the middle of what it can mean."""
    return _number(end) - _number(start)


def latest(days: Iterable[str]) -> str:
    """The latest of some dates, or nothing."""
    return max(days, key=last, default="")


def _number(day: str) -> float:
    parts = [int(part) for part in day.split("-")]
    if len(parts) == 1:
        return parts[0] + 0.5
    if len(parts) == 2:
        return parts[0] + (parts[1] - 0.5) / 12
    return parts[0] + (parts[1] - 1) / 12 + (parts[2] - 0.5) / 365.25
