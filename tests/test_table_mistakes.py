"""What goes wrong with tables, one thing at a time: what is found, in which cell, and whether the fix mends it."""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook
from openpyxl.utils import coordinate_to_tuple

from kg.house import House
from kg.store import EmbeddedStore
from kg.validation import Brought, Checker, Review
from tests.conftest import TESTS

SAID = yaml.safe_load((TESTS / "mistakes" / "tables.yaml").read_text())
MISTAKES = [(SAID["sound"], one) for one in SAID["mistakes"]]
MISTAKES += [(SAID["cities"], one) for one in SAID["numbers"]]
Rows = list[list[Any]]


def mistaken(sound: Rows, mistake: dict[str, Any]) -> Rows:
    """The sound table with this mistake in it."""
    rows = copy.deepcopy(sound) + [[] for _ in range(mistake.get("more", 0))]
    for cell, value in mistake["edits"].items():
        row, column = coordinate_to_tuple(cell)
        rows[row - 1] += [""] * (column - len(rows[row - 1]))
        rows[row - 1][column - 1] = value
    if "repeat" in mistake:
        rows.append(rows[mistake["repeat"] - 1])
    if "empty" in mistake:
        rows.insert(mistake["empty"] - 1, [])
    return rows


def saved(rows: Rows, mistake: dict[str, Any]) -> Brought:
    """The table as a file of the form that the mistake was made in."""
    if mistake.get("as") == "xlsx":
        book = Workbook()
        for row in rows:
            book.active.append([value if value != "" else None for value in row])
        if "merge" in mistake:
            book.active.merge_cells(mistake["merge"])
        out = io.BytesIO()
        book.save(out)
        return Brought("mine.xlsx", out.getvalue(), "xlsx")
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=mistake.get("delimiter", ",")).writerows(rows)
    return Brought("mine.csv", text.getvalue().encode(mistake.get("encoding", "utf-8")), "csv")


def told(review: Review) -> list[dict[str, str]]:
    """The findings as the expectation writes them."""
    found = []
    for one in review.findings:
        assert one.spot is not None, one
        kind = one.shape.rsplit("/", 1)[1]
        said = {
            "kind": kind.removeprefix("table-") if "/advice/" in one.shape else f"shape {kind}",
            "severity": one.severity,
            "at": one.spot.cell,
            "column": one.spot.header,
        }
        assert coordinate_to_tuple(one.spot.cell) == (one.spot.line, one.spot.column)
        found.append(said | ({"fix": one.fix.text} if one.fix and one.fix.text else {}))
    return found


@pytest.fixture(scope="module")
def checker(world_house: House, world: EmbeddedStore) -> Checker:
    return Checker(world_house, world)


def reviewed(checker: Checker, brought: Brought) -> Review:
    return checker.check([brought], weigh=False)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("sound", [SAID["sound"], SAID["cities"]], ids=["acts", "cities"])
def test_the_sound_tables_are_sound(checker: Checker, sound: Rows, form: str):
    rows = copy.deepcopy(sound)
    if form == "xlsx":
        rows = [
            [float(cell) if re.fullmatch(r"-?[0-9.]{4,}", cell) else cell for cell in row]
            for row in rows
        ]
    assert told(reviewed(checker, saved(rows, {"as": form}))) == []


@pytest.mark.parametrize(("sound", "mistake"), MISTAKES, ids=[one["name"] for _, one in MISTAKES])
def test_a_mistake_is_found_in_its_cell(checker: Checker, sound: Rows, mistake: dict[str, Any]):
    review = reviewed(checker, saved(mistaken(sound, mistake), mistake))
    assert told(review) == mistake["finds"]


def mendable(mistake: dict[str, Any]) -> bool:
    """Whether one fix, put in its cell, must be the whole remedy."""
    first, *others = mistake["finds"]
    return not others and "fix" in first and ";" not in str(mistake["edits"].get(first["at"]))


@pytest.mark.parametrize(
    ("sound", "mistake"),
    [(sound, one) for sound, one in MISTAKES if mendable(one)],
    ids=[one["name"] for _, one in MISTAKES if mendable(one)],
)
def test_the_fix_put_in_its_cell_leaves_nothing(
    checker: Checker, sound: Rows, mistake: dict[str, Any]
):
    rows = mistaken(sound, mistake)
    row, column = coordinate_to_tuple(mistake["finds"][0]["at"])
    rows[row - 1][column - 1] = mistake["finds"][0]["fix"]
    assert told(reviewed(checker, saved(rows, mistake))) == []


def test_there_are_many_kinds_of_mistakes():
    names = [one["name"] for _, one in MISTAKES]
    assert len(set(names)) == len(names) >= 40
    assert all(one["finds"] for _, one in MISTAKES)


def run(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    program = "from kg.cli import main; main(prog_name='kg')"
    return subprocess.run(
        [sys.executable, "-c", program, "--house", str(house.root), "validate", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


FAULTS = {
    "A3": "Millbrook 2021 Health", "B3": "  Millbrook's resolution on health", "D2": "Ordinances",
    "F2": "23/02/2020", "G1": "signed on", "H3": "right:health, right:housing", "I3": "Womem",
    "J2": "gazette.example/12", "N3": "22 November 2026",
}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_person_mends_a_table_as_told_and_comes_to_a_clean_report(
    form: str, world_house: House, world: EmbeddedStore, tmp_path: Path
):
    rows = mistaken(SAID["sound"], {"edits": FAULTS})
    file = tmp_path / f"mine.{form}"
    codes, mended = [], set()
    for _ in range(3):
        file.write_bytes(saved(rows, {"as": form}).content)
        shown = run(world_house, str(file), "--no-answers")
        said = json.loads(run(world_house, str(file), "--format", "json", "--no-answers").stdout)
        codes.append(shown.returncode)
        for one in said["findings"]:
            spot, fix = one["spot"], one["fix"]
            assert (
                f'{file}: row {spot["line"]}, column "{spot["header"]}" ({spot["cell"]}): '
                in shown.stdout
            )
            assert fix["sentence"] in shown.stdout
            rows[fix["spot"]["line"] - 1][fix["spot"]["column"] - 1] = fix["text"]
            mended.add(spot["cell"])
        if not said["findings"]:
            break
    assert mended == set(FAULTS)
    assert codes[0] == 1
    assert codes[-1] == 0
    assert f"{file}: nothing to mend." in shown.stdout
