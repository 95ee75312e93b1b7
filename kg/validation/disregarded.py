"""What a contribution asks of machines and is not done: nothing is imported, and its own shapes are not obeyed. And
signs in its texts that nobody sees.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pyoxigraph as ox

from kg.namespaces import BASE, PREFIXES
from kg.rdf import node_text
from kg.validation.company import Company
from kg.validation.findings import VIOLATION, WARNING, Finding

NOTHING_IS_IMPORTED = f"{BASE}advice/nothing-is-imported"
SHAPES_ARE_NOT_TAKEN = f"{BASE}advice/shapes-are-not-taken"
UNSEEN_SIGN = f"{BASE}advice/unseen-sign"
_SH, _TYPE = PREFIXES["sh"], PREFIXES["rdf"] + "type"
_IMPORTS = PREFIXES["owl"] + "imports"
_SHAPES = {_SH + "NodeShape", _SH + "PropertyShape", _SH + "ConstraintComponent"}
_TARGETS = {
    _SH + name
    for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
}
# Embeddings, overrides and isolates, which show words in another order than they are stored; not the marks that
# Arabic and Hebrew texts need.
_TURNS = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
_PLAIN = {"\t", "\n", "\r"}


def disregarded(company: Company) -> Iterator[Finding]:
    """A finding for each import, each shape, and each text with a sign that is not seen."""
    for triple in company.added:
        predicate, value = triple.predicate.value, triple.object
        if predicate == _IMPORTS:
            yield _finding(
                triple, WARNING, NOTHING_IS_IMPORTED,
                f"Nothing is imported: what <{node_text(value)}> holds was not read. Take this out, and put what "
                "is needed from there into the contribution.",
            )  # fmt: skip
        elif predicate in _TARGETS or (predicate == _TYPE and node_text(value) in _SHAPES):
            yield _finding(
                triple, VIOLATION, SHAPES_ARE_NOT_TAKEN,
                "A contribution is judged by the shapes of this graph alone; its own are not used and not "
                "published. Take this out, or propose it as a change to the folder shapes/.",
            )  # fmt: skip
        elif isinstance(value, ox.Literal):
            sign = next(filter(_unseen, value.value), None)
            if sign:
                yield _finding(
                    triple, WARNING, UNSEEN_SIGN,
                    f"There is a sign in this text that nobody sees: {_told(sign)}. Take it out.",
                )  # fmt: skip


def _unseen(sign: str) -> bool:
    return sign in _TURNS or (sign not in _PLAIN and unicodedata.category(sign) == "Cc")


def _told(sign: str) -> str:
    name = unicodedata.name(sign, "a control character").lower()
    return f"U+{ord(sign):04X}, {name}"


def _finding(triple: ox.Triple, severity: str, shape: str, message: str) -> Finding:
    return Finding(
        severity,
        node_text(triple.subject),
        triple.predicate.value,
        node_text(triple.object),
        shape,
        message,
        str(triple.object),
    )
