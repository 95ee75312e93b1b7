"""Checking what somebody wants to contribute, in the company of everything published.

`check` takes files as they come and gives a `Review`: findings with their place in the contributor's own text
and how to mend them, what the contribution adds, and which saved answers it changes. `Judge` does the judging alone,
on statements. Nothing is written, nothing is fetched.

The engines take long to load, so what judges is loaded when it is first asked for: a server has its workers do that.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kg.validation.company import Company, Contribution, read
from kg.validation.findings import Finding, Fix
from kg.validation.review import Brought, Review
from kg.validation.writers import WRITERS, schema, short_path

if TYPE_CHECKING:
    from kg.validation.check import Checker, read_file
    from kg.validation.judge import Judge, Verdict

_LATER = {"Checker": "check", "read_file": "check", "Judge": "judge", "Verdict": "judge"}

__all__ = [
    "WRITERS",
    "Brought",
    "Checker",
    "Company",
    "Contribution",
    "Finding",
    "Fix",
    "Judge",
    "Review",
    "Verdict",
    "read",
    "read_file",
    "schema",
    "short_path",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
