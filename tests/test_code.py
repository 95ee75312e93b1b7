"""How the house is kept: short files and functions, imports that point one way, and no word of any machine."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg.namespaces import KINDS, PREFIXES
from tests.conftest import ROOT

if not (ROOT / "pyproject.toml").is_file():
    pytest.skip("how the house is kept is checked in a checkout", allow_module_level=True)

PYTHON = sorted(
    file for folder in ("kg", "server", "tests") for file in (ROOT / folder).rglob("*.py")
)


def short(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("file", PYTHON, ids=short)
def test_a_file_is_short_and_so_are_its_functions(file: Path):
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    long = {
        node.name: length
        for node in ast.walk(ast.parse(text))
        if isinstance(node, functions) and (length := node.end_lineno - node.lineno + 1) > 50
    }
    assert long == {}


def imported(file: Path) -> set[str]:
    """The top names of the modules that a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("file", [f for f in PYTHON if "kg" in f.parts], ids=short)
def test_the_library_knows_nothing_of_http(file: Path):
    assert not imported(file) & {"flask", "werkzeug", "granian", "server"}


def test_only_the_two_doors_to_endpoints_open_the_network():
    ours = [file for file in PYTHON if not short(file).startswith("tests/")]
    remote = [short(file) for file in ours if "SPARQLWrapper" in imported(file)]
    assert remote == ["kg/endpoint.py", "kg/enriching/endpoint.py"]
    sockets = {
        short(f)
        for f in PYTHON
        if not short(f).startswith("tests/") and imported(f) & {"socket", "urllib", "http"}
    }
    assert (
        sockets
        <= {
            "kg/client.py",
            "kg/endpoint.py",
            "kg/enriching/endpoint.py",
            "kg/enriching/guard.py",
            "kg/enriching/settings.py",
            "kg/sandbox/cage.py",
            "server/cli.py",
            "server/fair_cli.py",
            "server/protocol.py",
            "server/question/asked.py",
            "server/repository.py",
            "server/serving.py",
        }
    )  # the canary's probe, the listening port, a server judged by its owner, addresses never opened


def test_visitors_text_is_parsed_in_one_place():
    """rdflib's parser fetches contexts; only `kg.rdf` and `kg.turtle` parse, with pyoxigraph."""
    parsing = {
        short(f)
        for f in PYTHON
        if "tests" not in f.relative_to(ROOT).parts
        and re.search(r"\bGraph\(.*\)\.parse", f.read_text())
    }
    assert parsing == set()


def test_every_kind_in_the_data_has_a_prefix():
    used = {
        iri.split("/")[4]
        for folder in ("data", "ontology")
        for file in (ROOT / folder).rglob("*.ttl")
        for iri in re.findall(r"<(https://w3id\.org/hrcities/[a-z-]+/)>", file.read_text())
    }
    assert used <= set(KINDS)
    assert all(PREFIXES[kind].endswith(f"/{kind}/") for kind in KINDS)


def tracked() -> list[Path]:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def test_nothing_committed_names_a_registry_or_a_machine():
    hosts = "|".join(
        ["regi" + r"stry\.npm", "py" + r"pi\.(org|io)", "python" + "hosted", "deb" + r"\.debian"]
    )
    folders = "|".join("/" + name + "/" for name in ("work", "farm", "root", "home"))
    found = re.compile(rf"{hosts}|(?:^|[^A-Za-z0-9._-])(?:{folders})", re.MULTILINE)
    guilty = [
        short(file)
        for file in tracked()
        if file.suffix not in (".png",)
        and found.search(file.read_text(encoding="utf-8", errors="replace"))
    ]
    assert guilty == []


@pytest.mark.parametrize(
    "tool", [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]], ids=" ".join
)
def test_the_tools_find_nothing(tool: list[str]):
    ran = subprocess.run(
        [sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
