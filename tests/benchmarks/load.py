"""Clients that ask as fast as they are answered, many connections from one thread; and servers to ask."""

from __future__ import annotations

import os
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from kg.build import Built
from kg.house import House
from tests.server_process import Running, free_port, start

JSON = "application/sparql-results+json"


@dataclass
class Loaded:
    """What a load came to: seconds each answer took, statuses, and seconds of processor time that the server used.

    `down`: after so many seconds a client could not connect any more; None where all could.
    """

    seconds: float
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0
    down: float | None = None
    cpu: float = 0.0

    @property
    def rate(self) -> float:
        return self.statuses.total() / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.times)
        return (
            ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")
        )


@dataclass(eq=False)
class _Client:
    """One connection, from an address of its own where `source` says so."""

    port: int
    source: str
    socket: socket.socket | None = None
    got: bytes = b""
    asked: float = 0.0

    def connect(self) -> socket.socket | None:
        """A connection in the place of the one before; None where nobody takes the call."""
        self.close()
        try:
            made = socket.create_connection(
                ("127.0.0.1", self.port), 10, source_address=(self.source, 0)
            )
        except OSError:
            return None
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket, self.got = made, b""
        return made

    def close(self) -> None:
        if self.socket:
            self.socket.close()
        self.socket = None

    def ask(self, request: bytes) -> None:
        assert self.socket
        self.asked = time.perf_counter()
        with suppress(OSError):  # that the connection has ended is seen where the answer is read
            self.socket.sendall(request)

    def answered(self) -> int | None:
        """The status of an answer that is whole; None while it is not."""
        assert self.socket
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError
        self.got += part
        head = self.got.find(b"\r\n\r\n")
        if head < 0:
            return None
        said = self.got[:head].lower()
        at = said.find(b"content-length:")
        if at >= 0:
            whole = len(self.got) >= head + 4 + int(said[at + 15 :].split(b"\r", 1)[0])
        else:  # in chunks
            whole = b" 304 " in said[:20] or self.got.endswith(b"0\r\n\r\n")
        if not whole:
            return None
        status = int(self.got[9:12])
        self.got = b""
        return status


def get(path: str, accept: str = JSON, more: str = "") -> bytes:
    """A request."""
    return f"GET {path} HTTP/1.1\r\nHost: h\r\nAccept: {accept}\r\n{more}\r\n".encode()


def query(text: str, path: str = "/sparql") -> bytes:
    return get(f"{path}?{urlencode({'query': text})}")


def load(
    port: int,
    requests: Sequence[bytes],
    clients: int,
    seconds: float,
    sources: Sequence[str] = ("127.0.0.1",),
    most: int | None = None,
    patience: float = 15.0,
) -> Loaded:
    """Ask in turn, each client as soon as it was answered, for so long or so often; lost is who waits `patience` s.

    Who can no longer connect leaves, so that it ends when the server has gone down; it raises nothing then.
    """
    everybody = [_Client(port, sources[n % len(sources)]) for n in range(clients)]
    result, turn = Loaded(seconds), 0
    selector = _connected(everybody, result)
    began = time.perf_counter()
    asking = selector.get_map()
    for turn, key in enumerate(list(asking.values()), 1):
        key.data.ask(requests[(turn - 1) % len(requests)])
    while asking:
        ready = selector.select(patience)
        if not ready:
            result.lost += len(asking)
            break
        for key, _ in ready:
            client, now = key.data, time.perf_counter()
            try:
                status = client.answered()
            except OSError:
                result.lost, status = result.lost + 1, -1
                selector.unregister(key.fileobj)
                if not (made := client.connect()):
                    result.down = now - began if result.down is None else result.down
                    continue
                selector.register(made, selectors.EVENT_READ, client)
            if status is None:
                continue
            if status > 0:
                result.times.append(now - client.asked)
                result.statuses[status] += 1
            if now - began >= seconds or (most and turn >= most):
                selector.unregister(client.socket)
                continue
            client.ask(requests[turn % len(requests)])
            turn += 1
    result.seconds = time.perf_counter() - began
    for client in everybody:
        client.close()
    return result


def _connected(everybody: Sequence[_Client], result: Loaded) -> selectors.BaseSelector:
    """Those who can connect; the others are lost."""
    selector = selectors.DefaultSelector()
    for client in everybody:
        if made := client.connect():
            selector.register(made, selectors.EVENT_READ, client)
        else:
            result.lost, result.down = result.lost + 1, 0.0
    return selector


_SCRIPT = """
local requests, turn = {{ {requests} }}, 0
function request()
  turn = turn % #requests + 1
  return requests[turn]
end
function done(summary, latency, all)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write("\\nCOUNTED ", summary.requests, " ", summary.duration, " ", errors.status, " ", lost, "\\n")
end
"""


def wrk(port: int, requests: Sequence[bytes], clients: int, seconds: float) -> Loaded:
    """As `load`, from one address, by wrk: it costs so little that it is not what limits the rate.

    Of statuses it tells only how many were 400 or more, counted here as 400; of times it tells none.
    """
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("wrk, the client of this benchmark, is not here: apt-get install wrk")
    texts = ", ".join('"' + "".join(f"\\{byte:03}" for byte in one) + '"' for one in requests)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "requests.lua"
        script.write_text(_SCRIPT.format(requests=texts))
        command = [
            program,
            "-t1",
            f"-c{clients}",
            f"-d{max(1, round(seconds))}s",
            "-s",
            str(script),
        ]
        told = subprocess.run(
            [*command, f"http://127.0.0.1:{port}/"], capture_output=True, text=True, check=True
        ).stdout
    counted = told[told.index("COUNTED") :].split()
    every, microseconds, bad, lost = (int(float(one)) for one in counted[1:5])
    statuses = Counter({200: every - bad, 400: bad})
    return Loaded(microseconds / 1e6, statuses=+statuses, lost=lost)


# Servers ---------------------------------------------------------------------------------------------------


@dataclass
class System:
    """A server that answers queries at a path, and its process."""

    name: str
    path: str
    running: Running

    @property
    def port(self) -> int:
        return self.running.port

    @property
    def ended(self) -> int | None:
        """The status with which its process ended, minus the signal where it was one; None: it runs."""
        return self.running.process.poll()

    def family(self) -> list[int]:
        """The ids of its process and of all that came from it."""
        children: dict[int, list[int]] = {}
        for one in Path("/proc").iterdir():
            if one.name.isdigit():
                try:
                    parent = int((one / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
                children.setdefault(parent, []).append(int(one.name))
        found, new = [], [self.running.process.pid]
        while new:
            found.append(new.pop())
            new += children.get(found[-1], [])
        return found

    def cpu(self) -> float:
        """Seconds of processor time that the family has used, those that ended and were waited for among them."""
        total = 0.0
        for pid in self.family():
            try:
                said = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += sum(map(int, said[11:15])) / os.sysconf("SC_CLK_TCK")
        return total

    def memory(self) -> int:
        """Bytes that the family holds, what is shared counted once."""
        total = 0
        for pid in self.family():
            try:
                rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
            except OSError:
                continue
            total += sum(int(line.split()[1]) for line in rolled.splitlines() if line[:4] == "Pss:")
        return total * 1024

    def first_answer(self, request: bytes, seconds: float = 120.0) -> None:
        """Wait for the first answer to a query."""
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            if load(self.port, [request], 1, 0.0).statuses[200]:
                return
            if self.ended is not None:
                break
            time.sleep(0.005)
        raise RuntimeError(f"{self.name} does not answer.")


@contextmanager
def ours(house: House, **config: object) -> Iterator[System]:
    yield from _ended(System("this server", "/sparql", start(house.root, **config)))


@contextmanager
def oxigraph(built: Built, seconds: int | None = 10) -> Iterator[System]:
    """Oxigraph's own server over the very store that ours reads, with a limit on the seconds of a query, or none.

    It begins a thread for each query that stands for as long as the limit, even when the answer is out: with 10 s and
    6,000 answers a second it runs out of memory maps after some five seconds and ends, and with 2 s it refused half
    of what wrk asked. So rates are measured with 1 s.
    """
    port, program = free_port(), shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    if program is None:
        raise SystemExit("Oxigraph's server is not here: pip install '.[benchmark]'")
    command = [program, "serve-read-only", "--location", str(built.folder / "store")]
    command += ["--bind", f"127.0.0.1:{port}"]
    command += ["--timeout-s", str(seconds)] if seconds else []
    name = "Oxigraph's server" if seconds else "Oxigraph, no limit"
    yield from _ended(System(name, "/query", Running(port, _begun(command))))


@contextmanager
def rdflib_endpoint(built: Built) -> Iterator[System]:
    """rdflib-endpoint over the same statements, in memory as it comes."""
    import pyoxigraph as ox

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.nt"
        built.open().dump(file, ox.RdfFormat.N_TRIPLES, default_only=True)
        port = free_port()
        command = [sys.executable, "-m", "rdflib_endpoint", "serve", str(file)]
        command += ["--host", "127.0.0.1", "--port", str(port)]
        yield from _ended(System("rdflib-endpoint", "/", Running(port, _begun(command))))


def _begun(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _ended(system: System) -> Iterator[System]:
    try:
        yield system
    finally:
        system.running.process.kill()
        system.running.process.wait()
