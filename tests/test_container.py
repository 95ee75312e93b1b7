"""What goes into an image is what the package is made of, and the server starts where little can be written.

tests/container.sh builds the image and tries it; this needs no container.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
import tomllib
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from kg.build import build
from kg.cli import main
from kg.house import House
from server.cli import serve
from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(
    not (ROOT / "Containerfile").is_file(), reason="the Containerfile lies in a checkout"
)


@pytest.fixture(scope="module")
def steps() -> list[str]:
    text = (ROOT / "Containerfile").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def packed() -> Iterator[str]:
    """Every path that the wheel is made of, as pyproject.toml names it."""
    made = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = made["tool"]["hatch"]["build"]["targets"]["wheel"]
    yield from ("pyproject.toml", "hatch_build.py", "package.json", made["project"]["readme"])
    yield from made["project"]["license-files"]
    yield from wheel["packages"]
    yield from wheel["force-include"]


def test_all_that_the_package_is_made_of_goes_into_the_build_and_nothing_else():
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert let_in == set(packed())
    assert not any(
        fnmatch.fnmatch(name, rule) for name in let_in for rule in rules[1:] if rule[0] != "!"
    )


def test_the_command_is_one_that_the_server_knows(steps: list[str], client: FlaskClient):
    command = json.loads(next(step for step in steps if step.startswith("CMD "))[4:])
    assert command[:2] == ["kg", "serve"]
    given = serve.make_context("serve", command[2:], resilient_parsing=False).params
    port = next(step for step in steps if step.startswith("EXPOSE ")).split()[1]
    assert (given["host"], str(given["port"]), given["log"]) == ("0.0.0.0", port, True)
    checked = re.search(rf"http://127\.0\.0\.1:{port}(/\w+)", " ".join(steps))
    assert checked
    assert client.get(checked[1]).status_code == 200


def test_it_runs_as_a_user_without_rights_whose_cache_it_is(steps: list[str]):
    user = next(step for step in steps if step.startswith("USER ")).split()[1]
    assert int(user) > 0  # a number, as Kubernetes wants it
    made = next(step for step in steps if "useradd" in step)
    cache = re.search(r"KG_CACHE=(\S+)", " ".join(steps))
    assert cache
    assert f"--uid {user}" in made
    assert f"install -d -o {user} {cache[1]}" in made


def test_a_cache_that_cannot_be_written_serves_what_it_holds(
    world_house: House, monkeypatch: pytest.MonkeyPatch
):
    before = build(world_house)

    def refused(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "utime", refused)
    assert build(world_house).version == before.version


def test_no_folder_for_temporary_files_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch):
    def none() -> str:
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr("server.cli.begin", none)
    answer = CliRunner().invoke(main, ["serve", "--port", "0"])
    assert answer.exit_code == 2
    assert "--tmpfs /tmp" in answer.output
