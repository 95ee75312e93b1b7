"""What the address of a question says: its parameters, and how the answer is to be shown. There is no other state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from kg.errors import Phrase
from kg.queries import Query

SIZE = 25  # rows on a page
MOST = 1000
# What an address may say besides the parameters of the question; no question has a parameter of such a name.
RESERVED = ("format", "view", "page", "size", "version")


@dataclass(frozen=True)
class Asked:
    """A question as an address asks it. `page` counts from 1; `size` is 0 where the address asks for no part."""

    query: Query
    given: dict[str, list[str]]
    view: str = ""
    page: int = 1
    size: int = 0
    version: str = ""

    @property
    def paged(self) -> bool:
        """Whether the address asks for a part of the answer."""
        return bool(self.size) or self.page > 1

    @property
    def length(self) -> int:
        return self.size or SIZE

    @property
    def start(self) -> int:
        """The first row of the page, counted from 0."""
        return (self.page - 1) * self.length

    def pages(self, total: int) -> int:
        return max(1, -(-total // self.length))

    def changed(self, **changes: Any) -> Asked:
        return replace(self, **changes)

    def with_value(self, name: str, value: str) -> Asked:
        """The same question with this one value of a parameter, from its first page."""
        return self.changed(given=self.given | {name: [value]}, page=1)

    def href(self, suffix: str = "", **changes: Any) -> str:
        """The address that asks the same, with these changes, as this suffix."""
        asked = self.changed(**changes)
        pairs = [(name, value) for name, values in asked.given.items() for value in values]
        pairs += [("view", asked.view)] if asked.view and not suffix.startswith(".") else []
        pairs += [("page", str(asked.page))] if asked.page > 1 else []
        pairs += [("size", str(asked.size))] if asked.size else []
        pairs += [("version", asked.version)] if asked.version else []
        search = "?" + urlencode(pairs, safe=":/,") if pairs else ""
        return f"/queries/{asked.query.name}{suffix}{search}"

    def data(self, suffix: str, **changes: Any) -> str:
        """The address of the whole answer in another form."""
        return self.href(suffix, **({"page": 1, "size": 0} | changes))


def read(query: Query, args: MultiDict[str, str]) -> Asked:
    """What the arguments of a request ask; those that were left empty are no arguments. Raises BadRequest."""
    given = {
        name: filled
        for name, values in args.lists()
        if name not in RESERVED and (filled := [value for value in values if value.strip()])
    }
    page, size = (number(args, name, most) for name, most in (("page", 10**9), ("size", MOST)))
    return Asked(query, given, args.get("view", ""), page or 1, size or 0, args.get("version", ""))


def number(args: MultiDict[str, str], name: str, most: int) -> int:
    text = args.get(name, "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= most and len(text) < 12):
        raise BadRequest(
            Phrase(
                "%(name)s is a whole number from 1 to %(most)s; this is %(text)s.",
                name=name,
                most=most,
                text=repr(text[:40]),
            )
        )
    return int(text)
