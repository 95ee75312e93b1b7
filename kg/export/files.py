"""What the files of an export are called, and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LICENSE = "https://creativecommons.org/licenses/by/4.0/"
TITLE = "Human Rights Cities Knowledge Graph"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"
_MEDIA_TYPES = {
    ".nq": "application/n-quads",
    ".trig": "application/trig",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".csv": "text/csv",
    ".sqlite": "application/vnd.sqlite3",
    ".json": "application/json",
}


@dataclass(frozen=True)
class Written:
    """A file that was written: its path within the folder, with `/`, and what it is in a few words."""

    path: str
    title: str

    @classmethod
    def of(cls, file: Path, folder: Path, title: str) -> Written:
        return cls(file.relative_to(folder).as_posix(), title)


def media_type(path: str) -> str:
    """The media type of a file by its ending; text/plain for others."""
    return _MEDIA_TYPES.get(Path(path).suffix, "text/plain")
