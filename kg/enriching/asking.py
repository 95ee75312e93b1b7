"""An endpoint is asked about all items, a batch at a time, as gently as it wants, and about nothing that is known."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kg.enriching.cache import Cache, Kept
from kg.enriching.endpoint import EndpointTrouble, Heard, ask
from kg.enriching.settings import Endpoint

DAYS = 30  # after which an answer is asked for again
PATIENCE = 120.0  # seconds that are waited in all because an endpoint asks for it
_TRIES = 3  # of one batch, when the endpoint is away

Asked = Callable[[Endpoint, Sequence[str]], Heard]


@dataclass
class Outcome:
    """What is known of the items after a run; `trouble` says why some are missing, if some are."""

    endpoint: Endpoint
    kept: list[Kept] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    trouble: str = ""

    def sentence(self) -> str:
        """The outcome as the person at the keyboard would say it."""
        heard = sum(bool(one.said) for one in self.kept)
        told = f"{self.endpoint.title}: {heard} things with an answer, {len(self.kept) - heard} without one, "
        told += f"{self.requests} requests."
        for why, often in sorted(self.refused.items()):
            told += f" {often} values {why} were left out."
        if self.trouble:
            told += f" {self.trouble} {len(self.missing)} things are still to be asked about; run it again."
        return told


class Asker:
    """Goes through items. `sleep` and `asking` are replaced in tests that must not wait."""

    def __init__(
        self,
        endpoint: Endpoint,
        cache: Cache,
        *,
        sleep: Callable[[float], None] | None = None,
        asking: Asked = ask,
        patience: float = PATIENCE,
    ) -> None:
        self._endpoint, self._cache = endpoint, cache
        self._sleep, self._asking, self._patience = sleep or time.sleep, asking, patience
        self._outcome = Outcome(endpoint)

    def run(
        self,
        items: Sequence[str],
        today: datetime.date,
        days: int = DAYS,
        progress: Callable[[int], None] = lambda done: None,
    ) -> Outcome:
        """All that can be learned of the items. Trouble is told in the outcome, never raised."""
        since = today - datetime.timedelta(days=days) if days else datetime.date.max
        known = {item: self._cache.get(item, since) for item in items}
        self._outcome.kept = [one for one in known.values() if one is not None]
        open_ = [item for item, one in known.items() if one is None]
        progress(len(self._outcome.kept))
        while open_:
            batch, open_ = open_[: self._endpoint.batch], open_[self._endpoint.batch :]
            try:
                self._batch(batch, today)
            except EndpointTrouble as trouble:
                self._outcome.trouble = str(trouble)
                done = {one.item for one in self._outcome.kept}
                self._outcome.missing = [item for item in [*batch, *open_] if item not in done]
                self._outcome.kept += self._older(self._outcome.missing)
                break
            progress(len(batch))
        return self._outcome

    def _older(self, items: Sequence[str]) -> list[Kept]:
        """What was heard too long ago, where nothing newer can be had."""
        found = (self._cache.get(item, datetime.date.min) for item in items)
        return [one for one in found if one is not None]

    def _batch(self, items: Sequence[str], today: datetime.date) -> None:
        try:
            heard = self._patiently(items)
        except EndpointTrouble as trouble:
            if not trouble.smaller or len(items) == 1:
                raise
            half = len(items) // 2
            self._batch(items[:half], today)
            self._batch(items[half:], today)
            return
        for why, often in heard.refused.items():
            self._outcome.refused[why] = self._outcome.refused.get(why, 0) + often
        for item in items:
            said = [one for one in heard.said if one[0] == item]
            self._cache.put(item, today, said)
            self._outcome.kept.append(Kept(item, today, tuple(said)))

    def _patiently(self, items: Sequence[str]) -> Heard:
        """One request, and again when the endpoint was away or asked to wait, as long as patience lasts."""
        for attempt in range(1, _TRIES + 1):
            if self._outcome.requests:
                self._sleep(self._endpoint.pause)
            self._outcome.requests += 1
            try:
                return self._asking(self._endpoint, items)
            except EndpointTrouble as trouble:
                wait = trouble.wait if trouble.wait is not None else float(2**attempt)
                if trouble.smaller or attempt == _TRIES or wait > self._patience:
                    raise _with_wait(trouble) from trouble
                self._patience -= wait
                self._sleep(wait)
        raise AssertionError("not reached")


def _with_wait(trouble: EndpointTrouble) -> EndpointTrouble:
    if trouble.wait is None:
        return trouble
    why = f"{trouble.why}; it may be asked again in {trouble.wait:,.0f} s"
    return EndpointTrouble(trouble.title, why, trouble.wait, trouble.smaller)
