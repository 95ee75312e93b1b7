"""Where the project is kept, and the address that opens a pull request there with a file filled in."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata
from urllib.parse import quote

from kg.handover import HandOver

_LONGEST = 7_000  # characters of an address; servers and browsers refuse longer ones
_BRANCH = "main"


def known_repository() -> str:
    """The address that the installed package names as its repository, or nothing."""
    try:
        named = metadata("human-rights-cities-kg").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    found = dict(one.split(", ", 1) for one in named)
    return str(found.get("Repository", "")).rstrip("/")


def pull_request(repository: str | None, file: HandOver) -> str:
    """Where a browser can propose this file: a new one filled in where an address can hold it, a published one opened.

    Nothing, where no repository is known.
    """
    if not repository:
        return ""
    repository = repository.rstrip("/")
    if not file.new:
        return f"{repository}/edit/{_BRANCH}/{quote(file.path)}"
    folder, _, name = file.path.partition("/")
    address = f"{repository}/new/{_BRANCH}/{folder}?filename={quote(name)}"
    filled = f"{address}&value={quote(file.text, safe='')}"
    return filled if len(filled) <= _LONGEST else address
