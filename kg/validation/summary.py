"""What a contribution adds: the things that are new, those of which something else is said now, and the statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from kg.namespaces import PREFIXES, shorten
from kg.phrases import Phrase
from kg.rdf import is_english, node_text
from kg.turtle import prefixed
from kg.validation.company import Company, Node

_TYPE = PREFIXES["rdf"] + "type"
_NAMES = [PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel", PREFIXES["dcterms"] + "title"]


@dataclass(frozen=True)
class Change:
    """A thing, its class and name, whether it is new, changed or gone, and how many statements come and go."""

    thing: str
    cls: str
    label: str
    kind: str  # "new", "changed" or "gone"
    added: int
    removed: int


@dataclass(frozen=True)
class Summary:
    """Things that change, and the statements that come (+) and go (-), one a line, as Turtle writes them."""

    changes: tuple[Change, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def counts(self) -> dict[str, Counter[str]]:
        """How many things of each class are new, changed or gone."""
        found: dict[str, Counter[str]] = {
            Phrase("new"): Counter(),
            Phrase("changed"): Counter(),
            Phrase("gone"): Counter(),
        }
        for one in self.changes:
            found[one.kind][one.cls] += 1
        return found


def summary(company: Company) -> Summary:
    come: Counter[Any] = Counter(triple.subject for triple in company.added)
    gone: Counter[Any] = Counter(triple.subject for triple in company.removed)
    things = sorted({*come, *gone}, key=node_text)
    changes = tuple(_change(company, thing, come[thing], gone[thing]) for thing in things)
    return Summary(changes, _lines(company.added), _lines(company.removed))


def _change(company: Company, thing: Node, added: int, removed: int) -> Change:
    before, after = company.before.said_of(thing), company.after.said_of(thing)
    kind = "changed" if before and after else "new" if after else "gone"
    said = after or before
    classes = sorted(shorten(node_text(triple.object)) for triple in said.get(_TYPE, ()))
    names = [triple.object for name in _NAMES for triple in said.get(name, ())]
    names.sort(key=lambda name: not is_english(name))
    return Change(
        node_text(thing),
        classes[0] if classes else "",
        node_text(names[0]) if names else "",
        kind,
        added,
        removed,
    )


def _lines(triples: Iterable[ox.Triple]) -> tuple[str, ...]:
    return tuple(sorted(_line(triple) for triple in triples))


def _line(triple: ox.Triple) -> str:
    words = [prefixed(term) for term in (triple.subject, triple.predicate, triple.object)]  # type: ignore[arg-type]
    return f"{' '.join(words)} ."
