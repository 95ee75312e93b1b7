"""Real SPARQL servers for the tests, on loopback, in temporary folders: Oxigraph's own and Virtuoso 7. And one near."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.store import EmbeddedStore
from tests.server_process import free_port

OXIGRAPH = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which(
    "oxigraph"
)
VIRTUOSO = shutil.which("virtuoso-t")
_ISQL = shutil.which("isql-vt") or shutil.which("isql")
_READY = 60  # seconds
_INI = """[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
ServerThreads = 10
CheckpointInterval = 0
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
CaseMode = 2
DirsAllowed = {folder}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 6
MaxKeepAlives = 6
KeepAliveTimeout = 30
[SPARQL]
ResultSetMaxRows = 0
"""


class Near:
    """Oxigraph's engine in the place of a server, with the queries that it was asked."""

    url = "http://near.example/sparql"

    def __init__(self, store: EmbeddedStore) -> None:
        self._engine = store._engine
        self.asked: list[str] = []

    def ask(self, query: str, kind: str, *_: object, **__: object) -> bytes:
        self.asked.append(query)
        assert kind == "table"
        return self._engine.query(query).serialize(format=ox.QueryResultsFormat.JSON)


@contextmanager
def oxigraph(store: Path) -> Iterator[str]:
    """The address of Oxigraph's own server over a compiled store, read only."""
    if not OXIGRAPH:
        pytest.skip("Oxigraph's server is not installed: pip install oxigraph")
    port = free_port()
    command = [OXIGRAPH, "serve-read-only", "--location", str(store)]
    with _running([*command, "--bind", f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def virtuoso(folder: Path, load: Sequence[tuple[Path, str]]) -> Iterator[str]:
    """The address of a Virtuoso that has loaded files: each N-Quads, or Turtle for the graph named beside it."""
    if not VIRTUOSO or not _ISQL:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource")
    sql, http = free_port(), free_port()
    (folder / "v.ini").write_text(_INI.format(folder=folder, sql=sql, http=http))
    command = [VIRTUOSO, "+configfile", str(folder / "v.ini"), "+foreground"]
    address = f"http://127.0.0.1:{http}/sparql"
    with _running(command, address + "?query=ASK%7B%7D"):
        lines = [f"ld_dir('{file.parent}', '{file.name}', '{graph}');" for file, graph in load]
        script = "\n".join(["log_enable(2);", *lines, "rdf_loader_run();"])
        script += "\nSELECT ll_file, ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL;"
        (folder / "load.sql").write_text(script)
        asked = [_ISQL, f"127.0.0.1:{sql}", "dba", "dba", str(folder / "load.sql")]
        said = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=True)
        assert "\n0 Rows." in said.stdout, said.stdout + said.stderr
        yield address


@contextmanager
def _running(command: list[str], ready: str) -> Iterator[None]:
    """A server that answers at an address, ended with the block."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **quiet)
    try:
        _await(process, ready)
        yield
    finally:
        process.kill()
        process.wait()


def _await(process: subprocess.Popen[bytes], ready: str) -> None:
    until = time.monotonic() + _READY
    while True:
        try:
            with urllib.request.urlopen(ready, timeout=5):
                return
        except OSError:
            assert process.poll() is None, "the server ended before it answered"
            assert time.monotonic() < until, f"{ready} did not answer within {_READY} s"
            time.sleep(0.1)
