"""In JSON-LD and RDF/XML too each value stands where it is said to, and no text makes the reading of places fail."""

from __future__ import annotations

import html
import json
import random
import time

import pyoxigraph as ox
import pytest

from kg.namespaces import PREFIXES
from kg.positions import Spots, spots
from kg.rdf import parse
from kg.validation.terms import as_rdflib
from tests.test_positions import FILES, cut

FORMS = {"jsonld": ox.RdfFormat.JSON_LD, "rdfxml": ox.RdfFormat.RDF_XML}
XSD = PREFIXES["xsd"]
EVERY = [file for file in FILES if "sh:select" not in file.read_text()][::3]
SOME = [file for file in EVERY if file.parent.parent.name == "data"][::4]
RDFXML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/"\n'
    ' xml:base="https://example.org/x">\n'
)


def stands(there: str, syntax: str, value: ox.Term) -> bool:
    """Whether these words mean this value."""
    if isinstance(value, ox.BlankNode):
        return there != ""
    if syntax == "rdfxml":
        words = html.unescape(there).replace("\r\n", "\n")
        end = words.rsplit(":", 1)[-1].lstrip("#")
        whole = isinstance(value, ox.Literal) and words in (
            value.value or "e:empty",  # nothing stands between its tags
            f"<![CDATA[{value.value}]]>",
        )
        return whole or (isinstance(value, ox.NamedNode) and value.value.endswith(end))
    said = json.loads(there)
    said = said.get("@value") if isinstance(said, dict) else said
    if isinstance(value, ox.NamedNode):
        return isinstance(said, str) and value.value.endswith(said.rsplit(":", 1)[-1])
    if isinstance(said, bool):
        return value.value == str(said).lower()
    return value.value == said if isinstance(said, str) else float(value.value) == said


def unplaced(text: str, syntax: str, forgiven: tuple[str, ...] = ()) -> list[str]:
    """The statements whose value has no place, or of which something else stands there."""
    quads = parse(text.encode(), "it", syntax)
    assert quads
    where = spots(text.encode(), syntax, quads)
    wrong = []
    for quad in quads:
        spot = where.value(quad.subject.value, quad.predicate.value, quad.object)
        there = cut(text, spot) if spot else ""
        listed = quad.predicate.value.endswith(("#rest", "#first")) or quad.object.value.endswith(
            "#nil"
        )
        if not there or not (listed or stands(there, syntax, quad.object)):
            wrong.append(f"{quad} at {there!r}")
        assert where.thing(quad.subject.value), quad
        assert where.property(quad.subject.value, quad.predicate.value), quad
    return wrong


@pytest.mark.parametrize("syntax", FORMS)
@pytest.mark.parametrize("file", EVERY, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_value_of_real_files_stands_where_it_is_said_to(file, syntax: str):
    quads = parse(file.read_bytes(), "it")
    written = ox.serialize((quad.triple for quad in quads), format=FORMS[syntax], prefixes=PREFIXES)
    assert unplaced(written.decode(), syntax) == []


@pytest.mark.parametrize("file", SOME, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_so_it_is_in_files_that_other_tools_write(file):
    """Indented, shortened by a context, nested, with values in their shortest form."""
    graph = as_rdflib(parse(file.read_bytes(), "it"))
    for name, space in {**PREFIXES, "xml": "http://www.w3.org/XML/1998/namespace"}.items():
        graph.bind(name, space)
    context = {**PREFIXES, "label": {"@id": "rdfs:label", "@language": "en"}}
    assert unplaced(graph.serialize(format="json-ld", context=context, indent=2), "jsonld") == []
    assert unplaced(graph.serialize(format="pretty-xml"), "rdfxml") == []


def places(where: Spots, statements: list[ox.Quad]) -> dict[str, tuple[int, int]]:
    found = {}
    for quad in statements:
        spot = where.value(quad.subject.value, quad.predicate.value, quad.object)
        assert spot, quad
        found[quad.object.value] = (spot.line, spot.column)
    return found


def first(text: str, words: str) -> tuple[int, int]:
    """Line and column of the first place where these words stand."""
    before = text[: text.index(words)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


JSONLD = """{"@context": {"e": "https://example.org/", "@vocab": "https://example.org/", "@language": "EN",
  "id": "@id", "day": {"@id": "e:day", "@type": "http://www.w3.org/2001/XMLSchema#date"},
  "to": {"@type": "@id"}, "kind": {"@type": "@vocab"}, "in": {"@reverse": "e:has"}, "@base": "https://example.org/",
  "names": {"@id": "e:name", "@container": "@language"}, "row": {"@id": "e:row", "@container": "@list"},
  "plain": {"@id": "e:plain", "@language": null},
  "deep": {"@id": "e:deep", "@context": {"inner": "e:other"}}},
 "@graph": [
  {"id": "a", "@type": "Thing", "day": "2018-07-27",
   "to": ["b", "e:c"], "kind": "Some", "é": "😀 \\u00e9", "plain": "bare",
   "names": {"de": ["eins", "zwei"], "fr": "trois"},
   "row": [1, "two", true, [1.5]], "more": {"@list": []}, "set": {"@set": ["s"]},
   "in": {"id": "whole"}, "@reverse": {"e:made": {"id": "maker", "says": null}},
   "typed": {"@value": "7", "@type": "e:T"}, "said": {"@value": "gut", "@language": "de"},
   "deep": {"inner": "here", "label": {"x": {"y": "innermost"}}}}]}
"""


def test_the_forms_of_json_ld_are_read():
    quads = parse(JSONLD.encode(), "it", "jsonld")
    assert len(quads) >= 30
    assert unplaced(JSONLD, "jsonld") == []
    at = places(spots(JSONLD.encode(), "jsonld", quads), quads)
    for value, written in {
        "2018-07-27": '"2018-07-27"',
        "😀 é": '"😀',
        "eins": '"eins"',
        "trois": '"trois"',
        "two": '"two"',
        "7": '{"@value": "7"',
        "innermost": '"innermost"',
    }.items():
        assert at[value] == first(JSONLD, written)


XML = (
    RDFXML
    + """ <e:Thing rdf:about="a" e:attribute="é &amp; &#x1F600;" xml:lang="EN-us">
  <e:text>one &amp; two</e:text>
  <e:day rdf:datatype='http://www.w3.org/2001/XMLSchema#date'>2018-07-27</e:day> <e:empty/>
  <e:to rdf:resource="#b"/><e:inner e:said="inside"/>
  <e:block rdf:parseType="Resource"><e:deep xml:lang="de">x</e:deep></e:block>
  <e:row rdf:parseType="Collection"><e:Item rdf:ID="i"/><rdf:Description rdf:nodeID="n"/></e:row>
  <e:cdata><![CDATA[<b>]]></e:cdata>
  <e:node><rdf:Description><e:text>😀 in
it</e:text><e:text>later</e:text></rdf:Description></e:node>
  <rdf:li>first</rdf:li><rdf:li>second</rdf:li>
 </e:Thing>
 <rdf:Description rdf:nodeID="n" rdf:type="https://example.org/T"
  xml:base="https://example.org/y/"><e:z rdf:resource="z"/></rdf:Description>
</rdf:RDF>"""
)


def test_the_forms_of_rdf_xml_are_read():
    quads = parse(XML.encode(), "it", "rdfxml")
    assert len(quads) >= 24
    assert unplaced(XML.replace("&#x1F600;", "😀"), "rdfxml") == []
    at = places(spots(XML.encode(), "rdfxml", quads), quads)
    for value, written in {
        "é & 😀": "é &amp;",
        "one & two": "one &amp;",
        "2018-07-27": "2018-07-27",
        "https://example.org/x#b": "#b",
        "😀 in\nit": "😀 in",
        "<b>": "<![CDATA[",
        "later": "later",
    }.items():
        assert at[value] == first(XML, written)


@pytest.mark.parametrize("depth", [1_000, 10_000])
def test_depth_and_size_do_not_matter(depth: int):
    began = time.monotonic()
    for text in (
        '{"https://example.org/p":' + "[" * depth + "]" * depth + ', "https://example.org/q": 1}',
        '{"https://example.org/p":' * depth + "1" + "}" * depth,
        '{"@context": [' + "{}," * depth + '{}], "https://example.org/q": 1}',
        '{"@context": {"a": "b:", "b": "a:"}, "a:b": "a:a"}',
    ):
        spots(text.encode(), "jsonld", [])
    spots(
        (RDFXML + "<e:T><e:p>" * depth + "</e:p></e:T>" * depth + "</rdf:RDF>").encode(),
        "rdfxml",
        [],
    )
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("syntax", "text"), [("jsonld", JSONLD), ("rdfxml", XML)])
def test_odd_texts_never_fail(syntax: str, text: str):
    """Whatever is cut out, doubled or put in."""
    chance = random.Random(7)
    signs = [
        '"',
        "{",
        "}",
        "[",
        "]",
        "<",
        ">",
        "@",
        ":",
        "\x00",
        "\ud800",
        "1e999999999",
        "null",
        "&x;",
        "'",
    ]
    for _ in range(1_500):
        start = chance.randrange(len(text))
        end = start + chance.randrange(12)
        put = chance.choice([*signs, text[end : end + 30], ""])
        odd = (text[:start] + put + text[end:]).encode(errors="surrogatepass")
        spots(odd, syntax, [])


def test_a_tool_of_the_project_is_told_where(house, store):
    """The places reach the report."""
    from kg.validation import Brought, Checker

    city = "https://w3id.org/hrcities/city/us-pittsburgh"
    text = json.dumps({"@id": city, PREFIXES["hrc"] + "nothingLikeIt": "x"}, indent=1)
    checker = Checker(house, store)
    found = checker.check([Brought("mine.jsonld", text.encode(), "jsonld")], weigh=False).findings
    assert {(one.spot.line, one.spot.column) for one in found if one.spot} == {(3, 2)}
    misspelt = json.dumps({"@id": city, "@type": PREFIXES["hrc"] + "Citty"}, indent=1)
    found = checker.check(
        [Brought("mine.jsonld", misspelt.encode(), "jsonld")], weigh=False
    ).findings
    fixes = [one.fix for one in found if one.fix]
    assert any("hrc:City" in fix.sentence for fix in fixes)
    assert all(fix.text is None for fix in fixes)  # what would be Turtle is told, not put into JSON
