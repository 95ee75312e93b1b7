"""Graphs in which every saved question has an answer, of any size: half invented places, half copies of the invented
world of tests/world.

Each copy has places, actors, acts, practices, claims and sources of its own; States, regions, instruments and
concepts are shared by all, as they are in life. The first copy keeps its names, so that it can be asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

import pyoxigraph as ox

from kg.house import House
from kg.namespaces import BASE, TERMS
from kg.rdf import parse_file
from tests.benchmarks.generate import pages

WORLD = Path(__file__).parents[1] / "world"
_SHARED = {"state", "region", "instrument", "provision", "principle", "group", "treaty-action"}
_ABOUT = ox.NamedNode(TERMS + "about")


def growing(statements: int, seed: int = 0) -> Iterator[ox.Quad]:
    """At least so many statements in named graphs, in equal parts from both; equal arguments, equal statements."""
    half = statements // 2
    for page in pages(half, seed):
        yield from ox.parse("".join(page.lines()).encode(), format=ox.RdfFormat.N_QUADS)
    for written, quad in enumerate(chain.from_iterable(copies()), 1):
        yield quad
        if written >= statements - half and quad.subject.value.startswith(BASE + "evidence/"):
            return


def copies() -> Iterator[list[ox.Quad]]:
    """The invented world again and again."""
    world = [quad for file in sorted(WORLD.rglob("*.ttl")) for quad in parse_file(file)]
    local = _local(world)
    for number in count():
        home = ox.NamedNode(f"{BASE}data/worlds/{number}")
        yield [
            ox.Quad(
                _in_copy(quad.subject, local, number),
                quad.predicate,
                _in_copy(quad.object, local, number),
                home,
            )
            for quad in world
        ]


def _local(world: list[ox.Quad]) -> set[str]:
    """The things that each copy has for itself: all but shared ones and the evidence about these."""
    subjects = {quad.subject.value for quad in world}
    own = {name for name in subjects if name.removeprefix(BASE).split("/")[0] not in _SHARED}
    about_others = {
        quad.subject.value
        for quad in world
        if quad.predicate == _ABOUT and quad.object.value not in own
    }
    return own - about_others


def _in_copy(term: object, local: set[str], number: int) -> object:
    if number and isinstance(term, ox.NamedNode) and term.value in local:
        return ox.NamedNode(f"{term.value}-{number}")
    return term


def compiled(house: House, statements: int, folder: Path) -> int:
    """The ontology and a growing graph as `kg build` compiles them. Returns the number of quads in named graphs."""
    engine = ox.Store(str(folder))
    for file in house.files("ontology"):
        graph = ox.NamedNode(house.graph_name(file) or "")
        engine.bulk_extend(_twice(ox.Quad(*quad.triple, graph) for quad in parse_file(file)))
    engine.bulk_extend(_twice(growing(statements)))
    engine.optimize()
    engine.flush()
    every = sum(1 for _ in engine)
    return every - sum(1 for _ in engine.quads_for_pattern(None, None, None, ox.DefaultGraph()))


def _twice(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    for quad in quads:
        yield quad
        yield ox.Quad(*quad.triple)
