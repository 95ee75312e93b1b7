"""The shapes of a house, read once: as a graph for the engines, and how far each of them sees.

Deriving the reach takes rdflib's SPARQL parser 0.7 s for our 39 queries, so it is kept in the cache folder, under
a name made of the shapes' content.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg import rdf
from kg.build import cache_folder
from kg.house import House
from kg.validation.focus import can_focus, focused
from kg.validation.reach import Reach, ShapeReach, reach_of
from kg.validation.steps import Pattern, Step
from kg.validation.terms import as_rdflib

_LAYOUT = "1"  # changes when the same shapes would be kept in another form


class ShapeBook:
    """The shapes, and the ontology's declarations of the prefixes that they use."""

    def __init__(self, house: House) -> None:
        self._files = [*house.files("shapes"), house.root / "ontology" / "core.ttl"]

    @cached_property
    def statements(self) -> list[ox.Quad]:
        return [quad for file in self._files for quad in rdf.parse_file(file)]

    @cached_property
    def graph(self) -> Graph:
        return as_rdflib(self.statements)

    @cached_property
    def focused(self) -> list[ox.Quad]:
        """The shapes for judging marked things only; the plain ones where these will not do."""
        return focused(self.statements) if can_focus(self.reach) else self.statements

    @cached_property
    def focused_graph(self) -> Graph:
        return as_rdflib(self.focused)

    def owners(self, shape: str) -> frozenset[str]:
        """The shapes with a target of which this shape is a part, itself perhaps among them."""
        return self._owners.get(shape, frozenset(one.shape for one in self.reach.shapes))

    def parts(self, shapes: Iterable[str]) -> list[ox.Quad]:
        """These of the focused shapes, with all that belongs to them."""
        return [quad for name in self._below(shapes) for quad in self._about.get(name, ())]

    @cached_property
    def _owners(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for targeted in self.reach.shapes:
            for part in self._below([targeted.shape]):
                found.setdefault(part, set()).add(targeted.shape)
        return {part: frozenset(owners) for part, owners in found.items()}

    def _below(self, shapes: Iterable[str]) -> set[str]:
        """The names of all nodes of the shapes graph that are reached from these."""
        waiting = list(shapes)
        met = set(waiting)
        while waiting:
            for quad in self._about.get(waiting.pop(), ()):
                part = _name(quad.object)
                if part not in met:
                    met.add(part)
                    waiting.append(part)
        return met

    @cached_property
    def _about(self) -> dict[str, list[ox.Quad]]:
        """The focused shapes' statements, by subject."""
        found: dict[str, list[ox.Quad]] = {}
        for quad in self.focused:
            found.setdefault(_name(quad.subject), []).append(quad)
        return found

    @cached_property
    def paths(self) -> dict[str, str]:
        """The path of each property shape, as a person writes it."""
        return {
            str(shape): _path(self.graph, path)
            for shape, path in self.graph.subject_objects(SH.path)
        }

    @cached_property
    def reach(self) -> Reach:
        content = hashlib.sha256(b"".join(file.read_bytes() for file in self._files)).hexdigest()
        kept = cache_folder() / f"reach-{content[:16]}-{_LAYOUT}.json"
        try:
            return _reach_from(json.loads(kept.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            pass
        reach = reach_of(self.graph)
        _keep(kept, json.dumps(_as_data(reach)))
        return reach


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return "" if isinstance(term, ox.Triple) else term.value


def _path(shapes: Graph, path: Node) -> str:
    """An IRI, or `^iri` for an inverse, or `a|b` for alternatives."""
    if isinstance(path, URIRef):
        return str(path)
    inverse = shapes.value(path, SH.inversePath)
    if inverse is not None:
        return "^" + _path(shapes, inverse)
    options = shapes.value(path, SH.alternativePath)
    if options is not None:
        return "|".join(_path(shapes, option) for option in shapes.items(options))
    return ""


def _keep(file: Path, text: str) -> None:
    """Keep it for the next time; a cache that cannot be written costs time and nothing else."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        working = file.with_suffix(".part")
        working.write_text(text, encoding="utf-8")
        working.replace(file)
    except OSError:
        return


def _as_data(reach: Reach) -> dict[str, Any]:
    return {
        "shapes": [
            [one.shape, sorted(one.classes), [[_step(step) for step in r] for r in one.routes]]
            for one in reach.shapes
        ],
        "background": [[one.subject, one.predicate, one.object] for one in reach.background],
        "unbounded": reach.unbounded,
    }


def _step(step: Step) -> list[Any]:
    return [sorted(step.moves), step.closure]


def _reach_from(data: dict[str, Any]) -> Reach:
    shapes = tuple(
        ShapeReach(
            shape,
            frozenset(classes),
            frozenset(
                tuple(
                    Step(frozenset((name, forward) for name, forward in moves), closure)
                    for moves, closure in route
                )
                for route in routes
            ),
        )
        for shape, classes, routes in data["shapes"]
    )
    background = frozenset(Pattern(*parts) for parts in data["background"])
    return Reach(shapes, background, dict(data["unbounded"]))
