"""The tables as CSV files, and what their columns mean as CSVW (Model for Tabular Data, W3C)."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kg.export.files import LICENSE, TITLE, Written
from kg.export.tables import Column, Table

METADATA = "csv-metadata.json"


def write(tables: Sequence[Table], folder: Path) -> Iterator[Written]:
    """Write `tables/NAME.csv` for each table, and `tables/csv-metadata.json`.

    CSV as RFC 4180 has it, UTF-8, with a heading. Cells are as the graph has them: no guard for spreadsheets.
    """
    for table in tables:
        file = folder / "tables" / f"{table.name}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out)
            rows.writerow(column.name for column in table.columns)
            for row in table.rows.values():
                rows.writerow(_cell(column, row.get(column.name, ())) for column in table.columns)
        yield Written.of(file, folder, f"Table: {table.name}")
    file = folder / "tables" / METADATA
    text = json.dumps(_metadata(tables), indent=1, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")
    yield Written.of(file, folder, "What the columns of the tables mean, as CSVW")


def _cell(column: Column, values: Sequence[str]) -> str:
    return column.separator.join(values) if column.separator else "".join(values)


def _metadata(tables: Sequence[Table]) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": TITLE,
        "dc:license": {"@id": LICENSE},
        "tables": [_table(table) for table in tables],
    }


def _table(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(column) for column in table.columns],
        "primaryKey": "iri",
        "aboutUrl": "{+iri}",
    }
    # A reference must lead somewhere in each row: CSVW's validators take an empty cell for a broken one.
    whole = (one for one in table.columns if one.refers and one.full and not one.separator)
    keys = [_foreign(column) for column in whole]
    if keys:
        schema["foreignKeys"] = keys
    about = {"dc:description": table.about} if table.about else {}
    return {"url": f"{table.name}.csv", "dc:title": table.name, **about, "tableSchema": schema}


def _column(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "datatype": column.type,
        "required": column.name == "iri",
    }
    if column.predicate:
        said["propertyUrl"] = column.predicate
    if column.about:
        said["dc:description"] = column.about
    if column.language:
        said["lang"] = column.language
    if column.separator:
        said["separator"] = column.separator
    return said


def _foreign(column: Column) -> dict[str, Any]:
    reference = {"resource": f"{column.refers}.csv", "columnReference": "iri"}
    return {"columnReference": column.name, "reference": reference}
