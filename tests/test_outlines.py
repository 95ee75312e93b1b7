"""Outlines of countries behind the maps: made when the wheel is built, and done without where there are none."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from kg.answers import Table, Term
from kg.places import Spot
from server import outlines
from server.question.views.maps import world
from tests.conftest import ROOT

# Two squares side by side, of 10 by 10 degrees, that share the border at 10° E between 0° and 10° N.
TWO = {
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [
        [[10, 0], [0, 10]],
        [[10, 10], [-10, 0], [0, -10], [10, 0]],
        [[10, 0], [10, 0], [0, 10], [-10, 0]],
    ],
    "objects": {
        "countries": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "arcs": [[0, 1]]},
                {"type": "MultiPolygon", "arcs": [[[-1, 2]]]},
            ],
        },
        "land": {
            "type": "GeometryCollection",
            "geometries": [{"type": "Polygon", "arcs": [[1, 2]]}],
        },
    },
}


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    file = ROOT / "hatch_build.py"
    if not file.is_file():
        pytest.skip("the hook is tried in a checkout")
    spec = importlib.util.spec_from_file_location("hatch_build", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_land_is_filled_and_only_a_border_between_two_is_drawn(hook: ModuleType):
    drawn = hook.svg(TWO, "2.0.2")
    paths = dict(re.findall('<path id="([a-z]+)"[^>]*d="([^"]*)"', drawn))
    assert paths["borders"] == "M100 0l0-100"
    assert paths["land"] == "M100-100l-100 0 0 100 100 0 100 0 0-100z"


def test_a_ring_that_goes_round_the_back_of_the_map_is_closed_at_both_edges(hook: ModuleType):
    ring = [(1790, 0), (1800, 5), (-1800, 5), (-1790, 8), (-1800, 9), (1800, 9), (1790, 0)]
    assert hook._path(ring, True) == "M-1800 5l10 3-10 1zM1800 9l-10-9 10 5z"


class Told:
    """What the hook knows of a build: the folder, and where warnings go."""

    def __init__(self, root: Path) -> None:
        (root / "server" / "static").mkdir(parents=True)
        (root / "package.json").write_text((ROOT / "package.json").read_text())
        self.root = str(root)
        self.said: list[str] = []
        self.app = SimpleNamespace(display_warning=self.said.append)


@pytest.fixture
def without_npm(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    monkeypatch.setattr(hook.shutil, "which", lambda name: None)
    monkeypatch.setattr(hook.importlib.util, "find_spec", lambda name: None)
    return Told(tmp_path)


def test_without_npm_the_wheel_is_built_and_says_so(hook: ModuleType, without_npm: Told):
    hook.Outlines.initialize(without_npm, "standard", {})
    assert without_npm.said == ["Maps will have no outlines of countries: there is no npm here."]
    assert not (Path(without_npm.root) / hook.OUTLINES).exists()


def test_npm_is_asked_for_only_where_it_is_missing_and_runs(
    hook: ModuleType, without_npm: Told, monkeypatch: pytest.MonkeyPatch
):
    def asked() -> list[str]:
        return hook.Outlines.dependencies(without_npm)

    monkeypatch.setattr(hook, "platform_tags", lambda: ["manylinux_2_28_x86_64", "linux_x86_64"])
    assert asked() == [hook.NODE]
    monkeypatch.setattr(hook, "platform_tags", lambda: ["manylinux_2_17_x86_64", "linux_x86_64"])
    assert asked() == []
    monkeypatch.setattr(hook, "platform_tags", lambda: ["macosx_14_0_arm64", "macosx_13_0_arm64"])
    assert asked() == [hook.NODE]
    release = hook._release(Path(without_npm.root))
    (Path(without_npm.root) / hook.OUTLINES).write_text(hook.svg(TWO, release))
    assert asked() == []  # they are drawn already


def test_this_machines_npm_goes_first(
    hook: ModuleType, without_npm: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    came = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr(hook.importlib.util, "find_spec", lambda name: came)
    assert hook._npm()[0] == str(tmp_path / "bin" / "node")
    monkeypatch.setattr(hook.shutil, "which", lambda name: f"/bin/{name}")
    assert hook._npm() == ["/bin/npm"]
    assert hook.Outlines.dependencies(without_npm) == []


def drawn_map() -> str:
    place = "https://w3id.org/hrcities/city/zz-harbourton"
    table = Table(["place"], [{"place": Term("uri", place, label="Harbourton")}])
    return str(world(table, ["place"], {place: Spot(12.0, 34.0, "Harbourton")}))


def test_a_map_refers_to_outlines_where_there_are_some(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(outlines, "FILE", tmp_path / "outlines.svg")
    assert "<use" not in drawn_map()
    assert outlines.source() == ""
    (tmp_path / "outlines.svg").write_text("<svg/>")
    # 0° N 0° E: 180 degrees from the left and 84 from the top, 960 / 360 pixels each.
    assert 'transform="translate(480.0 224.0) scale(0.2667 0.2667)"' in drawn_map()
    assert 'href="/static/outlines.svg#land"' in drawn_map()
