"""What a worker process may not do: reach the network, write files, grow, outlive its time.

Linux first. `unshare` takes the network away and works only while the process has one thread, so it comes
before the store is opened. Where it is not allowed (and on macOS) the descriptor limit does it instead: all
slots below the limit are filled, so no socket can be made. Either way the worker tries to make a connection
before it takes its first job and does not start if one could be made.
"""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import sys
import time
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
MEMORY = 1 << 30  # bytes a worker may take beyond what it has when its store is open
_allowed = 0  # seconds of CPU time after which the system ends this process, as far as it was told


def cut_network() -> bool:
    """Leave the machine's network for an empty one. True where the system allows it."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return any(
        libc.unshare(flags) == 0 for flags in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET)
    )


def close_up(network_is_cut: bool, may_write: int = 0) -> None:
    """Set the limits that need not come first. Call when everything is open and imported.

    `may_write` is how many bytes a file may grow to: none, but for a worker with a copy of the store to try changes on.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (may_write, may_write))
    if sys.platform.startswith("linux"):
        room = _address_space() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
    if not network_is_cut:
        _fill_descriptors()
    if _can_connect():
        raise SystemExit("kg: this worker could still reach the network, so it does not start.")


def allow_seconds(seconds: float) -> None:
    """Let this process use so much more CPU time; the system ends it after that."""
    global _allowed
    until = int(time.process_time() + seconds) + 2
    if until != _allowed:
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (until, hard))
        _allowed = until


def _address_space() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _fill_descriptors() -> None:
    highest = max(int(one.name) for one in Path("/dev/fd").iterdir() if one.name.isdigit())
    limit = highest + 1
    while os.open(os.devnull, os.O_RDONLY) < limit:
        pass
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


def _can_connect() -> bool:
    """Whether a connection can be tried at all: a refused port is reach enough."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.2)
            probe.connect(("127.0.0.1", 9))
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return True
