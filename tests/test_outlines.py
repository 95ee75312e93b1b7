"""Outlines of countries behind the maps: made when the wheel is built, and done without where there are none."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

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


def test_without_npm_the_wheel_is_built_and_says_so(
    hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "server" / "static").mkdir(parents=True)
    (tmp_path / "package.json").write_text((ROOT / "package.json").read_text())
    said: list[str] = []

    class Told:
        root = str(tmp_path)

        class app:
            display_warning = staticmethod(said.append)

    monkeypatch.setattr(hook.shutil, "which", lambda name: None)
    hook.Outlines.initialize(Told, "standard", {})
    assert said == ["Maps will have no outlines of countries: there is no npm here."]
    assert not (tmp_path / hook.OUTLINES).exists()


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
