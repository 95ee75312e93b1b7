"""Checking what somebody wants to contribute, in the company of everything published.

`check` takes files as they come and gives a `Review`: findings with their place in the contributor's own text
and how to mend them, what the contribution adds, and which saved answers it changes. `Judge` does the judging alone,
on statements. Nothing is written, nothing is fetched.
"""

from __future__ import annotations

from kg.validation.check import Brought, Checker, Review, read_file
from kg.validation.company import Company, Contribution, read
from kg.validation.findings import Finding, Fix
from kg.validation.judge import Judge, Verdict
from kg.validation.writers import WRITERS, schema, short_path

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
