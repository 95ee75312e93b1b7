"""What the pages for readers say is true: each block runs, each command and each question is there."""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.house import House
from kg.queries import every
from tests.conftest import TESTS

ROOT = TESTS.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
pytestmark = pytest.mark.skipif(not PAGES[0].exists(), reason="not a checkout")
HERE = "http://127.0.0.1:8000"
# Blocks of the README that .ci/run takes its lines from and runs itself.
_STARTS = "python3 -m venv"
_BLOCK = re.compile(r"(<!-- not run[^>]*-->\n)?```(\w*)\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of code of a page; `why` it is not run, if it is not."""

    page: str
    language: str
    text: str
    why: str


def _blocks() -> list[Block]:
    return [
        Block(page.name, language, text, why)
        for page in PAGES
        if page.exists()
        for why, language, text in _BLOCK.findall(page.read_text(encoding="utf-8"))
        if language in ("sh", "python")
    ]


RUN = [one for one in _blocks() if not one.why and not one.text.startswith(_STARTS)]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that a reader has at hand."""
    (tmp_path / "mine.ttl").write_text((TESTS / "shapes" / "Thing" / "ok.ttl").read_text())
    (tmp_path / "places.csv").write_text("city,country\nGraz,Austria\nPittsburgh,United States\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "block", RUN, ids=lambda one: f"{one.page}-{one.text[:25].split(chr(10))[0]}"
)
def test_a_block_runs_as_it_stands(block: Block, desk: Path, house: House, site: str):
    if block.language == "python":
        exec(block.text.replace(HERE, site), {})  # noqa: S102
        return
    for line in block.text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            _run(line.replace(HERE, site), house)


def _run(line: str, house: House) -> None:
    if line.startswith("curl "):
        done = subprocess.run(
            ["bash", "-c", line.replace("curl ", "curl -sS --fail-with-body ", 1)],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{line}\n{done.stdout[:300]}{done.stderr}"
        assert done.stdout.strip()
        return
    words = shlex.split(line, comments=True)
    assert words[0] == "kg", f"The block needs a line that says why it is not run: {line}"
    words = words[1 : words.index(">")] if ">" in words else words[1:]
    shown = CliRunner().invoke(main, ["--house", str(house.root), *words], prog_name="kg")
    assert shown.exit_code in (0, 1), f"{line}\n{shown.output[-500:]}"
    assert "Traceback" not in shown.output
    assert shown.exit_code == 0 or words[0] == "validate", shown.output[-500:]


def test_most_blocks_run():
    assert len(RUN) >= 6
    assert len({one.page for one in RUN}) >= 4


@pytest.mark.parametrize("command", sorted(main.list_commands(click.Context(main))))
def test_each_command_is_on_a_page_for_readers(command: str):
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert re.search(rf"\bkg {command}\b", text), f"kg {command}"


def test_each_question_is_on_the_page_that_lists_them(house: House):
    page = (ROOT / "docs" / "ask.md").read_text(encoding="utf-8")
    for query in every(house):
        row = f"| [`{query.name}`](../queries/{query.name}.rq) | {query.summary.replace('|', '/')} |\n"
        assert row in page, f"docs/ask.md needs this line, in the order of names: {row}"
    listed = re.findall(r"^\| \[`([a-z0-9-]+)`\]", page, re.MULTILINE)
    assert listed == [query.name for query in every(house)]


def test_each_link_between_pages_leads_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("name", ["ask", "link", "contribute", "operate"])
def test_there_is_a_page_for_each_reader_and_the_readme_leads_to_it(name: str):
    assert (ROOT / "docs" / f"{name}.md").is_file()
    assert f"](docs/{name}.md)" in PAGES[0].read_text(encoding="utf-8")
