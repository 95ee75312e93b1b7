"""What nearly every test stands on: the invented world, the published house, and a client of each."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from kg.build import Built, build
from kg.explore import Facts, View
from kg.house import PACKAGED, House
from kg.store import EmbeddedStore
from kg.validation import Judge
from server import create_app

TESTS = Path(__file__).parent
# The house under test: the checkout that these tests lie in, else the one that the installed package carries.
ROOT = TESTS.parent if (TESTS.parent / "ontology").is_dir() else PACKAGED
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TURTLE = "text/turtle"
REPORT = TESTS.parent.parent / "shared" / "seed" / "workshop-2018.txt"


# Drawn examples: the same few in every run, or thousands of new ones with --hypothesis-profile=long.
_DRAWN = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))
settings.register_profile("same", _DRAWN, max_examples=60, derandomize=True)
settings.register_profile("long", _DRAWN, max_examples=20_000, print_blob=True)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Builds of the tests stay out of the person's own cache."""
    os.environ["KG_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ["KG_RELEASES"] = str(tmp_path_factory.mktemp("releases"))
    os.environ.pop("KG_HOUSE", None)
    os.environ.pop("KG_ENDPOINT", None)
    yield
    del os.environ["KG_CACHE"], os.environ["KG_RELEASES"]


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
    shutil.copytree(TESTS / "world", folder / "data" / "world")
    for name in ("shapes", "mended"):
        shutil.copytree(TESTS / name, folder / "tests" / name)
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
    limits = {"VISITOR_SECONDS": 3.0, "VISITOR_BYTES": 2_000_000, "VISITOR_ROWS": 8_000}
    app = create_app({"HOUSE": house.root, **limits})
    yield app.test_client()
    app.extensions["desk"].close()


def page(client: FlaskClient, address: str) -> str:
    """The text of a page that is there."""
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


@pytest.fixture(scope="session")
def site(client: FlaskClient) -> Iterator[str]:
    """The address of a server that listens on this machine, over the published graph."""
    server = make_server("127.0.0.1", 0, client.application, threaded=True)
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    running.join()


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """An HTTP server that remembers who called."""
    heard: list[str] = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *facts: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/canary", heard
    server.shutdown()
    server.server_close()
    thread.join()


def problem(answer: TestResponse) -> dict:
    """What an error says, which must be problem+json with a sentence and the status that was sent."""
    assert answer.content_type == "application/problem+json", answer.text[:200]
    said = json.loads(answer.data)
    assert said["status"] == answer.status_code
    assert said["detail"].endswith((".", "?", "]", "'", ">")), said
    return said


@pytest.fixture(scope="module")
def facts(world: EmbeddedStore) -> Facts:
    return Facts.read(world)


def explored(
    view: View, facts: Facts, part: str, *columns: str, **asked: list[str]
) -> list[tuple[str, ...]]:
    """Some columns of one table of a view of Explore, row by row."""
    found = view.answer(facts, asked).part(part)
    return [tuple(str(row.cells[name]) for name in columns) for row in found.rows]
