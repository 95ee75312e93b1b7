"""The knowledge graph of human rights cities: build it, ask it, check what is contributed to it.

Knows nothing of HTTP; `server` stands beside the command line and calls the same functions.
"""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("human-rights-cities-kg")
except PackageNotFoundError:  # run from a folder that was never installed
    __version__ = "0+unknown"
