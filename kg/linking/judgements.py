"""The judgements file: pairs that were proposed, and what a person said of each.

A CSV for a spreadsheet. `kg link --propose` adds rows with an empty `judgement`; a person writes yes, no or unsure
there; `kg link --judged` makes links of the yes and refusals of the no. A pair that stands in the file, or in
`data/links/`, is never proposed again, whatever was said of it.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from kg.errors import SourceUnavailable, SyntaxFault
from kg.linking.links import REFUSED, Link
from kg.namespaces import BASE, PREFIXES, expand

YES, NO, UNSURE = "yes", "no", "unsure"
# What people write, in some of the languages in which they do.
_MEANT = {
    YES: {"yes", "y", "ja", "oui", "si", "sí", "sim", "true", "1", "x"},
    NO: {"no", "n", "nein", "non", "não", "nao", "false", "0"},
    UNSURE: {"unsure", "?", "unknown"},
}
_ESTIMATE = "0.9"  # where the one who judged gave no confidence


@dataclass(frozen=True)
class Proposal:
    """A pair, why it may be one, and the judgement of it; all as texts, names prefixed where a prefix covers them.

    Without `theirs` it says that nothing was found for this thing in that version of the source.
    """

    ours: str
    ours_label: str
    theirs: str
    theirs_label: str
    compared: str
    score: str
    linkset: str
    source: str
    version: str
    predicate: str = "skos:exactMatch"
    method: str = "semapv:CompositeMatching"
    locator: str = ""
    judgement: str = ""
    judged_by: str = ""
    judged_on: str = ""
    confidence: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """What makes it the same question: our thing and theirs, or the version in which nothing was found."""
        return self.ours, self.theirs or f"nothing in {self.linkset} {self.version}"


COLUMNS = [field.name for field in fields(Proposal)]


class Judgements:
    """The file, opened to add to. What was cut short by a crash is dropped, so that it is proposed again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.known = read(file) if file.exists() else []

    def add(self, proposal: Proposal) -> None:
        """Write one row at once, so that nothing is lost when the run is stopped."""
        new = not self._file.exists() or not self._file.stat().st_size
        try:
            with self._file.open("a", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                if new:
                    writer.writerow(COLUMNS)
                writer.writerow([guarded(value) for value in asdict(proposal).values()])
        except OSError as error:
            raise SourceUnavailable(str(self._file), error.strerror or str(error)) from error
        self.known.append(proposal)


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def read(file: Path) -> list[Proposal]:
    """The rows of a judgements file. SyntaxFault (with its line) for one that is none, SourceUnavailable."""
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise SourceUnavailable(str(file), error.strerror or str(error)) from error
    except UnicodeDecodeError:
        raise SourceUnavailable(str(file), "it is not in UTF-8; save it as CSV UTF-8") from None
    if text and not text.endswith("\n"):
        text = _whole(file, text)
    first = text.split("\n", 1)[0]
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    missing = [
        name for name in ("ours", "theirs", "judgement") if name not in (rows.fieldnames or ())
    ]
    if text and missing:
        raise SyntaxFault(
            str(file), f"this is no file of judgements: it has no column {missing[0]!r}", 1
        )
    return [_proposal(row, str(file), rows.line_num) for row in rows]


def _whole(file: Path, text: str) -> str:
    """The text without a last row that was cut short; a last row that only lacks its end of line stays."""
    whole, _, last = text.rpartition("\n")
    complete = len(next(csv.reader([last]))) == len(COLUMNS)
    kept = text + "\n" if complete else whole + "\n" if whole else ""
    file.write_text(kept, encoding="utf-8")
    return kept


def _proposal(row: dict[str, str | None], what: str, line: int) -> Proposal:
    told = {name: (row.get(name) or "").strip().removeprefix("'") for name in COLUMNS}
    said = told["judgement"].casefold()
    meant = next((word for word, forms in _MEANT.items() if said in forms), "")
    if said and not meant:
        why = f"the judgement is {told['judgement']!r}; write yes, no or unsure, or leave it empty"
        raise SyntaxFault(what, why, line)
    if told["confidence"] and not re.fullmatch(r"(0(\.\d+)?|1(\.0+)?)", told["confidence"]):
        raise SyntaxFault(
            what, f"the confidence is {told['confidence']!r}; write a number from 0 to 1", line
        )
    return Proposal(**{**told, "judgement": meant})


def judged(proposals: Iterable[Proposal], by: str, today: datetime.date) -> list[Link]:
    """Links of what was judged yes and refusals of what was judged no; `by` where a row names nobody.

    Raises SyntaxFault for a row without somebody who judged, and where one thing was said to be two.
    """
    found: list[Link] = []
    same: dict[tuple[str, str], str] = {}
    for one in proposals:
        if one.judgement not in (YES, NO) or not one.theirs:
            continue
        who = one.judged_by or by
        if not who:
            raise SyntaxFault(
                "The judgements", f"nobody is named who judged {one.ours}; say --by NAME"
            )
        link = _link(replace(one, judged_by=who, judged_on=one.judged_on or today.isoformat()))
        key = (link.ours, link.linkset)
        exact = link.predicate == PREFIXES["skos"] + "exactMatch"
        if exact and same.setdefault(key, link.theirs) != link.theirs:
            why = f"{one.ours} cannot be both {same[key]} and {one.theirs}; say no to one of them"
            raise SyntaxFault("The judgements", why)
        found.append(link)
    return found


def _link(one: Proposal) -> Link:
    refused = one.judgement == NO
    slug = one.ours.split(":", 1)[-1] if ":" in one.ours else one.ours.rsplit("/", 1)[-1]
    theirs = re.sub(r"[^A-Za-z0-9]+", "-", one.theirs.rstrip("/").rsplit("/", 1)[-1]).strip("-")
    name = f"{slug}-{one.linkset}" + (f"-not-{theirs}" if refused else f"-{theirs}")
    return Link(
        name=f"{BASE}link/{name}",
        ours=full(one.ours),
        predicate=REFUSED if refused else full(one.predicate),
        theirs=full(one.theirs),
        linkset=f"{BASE}linkset/{one.linkset}",
        method=PREFIXES["semapv"] + "MappingReview",
        compared=tuple(part.strip() for part in one.compared.split(";") if part.strip()),
        confidence=one.confidence or _ESTIMATE,
        source=full(one.source),
        version=one.version,
        judged_by=one.judged_by,
        judged_on=one.judged_on,
        seen_on=one.judged_on,
        locator=one.locator or f"row of {one.theirs}",
        reading=BASE + "reading/interpreted",
    )


def full(name: str) -> str:
    """The IRI of a name that may be prefixed."""
    return expand(name) or name
