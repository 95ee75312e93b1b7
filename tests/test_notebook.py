"""The notebook runs from its first cell to its last, against a server, and answers what it says it answers."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbclient import NotebookClient

from kg.answers import Table
from kg.queries import find
from kg.store import EmbeddedStore
from tests.conftest import ROOT

FILE = ROOT / "docs" / "three-questions.ipynb"
if not FILE.is_file():
    pytest.skip("the notebook is run in a checkout", allow_module_level=True)


def test_the_notebook_is_kept_without_its_outputs():
    cells = nbformat.read(FILE, as_version=4).cells
    assert all(
        not cell.outputs and cell.execution_count is None
        for cell in cells
        if cell.cell_type == "code"
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_notebook_answers_three_questions(
    site: str, house, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KG_SERVER", site)
    notebook = nbformat.read(FILE, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=120, kernel_name="python3", env=dict(os.environ)).execute()
    said = [
        output["data"]["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    ]

    def asked(name: str) -> Table:
        return store.answer(find(house, name).text).table()

    acts = asked("acts-without-follow-up")
    unseen = {row["act"] for row in acts.rows if str(row["looked"]) == str(acts.rows[0]["looked"])}
    line = next(one for one in said[1].splitlines() if one.startswith(str(acts.rows[0]["looked"])))
    assert int(line.split()[-1]) == len(unseen)
    treaties = asked("treaties-invoked-unratified")
    cedaw = {
        row["place"]
        for row in treaties.rows
        if "Discrimination against Women" in str(row["treatyLabel"])
    }
    assert any(one.split()[-1] == str(len(cedaw)) for one in said[2].splitlines()[1:])
    assert "treaties-invoked-unratified" in said[3]
    failed = asked("commitments-that-failed")
    assert failed.columns[0] in said[4]
