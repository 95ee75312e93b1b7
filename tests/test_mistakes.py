"""What contributors get wrong, one thing at a time: what is found, where it stands, and whether the fix mends it.

`mistakes/mistakes.yaml` holds changes to a sound file, `mistakes/syntax` texts that cannot be read at all.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.errors import SyntaxFault
from kg.house import House
from kg.store import EmbeddedStore
from kg.validation import Brought, Checker, Review, read_file
from kg.validation.engines import ENGINES
from tests.conftest import TESTS

FOLDER = TESTS / "mistakes"
SOUND = (FOLDER / "sound.ttl").read_text()
MISTAKES = yaml.safe_load((FOLDER / "mistakes.yaml").read_text())
SYNTAX = yaml.safe_load((FOLDER / "syntax.yaml").read_text())
# Mended by following the fixes and nothing else, from the command line to a clean report.
STORIES = (
    "state-misspelt",
    "date-in-words",
    "class-misspelt",
    "kind-of-act-as-text",
    "inhabitants-with-a-comma",
    "quote-too-long",
)


@dataclass(frozen=True)
class Place:
    """One replacement that a fix asks for."""

    line: int
    column: int
    end_column: int
    text: str


def mistaken(mistake: dict[str, Any]) -> str:
    """The sound file with this mistake in it."""
    text = SOUND
    for edit in mistake["edits"]:
        assert text.count(edit["from"]) >= 1, edit["from"]
        text = text.replace(edit["from"], edit["to"], 1)
    return text


def standing(text: str, line: int, column: int, end_column: int) -> str:
    return text.split("\n")[line - 1][column - 1 : end_column - 1]


def mended(text: str, places: list[Place]) -> str:
    """The text with each replacement made, from the last to the first."""
    lines = text.split("\n")
    for place in sorted(places, key=lambda one: (one.line, one.column), reverse=True):
        line = lines[place.line - 1]
        lines[place.line - 1] = line[: place.column - 1] + place.text + line[place.end_column - 1 :]
    return "\n".join(lines)


def told(review: Review, text: str) -> list[dict[str, str]]:
    """The findings as the expectation writes them."""
    found = []
    for one in review.findings:
        assert one.spot is not None
        assert one.spot.line == one.spot.end_line
        said = {
            "shape": one.shape.rsplit("/", 1)[1],
            "severity": one.severity,
            "at": f"{one.spot.line}:{one.spot.column}",
            "text": standing(text, one.spot.line, one.spot.column, one.spot.end_column),
        }
        found.append(said | ({"fix": one.fix.text} if one.fix and one.fix.text else {}))
    return found


@pytest.fixture(scope="module", params=ENGINES)
def checker(request: pytest.FixtureRequest, world_house: House, world: EmbeddedStore) -> Checker:
    return Checker(world_house, world, request.param)


def reviewed(checker: Checker, text: str) -> Review:
    return checker.check([Brought("mine.ttl", text.encode(), "turtle")], weigh=False)


def named(name: str) -> dict[str, Any]:
    return next(one for one in MISTAKES if one["name"] == name)


def test_the_sound_file_is_sound(checker: Checker):
    assert told(reviewed(checker, SOUND), SOUND) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one["name"])
def test_a_mistake_is_found_where_it_stands(mistake: dict[str, Any], checker: Checker):
    text = mistaken(mistake)
    assert told(reviewed(checker, text), text) == mistake["finds"]


def test_there_are_many_kinds_of_mistakes():
    assert len(MISTAKES) + len(SYNTAX) >= 60
    assert len({one["name"] for one in MISTAKES}) == len(MISTAKES)
    assert all(one["finds"] for one in MISTAKES)


def mendable(mistake: dict[str, Any]) -> bool:
    """Whether one fix, put in its place, must be the whole remedy: one finding, which blocks and has a fix of a line.

    A wrong suggestion is worse than none.
    """
    first, *others = mistake["finds"]
    return not others and first["severity"] == "violation" and "\n" not in first.get("fix", "\n")


@pytest.mark.parametrize(
    "mistake", [one for one in MISTAKES if mendable(one)], ids=lambda one: one["name"]
)
def test_following_the_fix_leaves_nothing_to_mend(
    mistake: dict[str, Any], world_house: House, world: EmbeddedStore
):
    checker, text = Checker(world_house, world), mistaken(mistake)
    (finding,) = reviewed(checker, text).findings
    assert finding.fix is not None
    spot = finding.fix.spot
    assert spot is not None
    assert finding.fix.text is not None
    better = mended(text, [Place(spot.line, spot.column, spot.end_column, finding.fix.text)])
    assert told(reviewed(checker, better), better) == []


def run(house: House, *words: str) -> subprocess.CompletedProcess[str]:
    program = "from kg.cli import main; main(prog_name='kg')"
    return subprocess.run(
        [sys.executable, "-c", program, "--house", str(house.root), "validate", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", STORIES)
def test_a_person_mends_what_is_found_and_comes_to_a_clean_report(
    name: str, world_house: House, world: EmbeddedStore, tmp_path: Path
):
    file = tmp_path / "mine.ttl"
    file.write_text(mistaken(named(name)))
    first = run(world_house, str(file), "--no-answers")
    assert first.returncode == 1, first.stderr
    place = named(name)["finds"][0]
    assert f"{file}:{place['at']}: violation" in first.stdout
    assert place["fix"] in first.stdout
    said = json.loads(run(world_house, str(file), "--format", "json", "--no-answers").stdout)
    places = [
        Place(
            one["fix"]["spot"]["line"],
            one["fix"]["spot"]["column"],
            one["fix"]["spot"]["end_column"],
            one["fix"]["text"],
        )
        for one in said["findings"]
        if one["fix"] and one["fix"]["text"]
    ]
    file.write_text(mended(file.read_text(), places))
    second = run(world_house, str(file), "--no-answers")
    assert second.returncode == 0, second.stdout
    assert "nothing to mend" in second.stdout


@pytest.mark.parametrize("case", SYNTAX, ids=lambda one: one["file"])
def test_what_cannot_be_read_says_where_and_what_was_meant(
    case: dict[str, str], world_house: House, world: EmbeddedStore
):
    with pytest.raises(SyntaxFault) as caught:
        Checker(world_house, world).check(
            [read_file(FOLDER / "syntax" / case["file"], world_house)], weigh=False
        )
    fault = caught.value
    assert f"{fault.line}:{fault.column}" == case["at"]
    assert (fault.near, fault.hint) == (case["near"], case["hint"])


def test_every_text_that_cannot_be_read_is_expected():
    assert {file.name for file in (FOLDER / "syntax").iterdir()} == {one["file"] for one in SYNTAX}
