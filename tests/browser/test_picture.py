"""The picture of a network of five hundred: its names, as a browser draws them, stand apart and within it."""

from __future__ import annotations

import random

import networkx as nx
from flask.testing import FlaskClient

from kg.explore import Facts
from kg.explore.silos import VIEW
from kg.namespaces import expand
from server.explore.web import rings, web

BOXES = """() => [...document.querySelectorAll('text')].map(one => {
    const box = one.getBBox();
    return [box.x, box.y + 2, box.x + box.width, box.y + box.height - 2];
})"""


def invented(nodes: int) -> Facts:
    """Coalitions that share some members, each with cities that a council governs; seeded."""
    chance = random.Random(7)
    cities = [expand(f"city:zz-{at}") for at in range(nodes // 2)]
    said = [(city, "rdf:type", expand("hrc:City")) for city in cities]
    said.append((expand("hrc:City"), "rdfs:subClassOf", expand("hrc:Place")))
    said += [
        (city, "rdfs:label", f"City of Zedburgh number {at}") for at, city in enumerate(cities)
    ]
    actors = [expand(f"actor:zz-{at}") for at in range(nodes - len(cities))]
    for at, actor in enumerate(actors):
        said += [
            (actor, "rdf:type", expand("hrc:Actor")),
            (actor, "rdfs:label", f"Council and coalition for human rights {at}"),
            (actor, "hrc:governs", cities[at % len(cities)]),
        ]
    hubs = actors[: nodes // 50]
    for at, city in enumerate(cities):
        for hub in (
            {chance.choice(hubs), hubs[at % len(hubs)]} if at % 4 == 0 else {chance.choice(hubs)}
        ):
            one = f"{city}/{hub.rpartition('/')[2]}"
            said += [
                (one, "rdf:type", expand("hrc:Membership")),
                (one, "org:member", city),
                (one, "org:organization", hub),
            ]
    return Facts(said)


def test_five_hundred_nodes_stay_readable(opened, client: FlaskClient):
    facts = invented(500)
    drawn = VIEW.answer(facts, {"at": ["2020"]}).drawing
    assert len(drawn.graph) == 500
    assert len(max(nx.connected_components(drawn.graph), key=len)) > 450
    with client.application.test_request_context():
        picture = web(facts, drawn)
    page = opened("/explore")
    page.set_content(f"<!doctype html><body>{picture}")
    boxes = page.evaluate(BOXES)
    assert len(boxes) > 60
    left, top, wide, high = map(float, page.locator("svg").get_attribute("viewBox").split())
    for x, y, right, bottom in boxes:
        assert x >= left - 2
        assert right <= left + wide + 2
        assert y >= top
        assert bottom <= top + high
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = (
                one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]
            )
            assert apart, (one, other)
    titles = page.locator("svg a title").all_inner_texts()
    assert len(titles) == 500  # and each node says its name when it is pointed at


def test_nodes_of_five_hundred_stand_apart(client: FlaskClient):
    """The middles of nine in ten are farther than a dot's width from the nearest other."""
    graph = VIEW.answer(invented(500), {"at": ["2020"]}).drawing.graph
    part = max(nx.connected_components(graph), key=len)
    root = max(sorted(part), key=graph.degree)
    spots = list(rings(graph, root, (480.0, 470.0), 470.0)[1].values())
    near = [
        min(((x - u) ** 2 + (y - v) ** 2) ** 0.5 for at, (u, v) in enumerate(spots) if at != here)
        for here, (x, y) in enumerate(spots)
    ]
    assert sum(one > 6 for one in near) > 0.9 * len(near)
