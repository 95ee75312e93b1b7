"""The index of another server's graph, made from it once an hour by a process of its own, and asked as ours is.

Until there is one, the other server is asked in SPARQL, which finds less.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from kg.errors import IndexNotReady
from kg.search.finder import Finder
from kg.search.found import Found, Wish
from kg.search.index import write_index
from kg.search.remote import RemoteFinder
from kg.store import RemoteStore

_FRESH = 3_600.0  # seconds for which an index is taken for what the other server has


class GatheredFinder:
    """Finds things in the index of another server's graph. It may be asked from several threads."""

    def __init__(self, address: str, cache: Path) -> None:
        """`address` as for RemoteStore, `cache` the folder in which the index lies. Raises SourceUnavailable."""
        store = RemoteStore(address)
        self._address = address
        self._file = _place(store, cache)
        self._meanwhile = RemoteFinder(store)
        self._lock = threading.Lock()
        self._making: subprocess.Popen[bytes] | None = None
        self._tried = 0.0
        self._finder: tuple[float, Finder] | None = None

    def find(self, wish: Wish) -> Found:
        """As `Search.find`, without waiting for an index.

        Raises IndexNotReady for a facet that only the index has, while there is none.
        """
        self.prepare()
        finder = self._present()
        if finder:
            return finder.find(wish)
        if set(wish.facets) - {"kind"}:
            raise IndexNotReady
        return self._meanwhile.find(wish)

    def prepare(self) -> None:
        """Have the index made where there is none or an old one, unless that is done or was just tried."""
        with self._lock:
            if self._making and self._making.poll() is None:
                return
            if time.time() - max(_made(self._file), self._tried) < _FRESH:
                return
            self._tried = time.time()
            told = os.environ | {"KG_ENDPOINT": self._address, "KG_CACHE": str(self._file.parent)}
            self._making = subprocess.Popen([sys.executable, "-m", "kg.search"], env=told)

    def _present(self) -> Finder | None:
        """The latest index; a finder remembers words of it, so a new one has a new finder."""
        made = _made(self._file)
        with self._lock:
            if made and (self._finder is None or self._finder[0] != made):
                self._finder = (made, Finder(self._file))
            return self._finder[1] if self._finder else None

    def close(self) -> None:
        """End what makes an index."""
        with self._lock:
            if self._making and self._making.poll() is None:
                self._making.kill()
                self._making.wait()


def gather(address: str, cache: Path) -> None:
    """Make the index of another server's graph, or make it anew. Raises SourceUnavailable."""
    store = RemoteStore(address)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="elsewhere-") as folder:
        fresh = Path(folder) / "search.sqlite"
        write_index(store, fresh)
        if fresh.is_file():
            fresh.replace(_place(store, cache))


def gathered(address: str, cache: Path) -> Finder:
    """What finds things in the index of another server's graph, made now if it is old. Raises SourceUnavailable."""
    file = _place(RemoteStore(address), cache)
    if time.time() - _made(file) > _FRESH:
        gather(address, cache)
    return Finder(file)


def _place(store: RemoteStore, cache: Path) -> Path:
    digest = hashlib.sha256(store.endpoint.encode()).hexdigest()[:16]
    return cache / f"elsewhere-{digest}.sqlite"


def _made(file: Path) -> float:
    """When a file was made; 0 where it is not."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
