"""The server over another SPARQL server: uploads and names are judged beside that one's graph, and trouble there is
told with the right status while nothing of an upload is lost.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kg.build import Built
from kg.house import House
from server import create_app
from server.front import Edition
from server.gateway import Response
from tests import elsewhere
from tests.conftest import HTML, problem
from tests.test_endpoint import JSON, ONE, Scripted, good
from tests.test_mistakes import MISTAKES, SOUND, mistaken
from tests.test_table_mistakes import MISTAKES as TABLES
from tests.test_table_mistakes import mistaken as mistaken_table
from tests.test_table_mistakes import saved

pytestmark = pytest.mark.xdist_group("three stores")  # which has compiled both graphs
SECONDS = 3.0


def client_of(**config: object) -> FlaskClient:
    return create_app({"UPLOAD_SECONDS": 30.0, "LINKING_SECONDS": 30.0, **config}).test_client()


def closing(client: FlaskClient) -> Iterator[FlaskClient]:
    yield client
    client.application.extensions["desk"].close()


@pytest.fixture(scope="module")
def here(world_house: House) -> Iterator[FlaskClient]:
    yield from closing(client_of(HOUSE=world_house.root))


@pytest.fixture(scope="module")
def there(house: House, world_built: Built) -> Iterator[FlaskClient]:
    """The invented world on another server; the files of this one are others."""
    with elsewhere.oxigraph(world_built.folder / "store") as address:
        yield from closing(client_of(HOUSE=house.root, ENDPOINT=address))


def sent(client: FlaskClient, content: bytes | str, media: str = "text/turtle") -> dict:
    answer = client.post("/validate?format=json", data=content, content_type=media)
    assert answer.status_code == 200, answer.text
    return {
        name: said
        for name, said in answer.get_json().items()
        if name
        not in ("judged", "answers", "unasked")  # how long it took, and what there was time for
    } | {"scope": answer.get_json()["judged"]["scope"]}


def test_an_upload_is_judged_beside_the_other_servers_graph(here: FlaskClient, there: FlaskClient):
    texts = [SOUND, *(mistaken(one) for one in MISTAKES[7:40:20])]
    told = [(sent(here, text), sent(there, text)) for text in texts]
    assert all(ours == theirs for ours, theirs in told)
    assert not told[0][0]["findings"]
    assert all(ours["findings"] for ours, _ in told[1:])


def test_a_table_names_what_the_other_server_has(here: FlaskClient, there: FlaskClient):
    sound, mistake = next(one for one in TABLES if one[1].get("as") != "xlsx")
    brought = saved(mistaken_table(sound, mistake), mistake)
    assert sent(there, brought.content, "text/csv") == sent(here, brought.content, "text/csv")


ASKED = [
    ({"query": "Harbourton"}, "city"),
    ({"query": "Harborton", "properties": [{"pid": "country", "v": "Zedland"}]}, "city"),
    ({"query": "housing", "limit": 4}, None),
    ({"query": "CEDAW", "properties": [{"pid": "kind", "v": {"id": "x"}}]}, "instrument"),
    ({"query": 'x" } } SERVICE <http://e/> { ?s ?p "'}, None),
]


def test_names_are_reconciled_with_the_other_servers_things(here: FlaskClient, there: FlaskClient):
    queries = {
        f"q{n}": query | ({"type": kind} if kind else {}) for n, (query, kind) in enumerate(ASKED)
    }
    asked = {"queries": json.dumps(queries)}
    answers = [client.post("/reconcile", data=asked).get_json() for client in (here, there)]
    assert answers[0] == answers[1]
    found = [one["id"] for one in answers[0]["q0"]["result"]]
    assert found
    assert set(found) >= {"city/zz-harbourton", "city/yy-dunmouth"}
    wanted = {"ids": [*found, "city/nowhere"], "properties": [{"id": "country"}, {"id": "acts"}]}
    for path in (
        "/reconcile?extend=" + quote(json.dumps(wanted)),
        "/reconcile/suggest/entity?prefix=har",
        f"/reconcile/preview?id={found[0]}",
    ):
        ours, theirs = here.get(path), there.get(path)
        assert (ours.status_code, ours.text) == (200, theirs.text)


# What is kept ----------------------------------------------------------------------------------------------


@pytest.fixture
def slots(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Five minutes that do not pass; calling it lets them pass."""
    monkeypatch.setattr("kg.store._UNCHANGED", 10**12)
    return lambda: monkeypatch.setattr("kg.store._UNCHANGED", 10**9)


def test_what_the_data_are_is_counted_once_in_five_minutes(
    there: FlaskClient, slots: Callable[[], None], monkeypatch: pytest.MonkeyPatch
):
    """However many ask at the same time, and in whichever format."""
    desk = there.application.extensions["desk"]
    asked: list[str] = []
    ask = desk.store.door.ask
    monkeypatch.setattr(
        desk.store.door, "ask", lambda query, *more: asked.append(query) or ask(query, *more)
    )
    pages = ["/about/data", "/about/data.json", "/about/data", "/about/data"]
    with ThreadPoolExecutor(4) as threads:
        first = list(
            threads.map(lambda page: there.application.test_client().get(page).data, pages)
        )
    assert first[0] == first[2] == first[3]
    counted = len(asked)
    assert counted == len(set(asked)) > 20
    assert b"Zedland" in there.get("/about/data").data
    assert len(asked) == counted
    slots()
    assert there.get("/about/data.json").data == first[1]
    assert len(asked) == 2 * counted


def test_a_page_is_kept_as_long_as_the_other_servers_graph_is_taken_for_unchanged(
    there: FlaskClient, here: FlaskClient, slots: Callable[[], None]
):
    ours, theirs = Edition(here.application), Edition(there.application)
    answer = Response(200, [("cache-control", "public"), ("etag", '"1"')], b"What there was.")
    for edition in (ours, theirs):
        edition.shelf.put(("/",), answer)
        assert edition.shelf.get(("/",)).body == answer.body
    slots()
    assert (len(theirs.shelf), len(ours.shelf)) == (0, 1)


# Trouble ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.close()


@pytest.fixture(scope="module")
def troubled(world_house: House, server: Scripted) -> Iterator[FlaskClient]:
    client = client_of(
        HOUSE=world_house.root, ENDPOINT=server.address, UPLOAD_SECONDS=SECONDS, SAVED_SECONDS=1.0
    )
    yield from closing(client)


def _silent(handler: object) -> None:
    time.sleep(SECONDS + 1)


def _hangs_up(handler: object) -> None:
    handler.close_connection = True  # type: ignore[attr-defined]


TROUBLE = {
    "slow": (_silent, 504, "had not answered after", "30"),
    "gone": (_hangs_up, 502, "broke off before the answer was whole", "30"),
    "broken": (
        (500, {}, b"Out of disk"),
        502,
        "failed with status 500, and says: Out of disk",
        "30",
    ),
    "busy": ((503, {"Retry-After": "120"}, b""), 502, "asks to be left alone for 120 s", "120"),
    "late": ((504, {"Retry-After": "90"}, b""), 504, "took too long", "90"),
    "cut": (good(ONE[:25]), 502, "breaks off", "30"),
    "fewer rows": (good(ONE, X_SPARQL_MaxRows="1"), 502, "cuts answers off at 1 rows", "30"),
    "a page": (good(b"<!doctype html>", "text/html"), 502, "web page", "30"),
    "another form": (good(ONE, "text/csv"), 502, "sent text/csv where", "30"),
    "another answer": (
        good(b'{"head": {}, "boolean": true}'),
        502,
        "breaks off or is not what",
        "30",
    ),
    "unread": ((400, {}, b"syntax error"), 502, "cannot read it, and says: syntax error", "30"),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_trouble_there_is_told_and_the_text_is_still_in_the_form(
    name: str, troubled: FlaskClient, server: Scripted
):
    reply, status, words, wait = TROUBLE[name]
    server.replies = [reply]
    form = {"text": SOUND, "replaces": "data/world/acts", "syntax": "turtle"}
    page = troubled.post("/validate", data=form, headers=HTML)
    assert page.status_code == status, page.text[:500]
    assert page.headers["Retry-After"] == wait
    assert words in page.text
    written = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL)
    assert written is not None
    assert "act:zz-stonebridge" in written[1]
    assert re.search(r"<option selected>data/world/acts</option>", page.text)
    assert base64.b64encode(SOUND.encode()).decode() in page.text


def test_a_program_is_told_as_a_problem_and_a_file_is_not_lost(
    troubled: FlaskClient, server: Scripted
):
    server.replies = [(500, {}, b"no")]
    said = problem(troubled.post("/validate", data=SOUND, content_type="text/turtle"))
    assert (said["status"], "failed with status 500" in said["detail"]) == (502, True)
    table = b"act,place\nzz-x,zz-y\n"
    page = troubled.post("/validate", data={"file": (BytesIO(table), "mine.csv")}, headers=HTML)
    assert base64.b64encode(table).decode() in page.text or page.status_code == 400
    names = problem(troubled.get('/reconcile?queries={"q":{"query":"Graz"}}'))
    assert (names["status"], "failed with status 500" in names["detail"]) == (502, True)
    assert troubled.get("/validate").status_code == 200
    assert troubled.get("/health").status_code == 200


def test_no_worker_is_lost_by_trouble(troubled: FlaskClient, server: Scripted):
    """The other server is back: the same worker goes on, and what is asked has no more than its words."""
    server.replies = [good(b'{"head": {"vars": []}, "results": {"bindings": []}}', JSON)]
    server.asked.clear()
    assert sent(troubled, SOUND)["findings"]  # for nothing is published there
    asked = [one["query"][0] for one in server.asked]
    assert 5 < len(asked) < 60
    counted = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    assert all(
        query.startswith("SELECT ?s ?p ?o ?g { VALUES (?") or query == counted for query in asked
    )
    assert not any("SERVICE" in query for query in asked)
