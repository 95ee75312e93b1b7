"""The list of files as a Frictionless data package, with the schema of each table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg.export.csvw import METADATA
from kg.export.files import LICENSE, TITLE, Written, media_type

FILE = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {
    "anyURI": {"type": "string", "format": "uri"},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "date": {"type": "date"},
    "gYear": {"type": "year"},
    "gYearMonth": {"type": "yearmonth"},
}


def write(written: Sequence[Written], folder: Path) -> Written:
    """Write `datapackage.json` over files that were written; a table's schema is read from its CSVW metadata."""
    described = json.loads((folder / "tables" / METADATA).read_text(encoding="utf-8"))
    schemas = {f"tables/{table['url']}": table for table in described["tables"]}
    package = {
        "$schema": _PROFILE,
        "name": "human-rights-cities-kg",
        "title": TITLE,
        "licenses": [{"name": "CC-BY-4.0", "path": LICENSE}],
        "resources": [_resource(one, schemas.get(one.path), folder) for one in written],
    }
    file = folder / FILE
    file.write_text(json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return Written.of(file, folder, "What is in this folder, as a Frictionless data package")


def _resource(one: Written, table: dict[str, Any] | None, folder: Path) -> dict[str, Any]:
    content = (folder / one.path).read_bytes()
    path = Path(one.path)
    said: dict[str, Any] = {
        "name": one.path.replace("/", "-").replace(".", "-").lower(),
        "path": one.path,
        "title": one.title,
        "format": path.suffix[1:],
        "mediatype": media_type(one.path),
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if table:
        said["type"] = "table"
        said["schema"] = _schema(table)
    return said


def _schema(table: dict[str, Any]) -> dict[str, Any]:
    schema = table["tableSchema"]
    own = table["url"].removesuffix(".csv")
    keys = [
        {
            "fields": [key["columnReference"]],
            "reference": {
                "resource": "" if there == own else f"tables-{there}-csv",
                "fields": ["iri"],
            },
        }
        for key in schema.get("foreignKeys", ())
        for there in [key["reference"]["resource"].removesuffix(".csv")]
    ]
    fields = [_field(column) for column in schema["columns"]]
    made = {"fields": fields, "primaryKey": ["iri"], "missingValues": [""]}
    return made | ({"foreignKeys": keys} if keys else {})


def _field(column: dict[str, Any]) -> dict[str, Any]:
    several = column.get("separator")
    kind = {"type": "string"} if several else _TYPES.get(column["datatype"], {"type": "string"})
    about = column.get("dc:description", "")
    if several:
        about = f"{about} Several values are parted by {several!r}.".strip()
    said = {"name": column["name"], **kind}
    if about:
        said["description"] = about
    if column.get("propertyUrl"):
        said["rdfType"] = column["propertyUrl"]
    if column["required"]:
        said["constraints"] = {"required": True, "unique": True}
    return said
