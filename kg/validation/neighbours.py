"""The nearest name that exists: for an IRI with a slip in it, a term that the ontology does not have, a concept
that is in no list. A name is offered only when it is near enough that a person would take one for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from kg.namespaces import BASE, PREFIXES

_NEAR = 80.0  # of 100, rapidfuzz's ratio of the last parts of two names


def local(iri: str) -> str:
    """The last part of a name, after its last # or /."""
    return re.split(r"[#/]", iri.rstrip("#/"))[-1]


def nearest(iri: str, known: Iterable[str]) -> str | None:
    """The known name nearest to this one, by its last part; None if none is near."""
    names = sorted(
        one for one in known if one != iri
    )  # so that of two as near the same is always taken
    best = process.extractOne(
        local(iri).casefold(),
        {one: local(one).casefold() for one in names},
        scorer=fuzz.ratio,
        score_cutoff=_NEAR,
    )
    return str(best[2]) if best else None


def respelt(iri: str) -> list[str]:
    """The same name without the slips that a namespace invites: http for https, # for /, a capital, a doubled sign."""
    plain = re.sub(r"^https?://(www\.)?", "", iri.strip())
    candidates = []
    for namespace in {*PREFIXES.values(), BASE}:
        bare = re.sub(r"^https?://(www\.)?", "", namespace)
        if plain.casefold().startswith(bare.rstrip("#/").casefold()):
            rest = plain[len(bare.rstrip("#/")) :].lstrip("#/")
            candidates += [
                namespace + rest,
                namespace + rest.lower().replace("_", "-").replace(" ", "-"),
            ]
    return [one for one in dict.fromkeys(candidates) if one != iri]
