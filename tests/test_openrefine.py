"""A real OpenRefine (Debian's package), headless on loopback, reconciles a small table with our service."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
import waitress.server

from kg.house import House
from kg.namespaces import BASE
from server import create_app

PROGRAM = shutil.which("openrefine") or shutil.which("refine")
TABLE = (
    "place,land\nStadt Nürnberg,Deutschland\nYork,United Kingdom\nYork,Canada\nAtlantis,Greece\n"
)
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="OpenRefine is not installed (Debian: openrefine)"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def service(house: House, _own_cache: None) -> Iterator[str]:
    """Our service on loopback."""
    app = create_app({"HOUSE": house.root})
    server = waitress.server.create_server(app, host="127.0.0.1", port=0)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    app.extensions["desk"].close()


@pytest.fixture(scope="module")
def refine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """OpenRefine, once it answers."""
    port, folder = free_port(), tmp_path_factory.mktemp("refine")
    log = (folder / "log").open("w")
    options = ["-i", "127.0.0.1", "-p", str(port), "-d", str(folder), "-m", "512M"]
    headless = ["-x", "refine.headless=true"]
    process = subprocess.Popen(
        [str(PROGRAM), *options, *headless],
        stdout=log,
        stderr=log,
        start_new_session=True,
        env=os.environ | {"HOME": str(folder)},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(180):
            try:
                with urllib.request.urlopen(f"{address}/command/core/get-version", timeout=2):
                    break
            except OSError:
                assert process.poll() is None, (folder / "log").read_text()
                time.sleep(0.5)
        else:
            pytest.fail((folder / "log").read_text())
        yield address
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


class Refine:
    """The few commands of OpenRefine's that a table needs."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get(self, command: str, **given: str) -> Any:
        query = urllib.parse.urlencode(given)
        with urllib.request.urlopen(
            f"{self._address}/command/core/{command}?{query}", timeout=30
        ) as answer:
            return json.loads(answer.read())

    def post(self, command: str, body: bytes, kind: str, **given: str) -> Any:
        given["csrf_token"] = self.get("get-csrf-token")["token"]
        request = urllib.request.Request(
            f"{self._address}/command/core/{command}?{urllib.parse.urlencode(given)}",
            data=body,
            headers={"Content-Type": kind},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.geturl(), answer.read()

    def project(self, table: str) -> str:
        mark = "a-line-that-no-table-has"
        fields = {
            "project-name": ("", "towns"),
            "format": ("", "text/line-based/*sv"),
            "options": ("", json.dumps({"separator": ",", "headerLines": 1})),
            "project-file": ('; filename="towns.csv"', table),
        }
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n{value}\r\n'
            for name, (more, value) in fields.items()
        ]
        body = ("".join(parts) + f"--{mark}--\r\n").encode()
        where, _ = self.post(
            "create-project-from-upload", body, f"multipart/form-data; boundary={mark}"
        )
        return urllib.parse.parse_qs(urllib.parse.urlparse(where).query)["project"][0]

    def reconcile(self, project: str, config: dict[str, Any]) -> None:
        form = urllib.parse.urlencode(
            {
                "columnName": "place",
                "config": json.dumps(config),
                "engine": json.dumps({"facets": [], "mode": "row-based"}),
            }
        )
        _, said = self.post(
            "reconcile", form.encode(), "application/x-www-form-urlencoded", project=project
        )
        assert json.loads(said)["code"] in ("ok", "pending"), said
        until = time.monotonic() + 60
        while self.get("get-processes", project=project)["processes"]:
            assert time.monotonic() < until
            time.sleep(0.3)

    def judgements(self, project: str) -> list[tuple[str, str, str]]:
        """Each cell of the first column: its text, what was judged, and the id that it was matched with."""
        said = self.get("get-rows", project=project, start="0", limit="20")
        found = []
        for row in said["rows"]:
            cell = row["cells"][0]
            recon = said["pool"]["recons"][str(cell["r"])] if "r" in cell else {}
            found.append((cell["v"], recon.get("j", ""), (recon.get("m") or {}).get("id", "")))
        return found


def test_openrefine_matches_what_is_beyond_doubt_and_no_more(service: str, refine: str):
    opened = Refine(refine)
    project = opened.project(TABLE)
    opened.reconcile(
        project,
        {
            "mode": "standard-service",
            "service": f"{service}/reconcile",
            "identifierSpace": BASE,
            "schemaSpace": f"{BASE}ontology#",
            "type": {"id": "city", "name": "Place"},
            "autoMatch": True,
            "columnDetails": [{"column": "land", "propertyName": "State", "propertyID": "country"}],
            "limit": 5,
        },
    )
    assert opened.judgements(project) == [
        ("Stadt Nürnberg", "matched", "city/de-nuremberg"),
        ("York", "matched", "city/gb-york"),
        ("York", "none", ""),
        ("Atlantis", "none", ""),
    ]
