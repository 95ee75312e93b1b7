"""The words on which statements rest, found for those that are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.answers import Term
from kg.explore.facts import Statement
from kg.namespaces import PREFIXES, TERMS, expand
from kg.store import Store

_SELECT = f"""SELECT ?thing ?evidence ?property ?value ?quote ?locator ?reading ?source ?title ?url WHERE {{{{
  VALUES (?thing ?property) {{{{ {{said}} }}}}
  ?evidence <{TERMS}about> ?thing ; <{TERMS}supports> ?property ; <{TERMS}source> ?source .
  OPTIONAL {{{{ ?evidence <{TERMS}supportsValue> ?value }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}quote> ?quote }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}locator> ?locator }}}}
  OPTIONAL {{{{ ?evidence <{TERMS}reading>/<{PREFIXES["skos"]}prefLabel> ?reading }}}}
  OPTIONAL {{{{ ?source <{PREFIXES["dcterms"]}title> ?title }}}}
  OPTIONAL {{{{ ?source <{PREFIXES["schema"]}url> ?url }}}}
}}}}"""


@dataclass(frozen=True)
class Proof:
    """A piece of evidence: its words (or where they stand), how it was read, and its source, by name and address."""

    evidence: str
    quote: Term | None
    locator: str
    reading: str
    source: str
    title: str
    url: str


def proofs(store: Store, said: Iterable[Statement]) -> dict[Statement, list[Proof]]:
    """For each statement its evidence, in the order of the IRIs. Raises SourceUnavailable."""
    wanted = set(said)
    asked = sorted({(one.thing, expand(one.property) or "") for one in wanted})
    if not asked:
        return {}
    found: dict[tuple[str, str], list[tuple[str, Proof]]] = {}
    for row in (
        store.answer(_SELECT.format(said=" ".join(f"(<{one}> <{of}>)" for one, of in asked)))
        .table()
        .rows
    ):
        cell = {name: term.value if term else "" for name, term in row.items()}
        proof = Proof(
            cell["evidence"],
            row["quote"],
            *(cell[name] for name in ("locator", "reading", "source", "title", "url")),
        )
        found.setdefault((cell["thing"], cell["property"]), []).append((cell["value"], proof))
    return {
        one: _fitting(found.get((one.thing, expand(one.property) or ""), ()), one.value)
        for one in wanted
    }


def _fitting(found: Iterable[tuple[str, Proof]], value: str) -> list[Proof]:
    """Evidence that names values supports no other."""
    of: dict[Proof, set[str]] = {}
    for said, proof in found:
        of.setdefault(proof, set()).add(said)
    fitting = (proof for proof, values in of.items() if values == {""} or value in values)
    return sorted(fitting, key=lambda proof: proof.evidence)
