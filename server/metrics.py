"""What the server has done, in numbers that Prometheus reads; and one line of JSON for each request, about nobody.

No address, no name of a program, no query and nothing that stands behind `?` is counted or written down.
"""

from __future__ import annotations

import json
import resource
import sys
import threading
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TextIO

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)  # seconds
_ROOMS = ("sparql", "queries", "validate", "reconcile", "search", "explore", "static", "health")


def room(path: str) -> str:
    """Which part of the server a path belongs to: one of a few words, whatever is asked for."""
    first = path.split("/", 2)[1].split(".", 1)[0] if path.startswith("/") else ""
    return first if first in _ROOMS else "pages"


class Metrics:
    """Counts of requests by part, status and origin, and how long they took."""

    def __init__(self, log: TextIO | None = None) -> None:
        self._began = time.time()
        self._log = log
        self._requests: Counter[tuple[str, int, str]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: Counter[str] = Counter()
        self._lock = threading.Lock()

    def note(
        self, method: str, path: str, status: int, origin: str, seconds: float, size: int
    ) -> None:
        """Count a request, from any thread. `origin`: "kept", "worker" or "page"."""
        part = room(path)
        with self._lock:
            self._requests[part, status, origin] += 1
            if part not in self._buckets:
                self._buckets[part] = [0] * (len(_BOUNDS) + 1)
            self._buckets[part][bisect_left(_BOUNDS, seconds)] += 1
            self._seconds[part] += seconds  # type: ignore[assignment]  # a sum of seconds
        if self._log:
            facts = {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "method": method,
                "part": part,
                "status": status,
                "origin": origin,
                "ms": round(seconds * 1e3, 2),
                "bytes": size,
            }
            self._log.write(json.dumps(facts) + "\n")
            self._log.flush()

    def written(self, version: str, counts: Mapping[str, int], now: Mapping[str, int]) -> str:
        """All of it, as Prometheus reads it. `counts`: how queries ended; `now`: how many stand where."""
        lines = [
            *_family("kg_info", "gauge", [(f'version="{version}"', 1)]),
            *_family("kg_start_time_seconds", "gauge", [("", round(self._began, 3))]),
            *_family(
                "kg_requests_total",
                "counter",
                [
                    (f'part="{part}",status="{status}",origin="{origin}"', count)
                    for (part, status, origin), count in sorted(self._requests.items())
                ],
            ),
            *_family(
                "kg_queries_total",
                "counter",
                [(f'end="{end}"', count) for end, count in sorted(counts.items())],
            ),
            *_family(
                "kg_queries", "gauge", [(f'state="{it}"', count) for it, count in now.items()]
            ),
            *self._durations(),
            *_family("kg_memory_peak_bytes", "gauge", [("", _memory())]),
        ]
        return "\n".join(lines) + "\n"

    def _durations(self) -> Iterable[str]:
        name = "kg_request_seconds"
        yield f"# TYPE {name} histogram"
        for part, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*_BOUNDS, "+Inf"), buckets, strict=True):
                total += count
                yield f'{name}_bucket{{part="{part}",le="{bound}"}} {total}'
            yield f'{name}_sum{{part="{part}"}} {self._seconds[part]:.6f}'
            yield f'{name}_count{{part="{part}"}} {total}'


def _family(name: str, kind: str, values: Iterable[tuple[str, float]]) -> Iterable[str]:
    yield f"# TYPE {name} {kind}"
    for labels, value in values:
        yield f"{name}{{{labels}}} {value}" if labels else f"{name} {value}"


def _memory() -> int:
    """The most that the serving process ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
