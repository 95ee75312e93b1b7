"""What can go wrong, as the person at the keyboard would say it.

KgError
├── HouseMissing
├── SourceUnavailable
│   └── SourceSlow
├── IndexNotReady
├── SyntaxFault
├── FormatLoss
├── JudgeFailed
├── UnknownFormat
├── Packed
├── BadRelease
├── UnknownVersion
│   └── VersionNotReady
└── QueryError
    ├── UnknownQuery
    ├── BadQueryFile
    ├── BadParameter
    ├── Refused
    │   └── TooLarge
    ├── NotAcceptable
    └── TooExpensive
        ├── OutOfTime
        ├── Overflow
        ├── Crashed
        ├── Busy
        └── TooMany

An error's arguments are its facts and `str(error)` is the sentence, so that an error crosses from a
worker process to its caller whole.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.phrases import Phrase as Phrase
from kg.phrases import joined


class KgError(Exception):
    """Anything this package says instead of a traceback; `str()` is one sentence or two."""


class HouseMissing(KgError):
    def __init__(self, folder: str, missing: Sequence[str]) -> None:
        super().__init__(folder, missing)
        self.folder, self.missing = folder, missing

    def __str__(self) -> str:
        lacking = ", ".join(f"{name}/" for name in self.missing)
        return (
            f"{self.folder} is not a folder of the knowledge graph: it lacks {lacking}. "
            "Name one that has ontology/, shapes/, data/ and queries/, or leave the option out."
        )


class SourceUnavailable(KgError):
    """What has to be read and cannot be; `wait` is how many seconds it asks to be left alone, if it does."""

    def __init__(self, what: str, why: str, wait: float | None = None) -> None:
        super().__init__(what, why, wait)
        self.what, self.why, self.wait = what, why, wait

    def __str__(self) -> str:
        return Phrase("%(what)s cannot be read: %(why)s", what=self.what, why=self.why)


class SourceSlow(SourceUnavailable):
    """Another server that did not answer in the time that it was given."""


class SyntaxFault(KgError):
    """A text that does not parse. Line and column count from 1; None where the parser gives none.

    `near` is the offending text and `hint` what is usually meant; both may be empty.
    """

    def __init__(
        self,
        what: str,
        problem: str,
        line: int | None = None,
        column: int | None = None,
        near: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(what, problem, line, column, near, hint)
        self.what, self.problem, self.line, self.column = what, problem, line, column
        self.near, self.hint = near, hint

    def __str__(self) -> str:
        facts = {"what": self.what, "line": str(self.line), "column": str(self.column)}
        where = self.what
        if self.line and self.column:
            where = Phrase("%(what)s, line %(line)s, column %(column)s", **facts)
        elif self.line:
            where = Phrase("%(what)s, line %(line)s", **facts)
        said = Phrase("%(where)s: %(problem)s", where=where, problem=self.problem)
        return joined(" ", [said, self.hint] if self.hint else [said])


class FormatLoss(KgError):
    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why)
        self.what, self.why = what, why

    def __str__(self) -> str:
        return f"{self.what} is left as it is: {self.why}"


class JudgeFailed(KgError):
    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return f"The contribution cannot be judged: {self.why}"


class UnknownColumn(KgError):
    """A table that has no column of the name that was given."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        known = ", ".join(self.known)
        return Phrase(
            "The table has no column %(name)s. It has: %(known)s.",
            name=repr(self.name),
            known=known,
        )


class UnknownFormat(KgError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        known = ", ".join(self.known)
        return Phrase(
            "No format is called %(name)s here. Choose from: %(known)s.",
            name=repr(self.name),
            known=known,
        )


class Packed(KgError):
    """A compressed file in place of a text."""

    def __init__(self, what: str, how: str) -> None:
        super().__init__(what, how)
        self.what, self.how = what, how

    def __str__(self) -> str:
        return Phrase(
            "%(what)s is packed (%(how)s). Unpack it, and bring the text itself.",
            what=self.what,
            how=self.how,
        )


class BadRelease(KgError):
    """A release that cannot be made as it was asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return self.why


class UnknownVersion(KgError):
    """A version of the graph that is not kept."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        kept = Phrase("No release is kept.")
        if self.known:
            kept = Phrase("These are kept: %(known)s.", known=", ".join(self.known))
        return Phrase(
            "No version of the graph is called %(name)s here. %(kept)s",
            name=repr(self.name),
            kept=kept,
        )


class IndexNotReady(KgError):
    """The search index of another server's graph is not made yet."""

    def __str__(self) -> str:
        return Phrase(
            "The words of the graph are being gathered from another server, and until then only the kind can be "
            "chosen. Ask again in half a minute."
        )


class VersionNotReady(UnknownVersion):
    """A release that is kept and whose store is not compiled yet."""

    def __str__(self) -> str:
        return Phrase(
            "Version %(name)s is being made ready. Ask again in half a minute.", name=self.name
        )


class QueryError(KgError):
    """Something about a question, or about asking it."""


class UnknownQuery(QueryError):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        return Phrase(
            "No query is called %(name)s. The queries are: %(known)s.",
            name=repr(self.name),
            known=", ".join(self.known),
        )


class BadQueryFile(QueryError):
    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why

    def __str__(self) -> str:
        return f"The saved query {self.path} cannot be used: {self.why}"


class BadParameter(QueryError):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.name, self.why = name, why

    def __str__(self) -> str:
        return Phrase(
            "The parameter %(name)s cannot be used: %(why)s", name=repr(self.name), why=self.why
        )


class Refused(QueryError):
    """A query that is well written and not answered here, whatever the load."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return self.why


class TooLarge(Refused):
    """A text beyond the size that is read at all."""


class NotAcceptable(QueryError):
    def __init__(self, kind: str, offered: Sequence[str]) -> None:
        super().__init__(kind, offered)
        self.kind, self.offered = kind, offered

    def __str__(self) -> str:
        return Phrase(
            "This question is answered with %(kind)s; ask for one of: %(offered)s.",
            kind=self.kind,
            offered=", ".join(self.offered),
        )


class TooExpensive(QueryError):
    """A query that used up what it was given."""


class OutOfTime(TooExpensive):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return Phrase(
            "Not finished after %(seconds)s s, so it was stopped. "
            "Ask for less: name a city, an actor or a right, or add a LIMIT inside a subquery.",
            seconds=float(self.seconds),
        )


class Overflow(TooExpensive):
    """An answer beyond what is written; `what` is counted: "bytes", "rows" or "statements"."""

    def __init__(self, limit: int, what: str = "bytes") -> None:
        super().__init__(limit, what)
        self.limit, self.what = limit, what

    def __str__(self) -> str:
        return Phrase(
            "The answer has more than %(limit)s %(what)s, so it was stopped and nothing of it is sent. "
            "Select fewer columns, page through it with ORDER BY, LIMIT and OFFSET, or take the whole graph with "
            "`kg export`.",
            limit=self.limit,
            what=COUNTED.get(self.what, self.what),
        )


class Crashed(TooExpensive):
    def __str__(self) -> str:
        return Phrase(
            "The process that worked on this ended before it could answer: it needed more memory "
            "than it may use, or was nested too deeply. Ask for less, or write it flatter."
        )


class Busy(TooExpensive):
    def __str__(self) -> str:
        return Phrase(
            "All workers are taken by other people's questions. Ask again in a few seconds."
        )


class TooMany(TooExpensive):
    """More at once than one client may ask; `what` is counted."""

    def __init__(self, limit: int, what: str = "queries") -> None:
        super().__init__(limit, what)
        self.limit, self.what = limit, what

    def __str__(self) -> str:
        return Phrase(
            "%(limit)s %(what)s from your address are at work or waiting already, and more are not taken at "
            "once. Ask again when one is answered.",
            limit=self.limit,
            what=COUNTED.get(self.what, self.what),
        )


# What is counted in a limit.
COUNTED = {
    "bytes": Phrase("bytes"),
    "rows": Phrase("rows"),
    "statements": Phrase("statements"),
    "queries": Phrase("queries"),
    "requests": Phrase("requests"),
}

A_KIND = {"table": Phrase("a table"), "graph": Phrase("a graph")}  # of answer
