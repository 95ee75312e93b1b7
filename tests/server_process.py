"""The server as a process of its own, on loopback, for tests and benchmarks of what only a real one shows."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_RUN = """
import json, sys
from kg.sandbox.pool import begin
begin()
from server import create_app
from server.cli import listen
from server.serving import leave, run
facts = json.loads(sys.argv[1])
application = lambda: create_app(facts["config"])
listener, log = listen("127.0.0.1", facts["port"]), sys.stderr if facts["log"] else None
run(application(), listener, application, facts["behind_proxy"], log=log)
leave()
"""


@dataclass
class Running:
    """A server that answers, and its process."""

    port: int
    process: subprocess.Popen[bytes]

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        source: str = "127.0.0.1",
    ) -> tuple[int, dict[str, str], bytes]:
        """The status, the headers (names in small letters) and the body of an answer, on a connection of its own."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=60, source_address=(source, 0)
        )
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, named, answer.read()
        finally:
            connection.close()

    def send(self, raw: bytes, seconds: float = 30.0) -> bytes:
        """What comes back for these bytes until the connection ends, or nothing more comes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            connection.sendall(raw)
            parts = []
            try:
                while part := connection.recv(65_536):
                    parts.append(part)
            except (TimeoutError, ConnectionResetError):
                pass
            return b"".join(parts)

    def version(self) -> str:
        return str(json.loads(self.ask("/health")[2])["version"])

    def await_answer(self, seconds: float = 60.0) -> float:
        """Wait until it answers; returns how long that took, in seconds."""
        began = time.perf_counter()
        while True:
            try:
                if self.ask("/health")[0] == 200:
                    return time.perf_counter() - began
            except OSError:
                pass
            if self.process.poll() is not None or time.perf_counter() - began > seconds:
                raise RuntimeError("The server does not answer.")
            time.sleep(0.01)

    def stop(self, sign: int = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(20)


def free_port() -> int:
    """A port that nobody has, below those that systems give to clients: who calls one of those may meet itself."""
    while True:
        with socket.socket() as probe:
            port = random.randint(15_000, 30_000)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def start(
    house: Path, port: int = 0, behind_proxy: bool = False, log: Any = None, **config: object
) -> Running:
    """Start a server over a house; it may not answer yet. `log`: a file that its lines about requests go to."""
    port = port or free_port()
    facts = {"config": {"HOUSE": str(house), **config}, "port": port, "behind_proxy": behind_proxy}
    facts["log"] = log is not None
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, json.dumps(facts)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    return Running(port, process)


@contextmanager
def serving(
    house: Path, behind_proxy: bool = False, log: Any = None, **config: object
) -> Iterator[Running]:
    """A server that answers, ended at the end."""
    running = start(house, behind_proxy=behind_proxy, log=log, **config)
    try:
        running.await_answer()
        yield running
    finally:
        running.process.kill()
        running.process.wait()
