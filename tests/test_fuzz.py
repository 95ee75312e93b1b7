"""Contributions with something broken at random: each gets an answer that is not the server's fault, in time.

The same cases each time; more of them by hand: `KG_FUZZ=2000 pytest -n 0 tests/test_fuzz.py`.
"""

from __future__ import annotations

import io
import json
import os
import random
import time
import zipfile
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from kg.house import House
from kg.tables import MEDIA_TYPES
from server import create_app
from tests.conftest import TESTS, problem
from tests.test_tables import CITY_WITH_ACTS, as_text, as_workbook

SECONDS = 30.0  # far more than any of these takes, for the machine may be busy
COUNT = int(os.environ.get("KG_FUZZ", "60"))
FORMS = ("json", "html", "turtle", "sarif", "junit", "text")
PLANTED = [
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\uD800", b"\\u0000", b"\r", b"\n"),
    *(b"\xe2\x80\xae", b"\xf4\x8f\xbf\xbf", b"&#0;", b"&x;", b"]]>", b"<!--", b"<![CDATA[", b"<?x"),
    *(
        b'"""',
        b"'''",
        b'"',
        b"'",
        b"<",
        b">",
        b"{",
        b"}",
        b"[",
        b"]",
        b"(",
        b")",
        b"@prefix : <> .",
    ),
    *(
        b"@en--ltr",
        b"^^",
        b"_:",
        b"<<",
        b"{|",
        b"@base <x> .",
        b"1e999",
        b"-" * 99,
        b"=1+1",
        b";" * 99,
    ),
    *(b'{"@context":{"@vocab":"a:"}}', b'"@id":', b"null", b"[]", b"true", b"a a a .", b"<a:a>"),
    *(
        b"9" * 400,
        b"2024-02-30",
        b"/../" * 20,
        b"%",
        b"\\",
        b"\x1b[31m",
        b"PK\x03\x04",
        b"\x1f\x8b",
    ),
]


def whole() -> dict[str, bytes]:
    """A sound contribution in each syntax."""
    quads = list(ox.parse((TESTS / "tables" / "newbridge.ttl").read_bytes(), ox.RdfFormat.TURTLE))
    triples = [quad.triple for quad in quads]
    written = {
        "text/turtle": (TESTS / "tables" / "newbridge.ttl").read_bytes(),
        "application/n-triples": ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES),
        "application/rdf+xml": ox.serialize(triples, format=ox.RdfFormat.RDF_XML),
        "application/ld+json": ox.serialize(triples, format=ox.RdfFormat.JSON_LD),
        "text/csv": as_text(CITY_WITH_ACTS),
        MEDIA_TYPES["xlsx"]: as_workbook(CITY_WITH_ACTS),
    }
    return {media_type: bytes(body) for media_type, body in written.items() if body}


def broken(body: bytes, chance: random.Random) -> bytes:
    """The same bytes with a few things changed, planted, doubled, taken out, or the end cut off."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(body) + 1)
        upto = min(len(body), at + chance.choice((1, 2, 8, 60, 900)))
        body = chance.choice(
            [
                body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :],
                body[:at] + chance.choice(PLANTED) + body[at:],
                body[:at] + chance.choice(PLANTED) + body[upto:],
                body[:at] + body[at:upto] * chance.choice((2, 40)) + body[upto:],
                body[:at] + body[upto:],
                body[:at] + body[upto : upto + 60] + body[at:upto] + body[upto + 60 :],
                body[: max(at, 1)],
            ]
        )
    return body


def broken_within(workbook: bytes, chance: random.Random) -> bytes:
    """A workbook that can be unpacked, one part of which is broken."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        which = chance.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, broken(old.read(name), chance) if name == which else old.read(name))
    return out.getvalue()


def cases() -> Iterator[tuple[str, bytes, str]]:
    chance = random.Random(6)
    sound = whole()
    for number in range(COUNT):
        media_type = list(sound)[number % len(sound)]
        body = sound[media_type]
        within = media_type == MEDIA_TYPES["xlsx"] and chance.random() < 0.6
        made = broken_within(body, chance) if within else broken(body, chance)
        yield media_type, made, FORMS[number // len(sound) % len(FORMS)]


@pytest.fixture(scope="module")
def client(world_house: House) -> Iterator[FlaskClient]:
    app = create_app({"HOUSE": world_house.root, "UPLOAD_SECONDS": SECONDS})
    yield app.test_client()
    app.extensions["desk"].close()


def test_what_is_broken_at_random_is_answered(client: FlaskClient):
    found: dict[int, int] = {}
    wrong = []
    for number, (media_type, body, form) in enumerate(cases()):
        began = time.monotonic()
        answer = client.post(f"/validate?format={form}", data=body, content_type=media_type)
        late = time.monotonic() - began > SECONDS or "not finished after" in answer.text
        if late or answer.status_code not in (200, 400, 413, 415):
            wrong.append((number, media_type, form, answer.status_code, late, answer.text[:300]))
        elif form == "json" and answer.status_code == 200:
            json.loads(answer.data)
        elif answer.status_code in (413, 415):
            assert problem(answer)["detail"]
        found[answer.status_code] = found.get(answer.status_code, 0) + 1
    assert wrong == []
    assert found[200] > COUNT // 10, found
    assert found[400] > COUNT // 10, found
    assert client.get("/health").status_code == 200


def test_what_is_whole_is_found_sound(client: FlaskClient):
    """So that what is broken above was sound before."""
    for media_type, body in whole().items():
        answer = client.post("/validate?format=json", data=body, content_type=media_type)
        assert answer.status_code == 200, (media_type, answer.text[:300])
        assert json.loads(answer.data)["findings"] == [], media_type


def _cell(column: str, text: str) -> bytes:
    """The sound table with another text in one cell of its first row."""
    head, first, *rest = [row.copy() for row in CITY_WITH_ACTS]
    first[head.index(column)] = text
    return as_text([head, first, *rest])


BOOK = as_workbook(CITY_WITH_ACTS)
ONCE = {  # what once was a defect: media type, body, status, a word of the answer
    "a name with a sign that no IRI has": ("text/csv", _cell("rights", "right:<b>"), 200, "right:"),
    "an address that is none": ("text/csv", _cell("rights", "https://[x/%zz"), 200, "Nothing is"),
    "a digit that is no number": ("text/csv", _cell("passed", "² May 2020"), 200, "date"),
    "a number of many digits": ("text/csv", _cell("passed", "9" * 5_000 + " May"), 200, "date"),
    "a workbook without its middle": (MEDIA_TYPES["xlsx"], BOOK[:50] + BOOK[150:], 400, "unpack"),
    "a thing without a name": (
        "text/turtle",
        b"[] a <https://w3id.org/hrcities/ontology#City> .",
        200,
        "Give it a name first",
    ),
    "a slip before a name of no kind": (
        "text/turtle",
        b"<https://w3id.org/hrcities/act/x> a <http://w3id.org/hrcities/x> .",
        200,
        "Write https://w3id.org/hrcities/x.",
    ),
}


@pytest.mark.parametrize("name", ONCE)
def test_what_once_was_a_defect(name: str, client: FlaskClient):
    media_type, body, status, says = ONCE[name]
    answer = client.post("/validate?format=json", data=body, content_type=media_type)
    assert answer.status_code == status, answer.text[:300]
    assert says in answer.text
