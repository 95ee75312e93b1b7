"""The pages that findings link to: a shape, or a kind of advice, with a right and a wrong example."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyoxigraph as ox
from flask import Blueprint, abort, redirect, render_template
from werkzeug.wrappers import Response as BaseResponse

from kg.errors import Phrase
from kg.examples import example
from kg.namespaces import PREFIXES, shorten
from kg.queries import Query
from kg.validation.guide import ADVICE, Shape, advice, shape
from server.desk import Desk
from server.highlight import Line, compared, lines

advices = Blueprint("advices", __name__)


@dataclass(frozen=True)
class Word:
    """A class, a property or a scheme, with its name and definition."""

    iri: str
    label: str
    definition: str
    backwards: bool = False


@advices.get("/advice/<name>")
@advices.get("/advice/<name>.html")
def advised(name: str) -> BaseResponse | str:
    """What a kind of advice says, why, and what to do."""
    found = advice(name)
    if found is None:
        abort(
            404,
            Phrase(
                "No advice is called %(name)s. There is: %(known)s.",
                name=repr(name),
                known=", ".join(ADVICE),
            ),
        )
    if found.name != name:
        return redirect(f"/advice/{found.name}", 303)
    wrong, right = _examples(found.wrong, found.right)
    return render_template("advice.html", advice=found, wrong=wrong, right=right)


def page(desk: Desk, iri: str) -> str | None:
    """The page of a named shape; None for a name that no shape has."""
    found = shape(desk.shapes, iri)
    if found is None:
        return None
    shown = example(desk.house, found.name)
    wrong, right = _examples(shown.wrong, shown.right) if shown else ([], [])
    parts = [part for one in found.parts if (part := shape(desk.shapes, one))]
    return render_template(
        "shape.html",
        shape=found,
        classes=[_word(desk, cls) for cls in found.classes],
        properties=[_word(desk, one) for one in found.path],
        wanted=[_word(desk, one) for one in (*found.wanted.classes, *found.wanted.schemes)],
        parts=parts,
        wrong=wrong,
        right=right,
        story=shown.story if shown else "",
        questions=_relying(desk.questions, found),
        base=f"shape/{found.name}",
    )


def _examples(wrong: str, right: str) -> tuple[list[Line], list[Line]]:
    return compared(wrong, right) if wrong else ([], lines(right))


def _word(desk: Desk, iri: str) -> Word:
    bare = iri.removeprefix("^")
    asked = f"""SELECT ?label ?definition WHERE {{
      OPTIONAL {{ {ox.NamedNode(bare)} <{PREFIXES["rdfs"]}label>|<{PREFIXES["skos"]}prefLabel> ?label
        FILTER(LANG(?label) = "en") }}
      OPTIONAL {{ {ox.NamedNode(bare)} <{PREFIXES["skos"]}definition> ?definition }}
    }} LIMIT 1"""
    row = desk.store.answer(asked).table().rows[0]
    label, definition = row["label"], row["definition"]
    return Word(
        bare,
        label.value if label else "",
        definition.value if definition else "",
        iri.startswith("^"),
    )


def _relying(questions: list[Query], found: Shape) -> list[Query]:
    """The saved questions that ask with a property which this shape looks at."""
    names = [shorten(one.removeprefix("^")) for one in found.path]
    telling = [name for name in names if name not in ("rdfs:label", "rdf:type", "skos:prefLabel")]
    if not telling:
        return []
    any_of = re.compile(rf"(?<![\w:-])(?:{'|'.join(map(re.escape, telling))})(?![\w:-])")
    return [query for query in questions if any_of.search(query.text)]
