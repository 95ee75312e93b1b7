"""What is made of the graph and lasts as long as its version: five minutes, where another server has the graph."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from kg.store import Store

T = TypeVar("T")


class Lasting(Generic[T]):
    """What takes long to make, made once for each version of a graph, however many want it at the same time."""

    def __init__(self, store: Store, make: Callable[[], T]) -> None:
        self._store, self._make = store, make
        self._made: tuple[str, T] | None = None
        self._lock = threading.Lock()

    def get(self) -> T:
        """It, made of the present version. Raises what the making raises, and then makes it again for the next."""
        with self._lock:
            version = self._store.version
            if self._made is None or self._made[0] != version:
                self._made = (version, self._make())
            return self._made[1]
