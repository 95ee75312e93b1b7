"""Versions of the graph that are kept, so that what was cited can be asked again, and what differs between two.

The tool has a semantic version (pyproject.toml), a release of the data the month it was made in: `2026.11`, and
`2026.11.1` for the next of that month. A release is the house's own files in one archive, so that it compiles into the
very store that was cited: same files, same digest, same answers.
"""

from kg.releases.differences import Difference, compared
from kg.releases.shelf import Release, Shelf

__all__ = ["Difference", "Release", "Shelf", "compared"]
