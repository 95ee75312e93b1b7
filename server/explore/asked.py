"""What the address of a view says. There is no other state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import abort, url_for
from werkzeug.datastructures import MultiDict

from kg.explore import Part, Result, View
from kg.phrases import Phrase
from server.question.asked import number

RESERVED = ("format", "part", "start", "version")


@dataclass(frozen=True)
class Asked:
    """A view as an address asks it; `part` names one of its tables, `start` the row from which data of it begin,
    `version` one of the graph, none: the present."""

    view: View
    given: Mapping[str, tuple[str, ...]]
    part: str = ""
    version: str = ""
    start: int = 1

    def href(
        self,
        suffix: str = "",
        part: str = "",
        version: str | None = None,
        start: int = 1,
        **changes: tuple[str, ...],
    ) -> str:
        """The address that asks the same, with these changes, as this suffix; "" as version: the present."""
        found: dict[str, object] = {**self.given, **changes, "part": part or None}
        found |= {"start": start if start > 1 else None}
        found |= {"version": (self.version if version is None else version) or None}
        found |= {"name": self.view.name, "suffix": suffix.lstrip(".") or None}
        return url_for("explore.answer", **found)  # type: ignore[arg-type]

    def named(self, result: Result) -> Part:
        """The table of an answer that the address names, or else the first; 404 for one that is not there."""
        part = result.part(self.part) if self.part else result.parts[0]
        if part is None:
            names = ", ".join(one.name for one in result.parts)
            said = Phrase(
                "This answer has no table %(name)s. It has: %(names)s.",
                name=repr(self.part),
                names=names,
            )
            abort(404, said)
        return part


def read(view: View, args: MultiDict[str, str]) -> Asked:
    """What the arguments of a request ask; those that were left empty are no arguments. Raises BadRequest."""
    given = {
        name: filled
        for name, values in args.lists()
        if name not in RESERVED and (filled := tuple(value for value in values if value.strip()))
    }
    start = number(args, "start", 10**9) or 1
    return Asked(view, given, args.get("part", ""), args.get("version", ""), start)
