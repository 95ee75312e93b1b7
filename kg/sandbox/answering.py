"""What a worker for queries does, and how a question and its answer cross the pipe.

The answer comes back as the bytes that are sent to whoever asked, under a head of a few words, and is never
unpickled: what ran a stranger's query is not trusted with more than text.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import signal
import struct
import time
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kg import errors
from kg.answers import GRAPHS, TABLES, Answer, Ceiling, Wanted
from kg.errors import Crashed, KgError
from kg.phrases import as_data, from_data
from kg.sandbox import cage, frames
from kg.screening import is_harmless, only_known, screen
from kg.store import EmbeddedStore
from kg.writing import UNLIMITED

READY = b"ready"
_HEAD = struct.Struct("!dH")  # the CPU seconds of the worker so far, and the length of the head
_FORMATS = {form.name: form for form in (*TABLES.values(), *GRAPHS.values())}


@dataclass(frozen=True)
class Question:
    """A query and the form of its answer. `most`: only so many rows or lines of it, for a page; 0: all.

    `ours`: a saved question of the house, which is not screened.
    """

    text: str
    wanted: Wanted
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    ceiling: Ceiling = UNLIMITED
    most: int = 0
    ours: bool = False

    def packed(self, seconds: float) -> bytes:
        """The question as it crosses to a worker, with the CPU seconds that it may use."""
        wanted, ceiling = self.wanted, self.ceiling
        facts = (wanted.table, wanted.graph, ceiling.bytes, ceiling.rows, self.most, self.ours)
        return marshal.dumps((seconds, self.text, self.default_graphs, self.named_graphs, *facts))


def unpacked(frame: bytes) -> tuple[float, Question]:
    """The seconds and the question."""
    seconds, text, default, named, table, graph, size, rows, most, ours = marshal.loads(frame)
    return seconds, Question(
        text, Wanted(table, graph), default, named, Ceiling(size, rows), most, ours
    )


@dataclass(frozen=True)
class Reply:
    """What came back: the CPU seconds that the worker has used in its life; an answer, or an error to be raised.

    `of` is how many rows or lines the whole answer has, where only its beginning was asked for.
    """

    cpu: float
    answer: Answer | None
    error: Exception | None = None
    of: int = 0

    def value(self) -> Answer:
        """The answer, or its error raised."""
        if self.answer is None:
            raise self.error or Crashed()
        return self.answer


def read_reply(frame: bytes) -> Reply:
    """What a worker sent."""
    cpu, length = _HEAD.unpack_from(frame)
    start = _HEAD.size
    said = _said(frame[start : start + length])
    if said[0] == "error":
        return Reply(cpu, None, _error(said[1], said[2]))
    kind, form, of = said
    return Reply(cpu, Answer(kind, _FORMATS[form], frame[start + length :]), None, of)


@lru_cache(64)
def _said(head: bytes) -> Any:
    return json.loads(head)


def _error(name: str, facts: list[object]) -> Exception:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, KgError):
        with contextlib.suppress(ValueError):  # no words: said below as what it is
            error: Exception = kind(*map(from_data, facts))
            return error
    return RuntimeError(f"{name}: {facts}")  # a defect of ours: said as such


def answered(store: EmbeddedStore, known: frozenset[str], question: Question) -> tuple[Answer, int]:
    """The answer to a question, and how many rows or lines it has where it was cut for a page."""
    if not question.ours:
        if not is_harmless(question.text):
            screen(question.text, known)
        only_known((*question.default_graphs, *question.named_graphs), known)
    answer = store.answer(
        question.text,
        question.wanted,
        question.default_graphs,
        question.named_graphs,
        question.ceiling,
    )
    return _beginning(answer, question.most) if question.most else (answer, 0)


def _beginning(answer: Answer, most: int) -> tuple[Answer, int]:
    if answer.kind == "graph":
        lines = answer.body.splitlines()
        return Answer("graph", answer.format, b"\n".join(lines[:most])), len(lines)
    data = json.loads(answer.body)
    if "boolean" in data:
        return answer, 1
    rows = data["results"]["bindings"]
    data["results"]["bindings"] = rows[:most]
    return Answer("table", answer.format, json.dumps(data).encode()), len(rows)


def work(pipe: Connection, folder: str, version: str) -> None:
    """The worker's whole life: shut itself in, open the store, answer until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    network_is_cut = cage.cut_network()
    store = EmbeddedStore(Path(folder), version)
    known = frozenset(store.graphs())
    cage.close_up(network_is_cut)
    fd = pipe.fileno()
    with contextlib.suppress(ConnectionError):
        frames.send(fd, READY)
        for message in frames.messages(fd):
            seconds, question = unpacked(message)
            cage.allow_seconds(seconds)
            frames.send(fd, _reply(store, known, question))


def _reply(store: EmbeddedStore, known: frozenset[str], question: Question) -> bytes:
    body = b""
    try:
        answer, of = answered(store, known, question)
        head, body = _kind(answer.kind, answer.format.name, of), answer.body
    except KgError as error:
        head = _trouble(type(error).__name__, *error.args)
    except (MemoryError, RecursionError):
        head = _trouble("Crashed")
    except Exception as error:
        head = _trouble(type(error).__name__, str(error))
    return _HEAD.pack(time.process_time(), len(head)) + head + body


@lru_cache(64)
def _kind(kind: str, form: str, of: int) -> bytes:
    return json.dumps([kind, form, of]).encode()


def _trouble(name: str, *facts: object) -> bytes:
    return json.dumps(["error", name, [as_data(fact) for fact in facts]]).encode()
