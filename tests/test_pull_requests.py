"""What checks a pull request: the workflow's own scripts, run here as a runner does, and the hook for pre-commit."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.house import House
from kg.namespaces import BASE
from kg.rdf import ENDINGS
from tests.conftest import ROOT, TESTS

WORKFLOW = ROOT / ".github" / "workflows" / "validate-contribution.yml"
HOOKS = ROOT / ".pre-commit-hooks.yaml"
if not WORKFLOW.is_file() or not shutil.which("git"):
    pytest.skip("pull requests are checked in a git checkout", allow_module_level=True)

WRONG = (TESTS / "shapes" / "Act" / "belongs-to-one-place.ttl").read_text()
RIGHT = (TESTS / "shapes" / "Act" / "ok.ttl").read_text()
KG = Path(sys.executable).with_name("kg")


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.example")
    ran = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return ran.stdout


def job() -> dict[str, Any]:
    return yaml.safe_load(WORKFLOW.read_text())["jobs"]["validate"]


def steps() -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in job()["steps"] if "name" in one}


@pytest.fixture
def checkout(tmp_path: Path, world_house: House) -> Path:
    """A repository that holds the invented world, with one commit."""
    folder = tmp_path / "checkout"
    shutil.copytree(world_house.root, folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "the invented world")
    return folder


def proposed(checkout: Path, **texts: str) -> None:
    """One more commit with these texts as files in data/cities/."""
    (checkout / "data" / "cities").mkdir(exist_ok=True)
    for name, text in texts.items():
        (checkout / "data" / "cities" / name.replace("_", ".")).write_text(text)
    (checkout / "NOTES.md").write_text("not data")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "a proposal")


def run(script: str, checkout: Path, tmp_path: Path) -> dict[str, str]:
    """Run a step as GitHub does, and return its outputs."""
    outputs = tmp_path / "outputs"
    outputs.write_text("")
    around = {
        "PATH": f"{KG.parent}{os.pathsep}{os.environ['PATH']}",
        "BASE": git(checkout, "rev-parse", "HEAD~1").strip(),
        "FILES": "data/",
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
    }
    subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=checkout,
        env={**os.environ, **around},
        check=True,
        capture_output=True,
    )
    return dict(line.split("=", 1) for line in outputs.read_text().splitlines())


@pytest.mark.parametrize(
    ("texts", "count", "status", "says"),
    [
        ({"good_ttl": RIGHT}, "1", "0", ""),
        ({"good_ttl": RIGHT, "bad_ttl": WRONG}, "2", "1", "shape:Act-belongs-to-one-place"),
        ({"unread_ttl": "city:a"}, "1", "2", f"{BASE}advice/syntax"),
    ],
)
def test_the_workflow_checks_what_changes_in_data(
    checkout: Path, tmp_path: Path, texts: dict[str, str], count: str, status: str, says: str
):
    proposed(checkout, **texts)
    found = run(steps()["Find the files that change"]["run"], checkout, tmp_path)
    assert found == {"count": count}
    validated = run(steps()["Validate them"]["run"], checkout, tmp_path)
    assert validated == {"status": status}
    log = json.loads((checkout / "findings.sarif").read_text())
    results = log["runs"][0]["results"]
    assert {one["ruleId"] for one in results} == ({says} if says else set())
    for one in results:
        place = one["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("data/cities/")
        assert place["region"]["startLine"] >= 1
    assert (tmp_path / "summary").read_text()


def test_a_pull_request_without_data_is_not_checked(checkout: Path, tmp_path: Path):
    proposed(checkout)
    assert run(steps()["Find the files that change"]["run"], checkout, tmp_path) == {"count": "0"}
    named = steps()
    assert all(
        "count != '0'" in named[name]["if"]
        for name in list(named)[list(named).index("Validate them") :]
    )


def test_the_workflow_can_be_called_and_fails_on_1_and_2():
    text = WORKFLOW.read_text()
    triggers = yaml.safe_load(text)[True]  # YAML 1.1 reads the word `on` so
    assert triggers["pull_request"] == {"paths": ["data/**"]}
    assert set(triggers["workflow_call"]["inputs"]) == {"package", "files"}
    last = job()["steps"][-1]
    assert last["run"] == "exit 1"
    assert "steps.validate.outputs.status != '0'" in last["if"]
    upload = steps()["Show the findings beside the lines"]
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert upload["with"]["sarif_file"] == "findings.sarif"
    assert "${{" not in "".join(
        one.get("run", "") for one in job()["steps"]
    )  # no text of others in a script


def hook() -> dict[str, Any]:
    (only,) = yaml.safe_load(HOOKS.read_text())
    return only


def test_the_hook_takes_the_files_that_are_data():
    assert (hook()["id"], hook()["language"]) == ("kg-validate", "python")
    takes = re.compile(hook()["files"])
    for ending in set(ENDINGS) - {".json", ".xml"}:
        assert takes.search(f"data/cities/at-graz{ending}")
    for other in ("tests/world/water.ttl", "data/cities/notes.md", "ontology/core.ttl"):
        assert not takes.search(other)


@pytest.mark.parametrize(("text", "status"), [(RIGHT, 0), (WRONG, 1), ("city:a", 2)])
def test_the_hook_stops_a_commit(checkout: Path, text: str, status: int):
    proposed(checkout, x_ttl=text)
    command = [*shlex.split(hook()["entry"]), "data/cities/x.ttl"]
    ran = subprocess.run(
        [KG.with_name(command[0]), *command[1:]], cwd=checkout, capture_output=True, check=False
    )
    assert ran.returncode == status, ran.stderr


@pytest.mark.skipif(
    not os.environ.get("KG_TRY_REPO"),
    reason="pre-commit installs the package with what it needs, from the network: KG_TRY_REPO=1 allows that",
)
def test_pre_commit_itself_runs_the_hook(checkout: Path):
    pytest.importorskip("pre_commit")
    proposed(checkout, good_ttl=RIGHT, bad_ttl=WRONG)
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), "kg-validate", "--all-files"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "Say which one place the act is of" in ran.stdout
