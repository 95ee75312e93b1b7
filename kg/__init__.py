"""The knowledge graph of human rights cities: build it, ask it, check what is contributed to it.

Knows nothing of HTTP; `server` stands beside the command line and calls the same functions.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.client import Graph

try:
    __version__ = version("human-rights-cities-kg")
except PackageNotFoundError:  # run from a folder that was never installed
    __version__ = "0+unknown"


def connect(url: str | None = None) -> Graph:
    """The graph of a server at this address, to be asked; of the files on this machine, without one."""
    from kg.client import connect

    return connect(url)
