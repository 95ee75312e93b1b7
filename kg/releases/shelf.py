"""The folder of releases: `2026.11.tar.xz` and, beside it, `2026.11.json`, which says what it is.

Cost, measured on the first release (97,275 statements): 0.45 MB as tar.xz; canonical N-Quads of the same weigh 0.81 MB
with xz and 1.04 MB with gzip, and a compiled store with its index 34 MB. xz comes with Python.
A release's store is compiled once, into the cache, where the latest few are kept.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import platformdirs

from kg.build import Built, build, cache_folder, forget_old, named_quads
from kg.canonical import digest
from kg.errors import BadRelease, SourceUnavailable, UnknownVersion
from kg.house import FOLDERS, House

_NAME = re.compile(r"[0-9]{4}\.(0[1-9]|1[0-2])(\.[1-9][0-9]{0,3})?")


@dataclass(frozen=True)
class Release:
    """A kept version. `version` is the digest of the files it was made of, `graph` the RDFC-1.0 hash of its
    statements, `sha256` that of its archive; `redacted` the days on which something was taken out of it since.
    """

    name: str
    version: str
    graph: str
    made: str
    statements: int
    bytes: int
    sha256: str
    redacted: list[str] = field(default_factory=list)


def shelf_folder() -> Path:
    """KG_RELEASES, or this person's data folder for the project."""
    named = os.environ.get("KG_RELEASES")
    if named:
        return Path(named)
    return Path(platformdirs.user_data_dir("human-rights-cities-kg")) / "releases"


@dataclass(frozen=True)
class Shelf:
    """Where releases are kept."""

    folder: Path

    @classmethod
    def usual(cls) -> Shelf:
        return cls(shelf_folder())

    def releases(self) -> list[Release]:
        """What is kept, oldest first."""
        found = [_read(file) for file in self.folder.glob("*.json") if _NAME.fullmatch(file.stem)]
        return sorted(found, key=lambda one: [int(part) for part in one.name.split(".")])

    def find(self, version: str) -> Release:
        """A release by its name, or by the digest of its files. Raises UnknownVersion."""
        for one in self.releases():
            if version in (one.name, one.version):
                return one
        raise UnknownVersion(version[:80], [one.name for one in self.releases()])

    def name_of(self, version: str) -> str:
        """What a digest is cited as: the release of these files if there is one, else the digest."""
        return next((one.name for one in self.releases() if one.version == version), version)

    def keep(self, house: House, name: str) -> Release:
        """Make a release. Raises BadRelease where the name is taken or none, SourceUnavailable."""
        if not _NAME.fullmatch(name):
            raise BadRelease(f"A release is called as 2026.11 or 2026.11.1 are, not {name!r}.")
        if (self.folder / f"{name}.json").exists():
            raise BadRelease(
                f"{name} is kept already, and a release never changes. Choose another."
            )
        release = self.write(house, name, house.digest())
        self.open(release)
        return release

    def write(self, house: House, name: str, version: str, old: Release | None = None) -> Release:
        """Write a release's archive and facts; `old` is the one it takes the place of, after a redaction."""
        content = packed(house)
        quads = list(named_quads(house))
        today = datetime.date.today().isoformat()
        redacted = [*old.redacted, today] if old else []
        release = Release(
            name=name,
            version=version,
            graph=digest(quads),
            made=old.made if old else today,
            statements=len(quads),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            redacted=redacted,
        )
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _replace(self._archive(release), content)
            facts = json.dumps(asdict(release), indent=1) + "\n"
            _replace(self.folder / f"{name}.json", facts.encode())
        except OSError as error:
            why = error.strerror or str(error)
            raise SourceUnavailable(f"The folder of releases {self.folder}", why) from error
        return release

    def house(self, release: Release) -> House:
        """A release's files, unpacked into the cache. Raises SourceUnavailable where the archive is not as it was."""
        home = _cache() / "houses" / f"{release.name}-{release.sha256[:16]}"
        if not home.is_dir():
            home.parent.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(prefix="unpacking-", dir=home.parent))
            try:
                with tarfile.open(
                    fileobj=io.BytesIO(self._content(release)), mode="r:xz"
                ) as archive:
                    archive.extractall(work, filter="data")
                for folder in FOLDERS:
                    (work / folder).mkdir(exist_ok=True)
                work.rename(home)
            except OSError:
                if not home.is_dir():  # else another process was quicker
                    raise
            finally:
                shutil.rmtree(work, ignore_errors=True)
            others = (one for one in home.parent.iterdir() if one != home)
            forget_old(one for one in others if "unpacking" not in one.name)
        return House(home)

    def open(self, release: Release) -> Built:
        """A release's compiled store; compiled now if it is not in the cache."""
        return build(self.house(release), cache=_cache() / "stores")

    def is_ready(self, release: Release) -> bool:
        """Whether opening it compiles nothing."""
        home = _cache() / "houses" / f"{release.name}-{release.sha256[:16]}"
        if not home.is_dir():
            return False
        stores = (_cache() / "stores").glob(f"{House(home).digest()}-*/built.json")
        return any(stores)

    def _archive(self, release: Release) -> Path:
        return self.folder / f"{release.name}.tar.xz"

    def _content(self, release: Release) -> bytes:
        file = self._archive(release)
        try:
            content = file.read_bytes()
        except OSError as error:
            raise SourceUnavailable(str(file), error.strerror or str(error)) from error
        if hashlib.sha256(content).hexdigest() != release.sha256:
            raise SourceUnavailable(str(file), "it is not what was kept (its SHA-256 differs).")
        return content


def packed(house: House) -> bytes:
    """The files of a house as a tar.xz that is the same whenever they are."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz", preset=6, format=tarfile.USTAR_FORMAT) as archive:
        for folder in FOLDERS:
            for file in house.files(folder):
                content = file.read_bytes()
                entry = tarfile.TarInfo(file.relative_to(house.root).as_posix())
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def _cache() -> Path:
    return cache_folder() / "releases"


def _read(file: Path) -> Release:
    try:
        facts: Mapping[str, object] = json.loads(file.read_text(encoding="utf-8"))
        return Release(**facts)  # type: ignore[arg-type]
    except (OSError, ValueError, TypeError) as error:
        raise SourceUnavailable(str(file), str(error)) from error


def _replace(file: Path, content: bytes) -> None:
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    fresh.write_bytes(content)
    fresh.replace(file)
