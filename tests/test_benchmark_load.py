"""What the benchmarks say of a server that goes down while it is asked."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.benchmarks.hostile import AHEAD, fate, report
from tests.benchmarks.load import Loaded, System, get, load
from tests.server_process import Running, free_port

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def failing() -> Iterator[int]:
    """The port of a server that answers the first request that it reads, and goes down when it reads the next."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connections = [listener.accept()[0] for _ in range(3)]
        connections[0].recv(65_536)
        connections[0].sendall(ANSWER)
        connections[0].recv(65_536)
        listener.close()
        for connection in connections:
            connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    thread.join()


def test_what_a_server_that_goes_down_did_not_answer_is_lost(failing: int):
    found = load(failing, [get("/")], clients=3, seconds=30.0)
    assert (found.statuses, found.lost) == (Counter({200: 1}), 3)
    assert found.down is not None
    assert 0 < found.down <= found.seconds < 30


def test_of_a_server_that_is_not_there_all_is_lost_at_once():
    found = load(free_port(), [get("/")], clients=2, seconds=30.0)
    assert (found.statuses.total(), found.lost, found.down) == (0, 2, 0.0)


def ended(program: str) -> System:
    process = subprocess.Popen([sys.executable, "-c", program])
    process.wait()
    return System("Somebody's server", "/", Running(1, process))


def test_the_report_says_that_a_server_went_down_and_when(capsys: pytest.CaptureFixture[str]):
    aborted = ended("import os; os.kill(os.getpid(), 9)")
    report(aborted, 0.001, Loaded(2.0, [0.01], Counter({200: 1}), lost=47, down=1.5), {"400": 3})
    said = capsys.readouterr().out
    went = f"it WENT DOWN {AHEAD + 1.5:.1f} s after the attack began: its process ended by signal 9"
    assert f"Somebody's server: {went}\n" in said
    assert "answered 1, refused 0, lost 47" in said
    assert "goal: NOT met" in said
    assert "with status 3" in fate(ended("raise SystemExit(3)"), Loaded(2.0))
    assert "within the first 3 s" in fate(aborted, Loaded(0.0, lost=48, down=0.0))
