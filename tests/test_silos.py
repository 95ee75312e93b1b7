"""The network of a date: worked out by hand on the invented world, and what must hold of any network."""

from __future__ import annotations

import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import BadParameter
from kg.explore import Facts, proofs
from kg.explore.days import first, holds, last
from kg.explore.network import network, newest, ties, years
from kg.explore.silos import MOST_DRAWN, VIEW, betweenness, bridges
from kg.namespaces import expand
from kg.store import EmbeddedStore
from server.explore.web import thinned
from tests.conftest import explored

rows = partial(explored, VIEW)


def test_a_bridge_appears_when_a_membership_ends(facts: Facts):
    """In 2018 Harbourton is in the Coastal Rights Network and the Women's House in the water coalition. Both leave in
    2019: then the water coalition and its three communities, and Equal Shores with its two members, hang on
    Harbourton, and Harbourton with all of them on the League."""
    columns = ("bridge", "to", "cut off", "of")
    assert rows(facts, "bridges", *columns, at=["2018"], ties=["member"]) == []
    assert rows(facts, "bridges", *columns, at=["2021"], ties=["member"]) == [
        ("Harbourton", "League of Fair Cities", "8", "19"),
        ("Water for Everyone Coalition", "Harbourton", "4", "19"),
        ("Equal Shores Coalition", "Harbourton", "3", "19"),
    ]


def test_a_year_says_what_began_and_ended_in_it(facts: Facts):
    """As the dates of the ties say; and each year has as many ties as can hold in it."""
    every = ties(facts)
    for year, count in years(every):
        assert count == sum(holds(tie.began, tie.ended, year) for tie in every)
        told = VIEW.answer(facts, {"at": [year]}).part("turns").rows
        for row in told:
            day = row.cells[str(row.cells["what"])]
            assert str(day).startswith(year)
        turned = [tie for tie in every if year in (tie.began[:4], tie.ended[:4])]
        assert len(told) == len(turned)


def test_coalitions_should_meet_once_their_common_city_has_left(facts: Facts):
    """The Women's House of Equal Shores shelters women; the Tenants' Union of the Coastal Rights Network budgets for
    housing, with women among others. Until 2019 Harbourton was in both."""
    columns = ("one", "other", "reasons")
    pair = ("Coastal Rights Network", "Equal Shores Coalition", "right to housing; women")
    assert pair not in rows(facts, "meet", *columns, at=["2018"], ties=["member"])
    assert pair in rows(facts, "meet", *columns, at=["2021"], ties=["member"])


def test_the_tie_of_an_act_that_lapsed_ends_with_it(facts: Facts):
    """Dunmouth's resolution of March 2015, which cites the Treaty on Homes, lapsed in 2018."""
    tie = ("Dunmouth", "Treaty on Homes", "cites")
    columns = ("one", "other", "tie")
    for at, there in (("2014", False), ("2015", True), ("2018-06", True), ("2019", False)):
        assert (tie in rows(facts, "ties", *columns, at=[at])) is there, at


def test_a_text_that_was_never_adopted_ties_nobody(facts: Facts):
    """Saltmarsh rejected its draft on women's equality, which cites CEDAW."""
    found = rows(facts, "ties", "one", "other", "tie", at=["2018"])
    assert ("Tollmere", "Treaty on Homes", "cites") in found
    assert not [tie for tie in found if tie[0] == "Saltmarsh" and tie[2] == "cites"]


def test_each_tie_rests_on_words(facts: Facts, world: EmbeddedStore):
    part = VIEW.answer(facts, {"at": ["2018"]}).part("ties")
    found = proofs(world, [said for row in part.rows for said in row.basis])
    assert all(any(found[said] for said in row.basis) for row in part.rows)


@pytest.mark.parametrize(
    ("began", "ended", "at", "there"),
    [
        ("2015", "2019", "2019-12-31", True),
        ("2015", "2019", "2020-01-01", False),
        ("2015", "", "2014-12", False),
        ("2015-06", "", "2015", True),
        ("", "2019-06-30", "2019-07", False),
        ("", "", "1848", True),
    ],
)
def test_a_date_means_all_the_days_that_it_can(began: str, ended: str, at: str, there: bool):
    assert holds(began, ended, at) is there
    assert (first("2015-02"), last("2015-02")) == ("2015-02-01", "2015-02-31")


def test_what_is_no_date_is_said(facts: Facts):
    with pytest.raises(BadParameter, match="is no day"):
        VIEW.answer(facts, {"at": ["yesterday"]})


# Any network ----------------------------------------------------------------------

_NODES = "abcdefg"


def chain(
    pairs: list[tuple[str, str]], extra: list[tuple[str, str, str]] | None = None
) -> list[tuple[str, str, str]]:
    """A membership for each pair."""
    said = [(actor(one), "rdf:type", expand("hrc:Actor")) for one in _NODES]
    for at, (one, other) in enumerate(pairs):
        membership = expand(f"membership:zz-{at}")
        said += [
            (membership, "rdf:type", expand("hrc:Membership")),
            (membership, "org:member", actor(one)),
        ]
        said += [(membership, "org:organization", actor(other))]
    return said + (extra or [])


def actor(name: str) -> str:
    return expand(f"actor:zz-{name}")


def drawn(pairs: list[tuple[str, str]]):
    return network(ties(Facts(chain(pairs))), "2020", ["member"])


pairs = st.lists(st.tuples(st.sampled_from(_NODES), st.sampled_from(_NODES)), max_size=12)


def test_betweenness_and_bridges_of_a_path():
    """a-b-c-d-e: of 6 pairs of others, 3 pass through b, 4 through c. b-c and c-d cut two off; the ends are loose."""
    graph = drawn([("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")])
    found = betweenness(graph)
    assert [round(found[actor(one)], 4) for one in "abcde"] == [0, 0.5, 0.6667, 0.5, 0]
    cuts = {(one, other, len(small), len(large)) for one, other, small, large in bridges(graph)}
    assert cuts == {(actor("b"), actor("c"), 2, 3), (actor("d"), actor("c"), 2, 3)}


@given(pairs)
def test_a_bridge_is_a_tie_without_which_there_are_more_parts(found: list[tuple[str, str]]):
    import networkx as nx

    graph = drawn(found)
    parts = nx.number_connected_components(graph)
    for one, other, small, large in bridges(graph):
        without = graph.copy()
        without.remove_edge(one, other)
        assert nx.number_connected_components(without) == parts + 1
        assert {one} <= small
        assert {other} <= large
        assert 2 <= len(small) <= len(large)


@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_the_statements_makes_no_difference(
    found: list[tuple[str, str]], chance: random.Random
):
    said = chain(found)
    answer = VIEW.answer(Facts(said), {})
    chance.shuffle(said)
    assert VIEW.answer(Facts(said), {}).parts == answer.parts


@given(pairs)
def test_an_unrelated_city_and_a_broader_concept_change_nothing(found: list[tuple[str, str]]):
    """Concerns count as they are said: what is broader makes no coalitions more alike."""
    concerns = [
        (actor(one), "hrc:concerns", expand(f"right:{right}"))
        for one, right in (("a", "x"), ("g", "x"), ("b", "y"))
    ]
    rights = [(expand(f"right:{one}"), "rdf:type", expand("hrc:Right")) for one in "xyz"]
    far = [(expand("city:zz-far"), "rdf:type", expand("hrc:City"))]
    broader = [(expand(f"right:{one}"), "skos:broader", expand("right:z")) for one in "xy"]
    before = VIEW.answer(Facts(chain(found, concerns + rights)), {}).parts
    assert VIEW.answer(Facts(chain(found, concerns + rights + far + broader)), {}).parts == before


def test_the_default_date_is_the_latest_on_record(facts: Facts):
    day = newest(ties(facts))
    assert VIEW.answer(facts, {}).sentence == VIEW.answer(facts, {"at": [day]}).sentence


def test_of_a_large_network_the_picture_has_the_greatest_brokers_and_says_so():
    """A wheel of 300 hubs around one centre, each with two of its own: 901 in one part, exact no more."""
    said = [(actor(f"{at}"), "rdf:type", expand("hrc:Actor")) for at in range(901)]
    for at in range(1, 901):
        hub = 0 if at <= 300 else (at - 301) // 2 + 1
        said += [
            (actor(f"{at}"), "org:unitOf", actor(f"{hub}")),
        ]
    answer = VIEW.answer(Facts(said), {})
    assert answer.notes[0].startswith(f"Of the largest part the picture has the {MOST_DRAWN} that")
    assert answer.notes[1] == "Betweenness is estimated here, from 333 of 901 nodes."
    graph = answer.drawing.graph
    order = [row.cells["broker"].value for row in answer.part("brokers").rows]
    kept = thinned(graph, order)
    assert order[0] == actor("0")
    assert len(kept) == MOST_DRAWN
    assert all(one in kept for one in graph[actor("0")])  # the hubs before those at the rim
    import networkx as nx

    assert nx.is_connected(graph.subgraph(kept))
    assert VIEW.answer(Facts(chain([("a", "b")])), {}).notes == ()
