"""What was heard of each thing, kept on disk with its day, endpoint and licence, so that nobody is asked twice for it.

One small file for each thing: a run that is stopped loses nothing, and batches may be cut anew.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.build import cache_folder
from kg.enriching.endpoint import Phrase
from kg.enriching.settings import Endpoint
from kg.errors import SourceUnavailable


@dataclass(frozen=True)
class Kept:
    """What an endpoint said of one item, and on which day."""

    item: str
    day: datetime.date
    said: tuple[Phrase, ...]


class Cache:
    """The answers of one endpoint to one set of fields."""

    def __init__(self, endpoint: Endpoint, folder: Path | None = None) -> None:
        fields = [(one.name, one.predicate, one.kind) for one in endpoint.fields]
        asked = json.dumps([endpoint.endpoint, endpoint.subject, fields])
        mark = hashlib.sha256(asked.encode()).hexdigest()[:12]
        self._endpoint = endpoint
        self.folder = (folder or cache_folder() / "enrich") / f"{endpoint.name}-{mark}"

    def get(self, item: str, since: datetime.date) -> Kept | None:
        """What is kept of an item, unless it is older; None too for a file that is damaged."""
        try:
            told = json.loads(self._file(item).read_text("utf-8"))
            day = datetime.date.fromisoformat(told["day"])
            if told["item"] != item or day < since:
                return None
            return Kept(item, day, tuple((item, name, _term(one)) for name, one in told["said"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, item: str, day: datetime.date, said: list[Phrase]) -> None:
        """Keep what was said of an item; the file is there whole or not at all."""
        told = {
            "item": item,
            "day": day.isoformat(),
            "endpoint": self._endpoint.endpoint,
            "licence": self._endpoint.licence,
            "said": [[name, _plain(value)] for _, name, value in said],
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, work = tempfile.mkstemp(prefix="writing-", dir=self.folder)
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                json.dump(told, out, ensure_ascii=False)
            Path(work).replace(self._file(item))
        except OSError as error:
            raise SourceUnavailable(f"The cache folder {self.folder}", str(error)) from error

    def _file(self, item: str) -> Path:
        return self.folder / f"{hashlib.sha256(item.encode()).hexdigest()[:32]}.json"


def _plain(value: ox.NamedNode | ox.Literal) -> dict[str, str]:
    if isinstance(value, ox.NamedNode):
        return {"iri": value.value}
    told = {"text": value.value}
    return told | (
        {"language": value.language} if value.language else {"datatype": value.datatype.value}
    )


def _term(told: dict[str, Any]) -> ox.NamedNode | ox.Literal:
    if "iri" in told:
        return ox.NamedNode(told["iri"])
    if "language" in told:
        return ox.Literal(told["text"], language=told["language"])
    return ox.Literal(told["text"], datatype=ox.NamedNode(told["datatype"]))
