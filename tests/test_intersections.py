"""Where rights and groups meet: worked out by hand on the invented world, and what must hold of any graph."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadParameter
from kg.explore import VIEWS, Facts, proofs
from kg.explore.bearings import over
from kg.explore.crossings import VIEW
from kg.explore.meetings import meeting, triples
from kg.namespaces import TERMS, expand
from kg.store import EmbeddedStore

WOMEN, MIGRANTS = "group:women", "group:migrants"


def crossing(facts: Facts, *concepts: str) -> list[tuple[str, str, str]]:
    """Kind, thing and how, of each row at a crossing."""
    part = VIEW.answer(facts, {"with": concepts}).part("crossing")
    return [tuple(str(row.cells[name]) for name in ("kind", "thing", "how")) for row in part.rows]


def test_what_is_named_side_by_side_and_what_a_source_names_as_one_stand_apart(facts: Facts):
    found = crossing(facts, WOMEN, MIGRANTS)
    assert [row[1:] for row in found if row[0] == "act"] == [
        ("Harbourton's ordinance on women's equality", "as one position"),
        ("Millbrook's resolution of welcome", "side by side"),
    ]


def test_a_narrower_group_counts_under_its_broader_one(facts: Facts):
    """The residents' report names undocumented migrants and women."""
    found = crossing(facts, WOMEN, MIGRANTS)
    assert ("practice", "Residents' report on equality", "side by side") in found
    assert crossing(facts, WOMEN, "group:undocumented-migrants") == [
        ("practice", "Residents' report on equality", "side by side"),
        ("place", "Larkhaven", "side by side"),
        ("actor", "Larkhaven People's Assembly", "side by side"),
    ]


def test_a_place_meets_through_several_of_its_acts_and_practices(facts: Facts):
    """Harbourton: a night shelter for women, a welcome desk for migrants, an ordinance for migrant women."""
    assert ("place", "Harbourton", "side by side; as one position") in crossing(
        facts, WOMEN, MIGRANTS
    )


def test_the_numbers_of_the_invented_world(facts: Facts):
    """Three acts name women (one of them through migrant women), two migrants (one so), of fourteen that name
    anything: 3 × 2 / 14 = 0.43 by chance."""
    found = meeting(over(facts).of("act"), (expand(WOMEN), expand(MIGRANTS)))
    assert (found.carriers, found.observed, found.stated, found.of) == ((3, 2), 1, 1, 14)
    assert found.expected == pytest.approx(6 / 14)
    assert found.lift is None
    part = VIEW.answer(facts, {"with": [WOMEN, MIGRANTS]}).part("counts")
    assert str(part.rows[0].cells["lift"]) == "too small to mean anything (expected below 5)"


def test_each_row_rests_on_words(facts: Facts, world: EmbeddedStore):
    part = VIEW.answer(facts, {"with": [WOMEN, MIGRANTS]}).part("crossing")
    found = proofs(world, [said for row in part.rows for said in row.basis])
    for row in part.rows:
        assert any(found[said] for said in row.basis), row.cells["thing"]
    ordinance = next(row for row in part.rows if "ordinance" in str(row.cells["thing"]))
    quotes = {proof.quote.value for said in ordinance.basis for proof in found[said]}
    assert quotes == {"recognising the situation of migrant women"}


def test_positions_are_those_that_a_source_states(facts: Facts):
    part = VIEW.answer(facts, {"with": [WOMEN, MIGRANTS]}).part("positions")
    assert {str(row.cells["position"]) for row in part.rows} == {"migrant women"}
    users = {str(row.cells["named by"]) for row in part.rows}
    assert "Harbourton's ordinance on women's equality" in users
    assert "Millbrook's resolution of welcome" not in users


def test_what_cannot_be_asked_is_a_sentence(facts: Facts):
    for given_, words in (
        ({"with": ["group:martians"]}, "is not one of the values"),
        ({"with": [MIGRANTS, "group:undocumented-migrants"]}, "do not cross"),
        ({"count": ["planet"]}, "is not one of the values"),
        ({"wiht": [WOMEN]}, "there is none of this name"),
    ):
        with pytest.raises(BadParameter, match=words):
            VIEW.answer(facts, given_)


def test_the_published_graph_counts_as_sparql_counts(store: EmbeddedStore):
    """The acts that name a group, counted by another way."""
    found = over(Facts.read(store)).of("act")
    query = f"""PREFIX hrc: <{TERMS}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
      SELECT ?group (COUNT(DISTINCT ?act) AS ?acts) WHERE {{
        ?act a hrc:Act ; hrc:names|hrc:centres|hrc:concerns ?named .
        ?named hrc:combines?/skos:broader* ?group . ?group a hrc:Group }} GROUP BY ?group"""
    rows = store.answer(query).table().rows
    assert len(rows) > 10
    for row in rows:
        assert found.carrying(row["group"].value).bit_count() == int(row["acts"].value)


# Any graph ----------------------------------------------------------------------

_TREE = {"b": "a", "c": "b", "e": "d"}  # c is narrower than b, b than a; e than d
_CONCEPTS = ("a", "b", "c", "d", "e", "f")


def graph(
    acts: list[set[str]], extra: list[tuple[str, str, str]] | None = None
) -> list[tuple[str, str, str]]:
    """Acts that each name some groups."""
    said = [(group(one), "rdf:type", expand("hrc:Group")) for one in _CONCEPTS]
    said += [(group(narrow), "skos:broader", group(broad)) for narrow, broad in _TREE.items()]
    for at, named in enumerate(acts):
        act = expand(f"act:zz-{at}")
        said += [
            (act, "rdf:type", expand("hrc:Act")),
            (act, "hrc:actOf", expand(f"city:zz-{at % 3}")),
        ]
        said += [(act, "hrc:names", group(one)) for one in named]
    return said + (extra or [])


def group(name: str) -> str:
    return expand(f"group:{name}")


acts = st.lists(st.sets(st.sampled_from(_CONCEPTS)), max_size=12)


def test_lift_is_told_where_five_are_expected():
    """Of 20 acts 10 name a and 10 d, 8 both: 10 × 10 / 20 = 5 by chance, so 1.6 times as many."""
    found = meeting(
        over(Facts(graph([{"a", "d"}] * 8 + [{"a"}] * 2 + [{"d"}] * 2 + [{"f"}] * 8))).of("act"),
        (group("a"), group("d")),
    )
    assert (found.expected, found.lift) == (5.0, 1.6)
    fewer = meeting(
        over(Facts(graph([{"a", "d"}] * 8 + [{"a"}] * 2 + [{"d"}] * 2 + [{"f"}] * 9))).of("act"),
        (group("a"), group("d")),
    )
    assert fewer.lift is None


@given(acts, st.randoms(use_true_random=False))
def test_the_order_of_the_statements_makes_no_difference(
    named: list[set[str]], chance: random.Random
):
    said = graph(named)
    answer = VIEW.answer(Facts(said), {})
    chance.shuffle(said)
    assert VIEW.answer(Facts(said), {}) == answer


@given(acts)
def test_an_unrelated_city_changes_nothing(named: list[set[str]]):
    """A city of which nothing is said that could meet: neither counts nor expectations move."""
    city, act = expand("city:zz-far"), expand("act:zz-far")
    far = [
        (city, "rdf:type", expand("hrc:City")),
        (act, "rdf:type", expand("hrc:Act")),
        (act, "hrc:actOf", city),
    ]
    assert (
        VIEW.answer(Facts(graph(named, far)), {}).parts
        == VIEW.answer(Facts(graph(named)), {}).parts
    )


@given(acts)
def test_a_broader_concept_meets_at_least_as_often(named: list[set[str]]):
    found = over(Facts(graph(named))).of("act")
    for narrow, broad in _TREE.items():
        for other in ("f", "d" if narrow in "bc" else "a"):
            low = meeting(found, (group(narrow), group(other)))
            high = meeting(found, (group(broad), group(other)))
            assert high.observed >= low.observed
            assert high.carriers[0] >= low.carriers[0]


@given(acts)
def test_each_pair_of_the_table_is_what_the_pair_alone_says(named: list[set[str]]):
    facts = Facts(graph(named))
    for row in VIEW.answer(facts, {}).part("pairs").rows:
        pair = (row.cells["one"].value, row.cells["other"].value)
        alone = meeting(over(facts).of("act"), pair)
        assert str(row.cells["meet"]) == str(alone.observed)
        assert str(row.cells["expected"]) == f"{alone.expected:.2f}"


def test_triples_are_what_each_triple_alone_says():
    """Of 40 acts 24 name a, 20 d and 20 f: 24 × 20 × 20 / 40² = 6 by chance; all three are in 12, twice as many."""
    named = [{"a", "d", "f"}] * 12 + [{"a", "d"}] * 8 + [{"a", "f"}] * 4 + [{"f"}] * 4
    facts = Facts(graph([*named, *[{"g"}] * 12], [(group("g"), "rdf:type", expand("hrc:Group"))]))
    row = VIEW.answer(facts, {"table": ["triples"]}).part("triples").rows[0]
    assert {row.cells[name].value for name in ("one", "other", "third")} == {
        group(one) for one in "adf"
    }
    assert [str(row.cells[name]) for name in ("meet", "expected", "lift")] == ["12", "6.00", "2.00"]


@given(acts)
def test_no_triple_is_missed(named: list[set[str]]):
    """Of a few concepts all triples are listed, each once, as it is counted alone."""
    bearings = over(Facts(graph(named)))
    bearers = bearings.of("act")
    every = {
        three: meeting(bearers, three)
        for three in combinations(sorted(map(group, _CONCEPTS)), 3)
        if not any(bearings.related(*pair) for pair in combinations(three, 2))
    }
    listed = triples(bearings, "act", (), 1000)
    assert {one.concepts: one for one in listed} == {
        three: one for three, one in every.items() if one.observed
    }
    assert triples(bearings, "act", (), 2) == listed[:2]


def test_every_measure_says_how_to_read_it():
    for view in VIEWS:
        for measure in view.measures:
            for words in (measure.definition, measure.formula, measure.denominator, measure.limits):
                assert words, (view.name, measure.name)
