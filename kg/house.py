"""Where the graph comes from: a folder with ontology/, shapes/, data/ and queries/.

Three places are looked at: the folder named by the person (or by KG_HOUSE), the current folder and those
above it, and at last the copy that the installed package carries. So a contributor in a checkout sees
the files being edited, and everybody else sees the published ones.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from kg.errors import HouseMissing
from kg.namespaces import BASE

FOLDERS = ("ontology", "shapes", "data", "queries")
PACKAGED = Path(__file__).parent / "house"
CHECKOUT = Path(__file__).parent.parent


@dataclass(frozen=True)
class House:
    """The folder that holds the four folders."""

    root: Path

    def files(self, folder: str) -> list[Path]:
        """The files of one folder that count, in the order of their paths."""
        ending = "*.rq" if folder == "queries" else "*.ttl"
        return sorted((self.root / folder).rglob(ending))

    def translations(self) -> list[Path]:
        """The catalogues of the questions' words, one for each language besides English: see kg/wording.py."""
        return sorted((self.root / "queries" / "translations").glob("*.po"))

    def graph_name(self, file: Path) -> str | None:
        """The IRI of the named graph that a file of this house is; None for a file from elsewhere."""
        try:
            inside = file.resolve().relative_to(self.root.resolve())
        except ValueError:
            return None
        known = len(inside.parts) > 1 and inside.parts[0] in FOLDERS
        return BASE + inside.with_suffix("").as_posix() if known else None

    def digest(self) -> str:
        """A hash of every file's path and content: the version of the graph, 16 hex digits."""
        content = hashlib.sha256()
        files = [file for folder in FOLDERS for file in self.files(folder)]
        for file in [*files, *self.translations()]:
            content.update(file.relative_to(self.root).as_posix().encode() + b"\0")
            content.update(hashlib.sha256(file.read_bytes()).digest())
        return content.hexdigest()[:16]


def find_house(named: str | Path | None = None) -> House:
    """The house that was named, else the one around the current folder, else the packaged one.

    Raises HouseMissing when a named folder, or the installation, lacks one of the four folders.
    """
    named = named or os.environ.get("KG_HOUSE")
    if named:
        return _complete(Path(named))
    here = Path.cwd()
    for folder in (here, *here.parents):
        if not _missing(folder) and (folder / "ontology" / "core.ttl").is_file():
            return House(folder)
    return _complete(PACKAGED if PACKAGED.is_dir() else CHECKOUT)


def _missing(folder: Path) -> list[str]:
    return [name for name in FOLDERS if not (folder / name).is_dir()]


def _complete(folder: Path) -> House:
    missing = _missing(folder)
    if missing:
        raise HouseMissing(str(folder), missing)
    return House(folder)
