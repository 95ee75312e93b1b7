"""Messages on a pipe: four bytes of length, as multiprocessing's connections write them, and so many bytes."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

READ = 1 << 15  # bytes at a time: pieces of memory that are twice as big cost more to let go
LONGEST = 1 << 28  # bytes of a message
_LENGTH = struct.Struct("!i")


def framed(message: bytes) -> bytes:
    return _LENGTH.pack(len(message)) + message


def cut(got: bytearray) -> bytes | None:
    """The first message of what was read, taken out of it; None while it is not whole.

    Raises ValueError where no message can begin like this.
    """
    if len(got) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack_from(got)
    if not 0 <= length <= LONGEST:
        raise ValueError("This is no message.")
    end = _LENGTH.size + length
    if len(got) < end:
        return None
    message = bytes(got[_LENGTH.size : end])
    del got[:end]
    return message


def messages(fd: int) -> Iterator[bytes]:
    """Every message until the other end is closed."""
    got = bytearray()
    while data := os.read(fd, READ):
        got += data
        while (message := cut(got)) is not None:
            yield message


def send(fd: int, message: bytes) -> None:
    """Write a whole message, however long that takes."""
    rest = memoryview(framed(message))
    while rest:
        rest = rest[os.write(fd, rest) :]
