"""The engines pass as much of the W3C's suites as the page says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.shacl import Unfetched, fetch, summary
from tests.conftest import ROOT

PAGE = ROOT / "kg" / "validation" / "CONFORMANCE.md"


def test_the_page_says_what_each_engine_passes(tmp_path: Path):
    if not PAGE.is_file():
        pytest.skip("the page lies in a checkout")
    try:
        folder = fetch(tmp_path)
    except Unfetched as why:
        pytest.skip(f"the W3C's suites cannot be had here: {why}")
    assert PAGE.read_text(encoding="utf-8").endswith("\n\n" + summary(folder) + "\n")
