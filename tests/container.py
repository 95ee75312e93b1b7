"""Asked within a container by tests/container.sh: is the server there, does it answer, does it hold its limits?"""

import os
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = "http://127.0.0.1:8000"
THREE = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }"
UPLOAD = b"<https://example.org/a> <https://example.org/b> 1 ."


def asked(path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    request = urllib.request.Request(HERE + path, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=70) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def query(text: str, **more: str) -> tuple[int, str]:
    return asked("/sparql?" + urllib.parse.urlencode({"query": text, **more}), Accept="text/csv")


def writable(folder: str) -> bool:
    try:
        tried = Path(folder) / "tried"
        tried.write_text("")
        tried.unlink()
    except OSError:
        return False
    return True


began = time.monotonic()
while True:
    try:
        print(
            "health", asked("/health")[0], f"{time.monotonic() - began:.1f} s after the first try"
        )
        break
    except OSError:
        assert time.monotonic() - began < 60, "no answer within a minute"
        time.sleep(0.1)
assert os.getuid() == 10001
assert not any(map(writable, ("/", "/opt/kg", "/usr/local/bin")))
status, table = asked("/queries/practices-at-an-intersection.csv")
assert status == 200, table
print("a question:", len(table.splitlines()), "lines")
assert len(table.splitlines()) > 5
status, count = query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
assert status == 200, count
assert int(count.split()[1]) > 50_000, count
print("a query:", count.split()[1], "statements")
status, said = query(THREE, timeout="1")
assert status == 504, (status, said)
print("a query beyond its limit:", status)
status, said = asked("/validate", UPLOAD, **{"Content-Type": "text/turtle"})
assert status == 200, (status, said)
print("an upload: judged")
status, said = asked("/static/outlines.svg")
print("outlines of countries:", "there" if status == 200 else "not there, for there was no npm")
assert asked("/health")[0] == 200
