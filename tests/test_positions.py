"""Each statement has its place in the text that it came from, and what stands there is its value."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.positions import spots
from kg.rdf import parse
from tests.conftest import ROOT, TESTS

FILES = [
    *sorted((ROOT / "ontology").rglob("*.ttl")),
    *sorted((ROOT / "shapes").rglob("*.ttl")),
    *sorted((TESTS / "world").rglob("*.ttl")),
    *sorted((TESTS / "shapes").rglob("*.ttl"))[::7],
    *sorted((ROOT / "data").rglob("*.ttl"))[::9],
]


def cut(text: str, spot) -> str:
    """What stands at a spot of one line, or of several."""
    lines = text.splitlines(keepends=True)[spot.line - 1 : spot.end_line]
    lines[-1] = lines[-1][: spot.end_column - 1]
    lines[0] = lines[0][spot.column - 1 :]
    return "".join(lines)


def unplaced(text: str, syntax: str) -> list[str]:
    """The statements whose value has no place, or of which something else stands there."""
    quads = parse(text.encode(), "it", syntax)
    where = spots(text.encode(), syntax, quads)
    head = "".join(line + "\n" for line in text.splitlines() if line.upper().startswith("PREFIX"))
    wrong = []
    for quad in quads:
        spot = where.value(quad.subject.value, quad.predicate.value, quad.object)
        there = cut(text, spot) if spot else ""
        # A list's rest is nowhere in the text; it is placed at the item before it.
        plain = not isinstance(quad.object, ox.BlankNode) and not quad.predicate.value.endswith(
            "#rest"
        )
        if not there or (plain and same(head, there) != quad.object):
            wrong.append(f"{quad} {there}")
    return wrong


def same(head: str, written: str) -> ox.Term:
    """The term that these words mean, as a parser reads it."""
    word = "rdf:type" if written == "a" else written
    return next(ox.parse(f"{head}<a:a> <a:b> {word} .".encode(), format=ox.RdfFormat.TURTLE)).object


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_value_stands_where_it_is_said_to(file):
    text = file.read_text(encoding="utf-8")
    if "sh:select" in text:  # their queries have lines that look like declarations
        quads = parse(text.encode(), "it")
        where = spots(text.encode(), "turtle", quads)
        assert all(where.value(q.subject.value, q.predicate.value, q.object) for q in quads)
    else:
        assert unplaced(text, "turtle") == []


@pytest.mark.parametrize(
    ("syntax", "form"), [("ntriples", ox.RdfFormat.N_TRIPLES), ("nquads", ox.RdfFormat.N_QUADS)]
)
def test_the_lines_of_the_plain_syntaxes_are_found(syntax: str, form: ox.RdfFormat):
    quads = parse((TESTS / "world" / "actors.ttl").read_bytes(), "it")
    if syntax == "nquads":
        quads = [ox.Quad(*quad.triple, ox.NamedNode("https://example.org/g")) for quad in quads]
        text = ox.serialize(quads, format=form).decode()
    else:
        text = ox.serialize([quad.triple for quad in quads], format=form).decode()
    assert unplaced(text, syntax) == []


E = "https://example.org/"
A, B, C = E + "a", E + "b", ox.NamedNode(E + "c")
YEAR = ox.Literal("2018", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear"))


@pytest.mark.parametrize(
    ("text", "value", "place"),
    [
        ('<%a> <%b> "x" .', ox.Literal("x"), (1, 49, 1, 52)),
        ('<%a>\r\n  <%b> "x"@EN-us , 5 .', ox.Literal("x", language="en-us"), (2, 27, 2, 36)),
        ("<%a> <%b> 1.5 , true .", ox.Literal(True), (1, 55, 1, 59)),
        ('# é\n<%a> <%b> "😀" , "é\\u00e9" .', ox.Literal("éé"), (2, 55, 2, 64)),
        (
            'PREFIX : <https://example.org/>\n:a :b """two\nlines"""@en .',
            ox.Literal("two\nlines", language="en"),
            (2, 7, 3, 12),
        ),
        ("@base <https://example.org/x> .\n<a> <b> <c>.", C, (2, 9, 2, 12)),
        (
            "PREFIX e: <https://example.org/>\ne:a e:b e:c\\-d%20, e:d.e .",
            ox.NamedNode(E + "d.e"),
            (2, 20, 2, 25),
        ),
        (
            "PREFIX e: <https://example.org/>\ne:a e:x [ e:y ( 1 e:a ) ] ; e:b e:c .",
            C,
            (2, 33, 2, 36),
        ),
        ('<%a> <%b> "2018"\n^^ <http://www.w3.org/2001/XMLSchema#gYear> .', YEAR, (1, 49, 2, 44)),
    ],
)
def test_a_value_is_found_to_the_character(text: str, value: ox.Term, place: tuple[int, ...]):
    whole = text.replace("%", "https://example.org/") if "e:" not in text else text
    where = spots(whole.encode(), "turtle", parse(whole.encode(), "it"))
    spot = where.value(A, B, value)
    assert spot is not None
    assert (spot.line, spot.column, spot.end_line, spot.end_column) == place


def test_blank_nodes_are_known_by_the_parsers_names():
    text = 'PREFIX e: <https://example.org/>\ne:a e:b [ e:n "one" ] ,\n  [ e:n "two" ] .\n_:x e:n "three" .'
    quads = parse(text.encode(), "it")
    where = spots(text.encode(), "turtle", quads)
    lines = {
        q.object.value: where.thing(q.subject.value)
        for q in quads
        if q.predicate.value.endswith("/n")
    }
    assert {word: spot and spot.line for word, spot in lines.items()} == {
        "one": 2,
        "two": 3,
        "three": 4,
    }


def test_named_graphs_of_trig_are_read_through():
    text = "PREFIX e: <https://example.org/>\nGRAPH e:g {\n e:a e:b e:c }\ne:h { e:a e:b e:d }\n{ e:a e:b e:f }"
    quads = parse(text.encode(), "it", "trig")
    where = spots(text.encode(), "trig", quads)
    assert [where.value(A, B, quad.object).line for quad in quads] == [3, 4, 5]


def test_depth_and_size_do_not_matter():
    deep = "[ <a:b> " * 200_000 + '"x"' + " ]" * 200_000
    text = f"<{A}> <a:b> {deep} ; <{B}> <a:z> ."
    where = spots(text.encode(), "turtle", [])
    assert where.value(A, B, ox.NamedNode("a:z")) is not None
