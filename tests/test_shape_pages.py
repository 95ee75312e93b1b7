"""What a finding links to: a page for each shape and each kind of advice, with examples that hold."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib.namespace import RDF, SH

from kg import rdf
from kg.examples import Example, example
from kg.house import House
from kg.namespaces import BASE, PREFIXES
from kg.validation import Contribution, Judge
from kg.validation import advice as advisers
from kg.validation.guide import ADVICE, ADVICE_BASE, SYNTAX, shape
from tests.conftest import HTML

SHAPE = PREFIXES["shape"]
HEAD = "".join(f"PREFIX {name}: <{space}>\n" for name, space in PREFIXES.items())


@pytest.fixture(scope="module")
def fast(world_house: House, world) -> Judge:
    return Judge(world_house, world, by="pyshifty")


@pytest.fixture(scope="module")
def names(fast: Judge) -> list[str]:
    """Every named shape."""
    graph = fast.book.graph
    kinds = (SH.NodeShape, SH.PropertyShape)
    found = {str(one) for kind in kinds for one in graph.subjects(RDF.type, kind)}
    return sorted(one.removeprefix(SHAPE) for one in found if one.startswith(SHAPE))


def can_be_broken(fast: Judge, name: str) -> bool:
    return bool(shape(fast.book.graph, SHAPE + name).messages)


def said(text: str) -> list[ox.Quad]:
    return rdf.parse((HEAD + text).encode(), "an example")


def broken_by(text: str, by: Judge) -> set[str]:
    return {one.shape for one in by.findings([Contribution("an example", tuple(said(text)))])}


def test_each_right_example_is_clean_and_each_wrong_one_breaks_its_shape_and_no_other(
    house: House, fast: Judge, judge: Judge, names: list[str]
):
    assert len(names) > 250
    for name in names:
        if not can_be_broken(fast, name):
            continue
        shown = example(house, name)
        assert shown is not None, name
        assert broken_by(shown.right, fast) == set(), name
        by = judge if "[]" in shown.wrong else fast  # which passes over what has no name
        assert broken_by(shown.wrong, by) == {SHAPE + name}, name


def test_a_right_example_is_the_wrong_one_mended_and_not_another_story(
    house: House, fast: Judge, names: list[str]
):
    """Most of what the two say is the same, so that a reader sees what was changed."""
    for name in names:
        shown = example(house, name)
        if shown is None or not shown.wrong:
            continue
        wrong, right = (
            {line.rstrip(" ;") for line in text.splitlines()} for text in (shown.wrong, shown.right)
        )
        assert shown.wrong != shown.right, name
        if name != "Provision-instrument-is-known":  # what was taken for an article never was one
            assert len(wrong & right) >= len(wrong) / 2, name
        assert shown.story.endswith((".", "?")), name


def test_a_right_example_says_what_the_wrong_one_lacks(house: House, fast: Judge, names: list[str]):
    """Leaving a statement out is no mending where something is asked for: its property stands in the right example."""
    for name in names:
        found = shape(fast.book.graph, SHAPE + name)
        shown = example(house, name)
        forbidden = "at most 0" in found.counts or name == "Testimony-names-no-person"
        if shown is None or not shown.wrong or not found.path or forbidden:
            continue
        used = {quad.predicate.value for quad in said(shown.right)}
        asked = {one.removeprefix("^") for one in found.path}
        assert used & asked, name


def test_an_example_is_asked_for_by_a_shapes_name_only(house: House):
    assert example(house, "Act-no-such-shape") == Example(example(house, "Act").right)
    for name in ("../world/water", "Act-../ok", "Nothing-at-all", ""):
        assert example(house, name) is None


def test_every_shape_has_a_page_that_shows_how_to_mend(
    client: FlaskClient, fast: Judge, names: list[str]
):
    for name in names:
        page = client.get(f"/shape/{name}.html", headers=HTML)
        assert page.status_code == 200, name
        found = shape(fast.book.graph, SHAPE + name)
        assert f"<h1>{found.title}</h1>" in page.text
        if found.messages:
            assert "<h3>A wrong example</h3>" in page.text, name
            assert "<h3>A right example</h3>" in page.text, name
            assert page.text.count("<mark>") >= 1, name
            assert f'class="severity {found.severity}"' in page.text


def test_the_page_of_a_shape_says_all_that_it_asks(client: FlaskClient):
    page = client.get("/shape/Act-belongs-to-one-place", headers=HTML, follow_redirects=True).text
    for word in (
        "Say which one place the act is of",
        "at least 1, at most 1",
        'href="/ontology#actOf"',
        "The place that the act binds.",
        "Two councils signed one text",
        "/queries/acts-of-a-place",
        "/shape/Act-belongs-to-one-place.ttl",
    ):
        assert word in page, word
    of_the_class = client.get("/shape/Act", headers=HTML, follow_redirects=True).text
    assert 'href="/shape/Act-belongs-to-one-place"' in of_the_class
    assert "<h2>A right example</h2>" in of_the_class


def test_the_page_of_a_rule_that_is_a_query_names_its_property(client: FlaskClient):
    page = client.get("/shape/Act-is-introduced-first.html", headers=HTML).text
    assert '<a href="/ontology#stage"><code>hrc:stage</code></a>' in page


@pytest.mark.parametrize("name", ADVICE)
def test_every_kind_of_advice_has_a_page(client: FlaskClient, name: str):
    page = client.get(f"/advice/{name}", headers=HTML)
    assert page.status_code == 200
    assert ADVICE[name].title in page.text.replace("&#39;", "'")


def test_advice_is_found_where_findings_point(client: FlaskClient):
    given = {
        value
        for value in vars(advisers).values()
        if isinstance(value, str) and value.startswith(ADVICE_BASE)
    }
    assert len(given) >= 3
    for iri in given | {SYNTAX, f"{ADVICE_BASE}table-merged-rows"}:
        path = "/" + iri.removeprefix(BASE)
        assert client.get(path, headers=HTML, follow_redirects=True).status_code == 200
    assert client.get("/advice/nonsense", headers=HTML).status_code == 404
