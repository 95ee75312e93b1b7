"""What real servers say of our things, Oxigraph's and a Virtuoso 7, is read as from the small one of other tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.enriching.disagreeing import conflicts, ours
from kg.enriching.findings import checked, items
from kg.store import EmbeddedStore
from tests import elsewhere
from tests.endpoints import Loopback
from tests.test_enriching import answering, run, wikidata, wikidata_shaped

__all__ = ["answering", "wikidata_shaped"]  # fixtures
pytestmark = pytest.mark.xdist_group("three stores")
ITEMS = "https://example.org/wikidata-shaped"


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def address(
    request: pytest.FixtureRequest,
    wikidata_shaped: list[ox.Quad],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("items")
    with ExitStack() as stack:
        if request.param == "oxigraph":
            store = ox.Store(str(folder / "store"))
            store.extend(wikidata_shaped)
            store.flush()
            del store
            yield stack.enter_context(elsewhere.oxigraph(folder / "store"))
        else:
            ox.serialize(
                (quad.triple for quad in wikidata_shaped), folder / "items.ttl", ox.RdfFormat.TURTLE
            )
            server = stack.enter_context(
                elsewhere.virtuoso(folder, [(folder / "items.ttl", ITEMS)])
            )
            yield f"{server}?default-graph-uri={ITEMS}"


def test_the_same_values_and_the_same_conflicts(
    address: str, answering: Loopback, store: EmbeddedStore, tmp_path: Path
):
    small, real = wikidata(answering.address), wikidata(address, seconds=20.0)
    asked = items(store, real)
    first = run(small, list(asked), tmp_path / "small")
    second = run(real, list(asked), tmp_path / "real")
    assert second.trouble == ""
    assert second.requests == first.requests
    assert len(checked(second)) == len(checked(first)) > len(asked)
    known = ours(store, asked.values())
    told = conflicts(second, asked, known)
    assert [(one.thing, one.field, one.difference) for one in told] == [
        (one.thing, one.field, one.difference) for one in conflicts(first, asked, known)
    ]
    assert [one.thing for one in told] == ["city:at-graz", "city:de-nuremberg", "city:de-nuremberg"]
