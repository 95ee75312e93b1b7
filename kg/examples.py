"""A right and a wrong example of each shape: the files that the tests judge, as a page shows them.

`tests/shapes/CLASS/NAME.ttl` breaks the shape CLASS-NAME and no other; its first line says how one comes to write that.
Its mended twin is `tests/mended/CLASS/NAME.ttl`, or `tests/shapes/CLASS/ok.ttl` where that is the same. All of them
speak of invented places (`tests/world`), so that no example says anything of a real one.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import FormatLoss
from kg.house import House
from kg.turtle import formatted


@dataclass(frozen=True)
class Example:
    """A right and, for a shape that can be broken, a wrong text in Turtle, without their prefixes.

    `story` is how somebody came to write the wrong one.
    """

    right: str
    wrong: str = ""
    story: str = ""


def example(house: House, shape: str) -> Example | None:
    """The example of a shape by its name, as in `Act-place-is-known` or `Act`; None where the house has none."""
    cls, _, name = shape.partition("-")
    if not re.fullmatch(r"[A-Za-z]+", cls) or not re.fullmatch(r"[a-z-]*", name):
        return None
    folder = house.root / "tests"
    ok, wrong = folder / "shapes" / cls / "ok.ttl", folder / "shapes" / cls / f"{name}.ttl"
    if not ok.is_file():
        return None
    if not wrong.is_file():
        return Example(_shown(ok))
    mended = folder / "mended" / cls / f"{name}.ttl"
    story = wrong.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
    return Example(_shown(mended if mended.is_file() else ok), _shown(wrong), story)


def _shown(file: Path) -> str:
    """A file as it is kept in data/, without what stands above its first thing."""
    text = file.read_text(encoding="utf-8")
    with suppress(FormatLoss):  # a wrong example may show that something has no name
        text = formatted(text, str(file))
    lines = [line for line in text.splitlines() if not line.startswith(("PREFIX ", "#"))]
    return "\n".join(lines).strip() + "\n"
