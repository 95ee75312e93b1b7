"""What nearly every test stands on: the invented world, the published house, and a client of each."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.build import Built, build
from kg.house import House
from kg.store import EmbeddedStore
from kg.validation import Judge
from server import create_app

ROOT = Path(__file__).parent.parent
REPORT = ROOT.parent / "shared" / "seed" / "workshop-2018.txt"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Builds of the tests stay out of the person's own cache."""
    os.environ["KG_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ.pop("KG_HOUSE", None)
    os.environ.pop("KG_ENDPOINT", None)
    yield
    del os.environ["KG_CACHE"]


@pytest.fixture(scope="session")
def house() -> House:
    """The published house: this checkout."""
    return House(ROOT)


@pytest.fixture(scope="session")
def built(house: House, _own_cache: None) -> Built:
    return build(house)


@pytest.fixture(scope="session")
def store(built: Built) -> EmbeddedStore:
    """The published graph."""
    return built.open()


@pytest.fixture(scope="session")
def world_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The same ontology, shapes and queries over the invented world of tests/world."""
    folder = tmp_path_factory.mktemp("world")
    for name in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "tests" / "world", folder / "data" / "world")
    return House(folder)


@pytest.fixture(scope="session")
def world_built(world_house: House, _own_cache: None) -> Built:
    return build(world_house)


@pytest.fixture(scope="session")
def world(world_built: Built) -> EmbeddedStore:
    """The invented world, on which answers are proved."""
    return world_built.open()


@pytest.fixture(scope="session")
def judge(world_house: House, world: EmbeddedStore) -> Judge:
    """Judges contributions to the invented world."""
    return Judge(world_house, world)


@pytest.fixture(scope="session")
def client(house: House, _own_cache: None) -> Iterator[FlaskClient]:
    """A client of the server over the published graph, with short limits."""
    app = create_app({"HOUSE": house.root, "VISITOR_SECONDS": 3.0, "VISITOR_BYTES": 2_000_000})
    yield app.test_client()
    app.extensions["desk"].close()
