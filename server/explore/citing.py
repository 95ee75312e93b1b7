"""How the answer of a view is cited: with its address in this version of the graph and a checksum of its first table.

To compute the checksum again: `curl -s ADDRESS.csv | sha256sum`, with the address that is cited.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from flask import Response

from kg.citing import Citation
from kg.explore import Result
from server.explore.asked import Asked
from server.explore.explorer import the_version
from server.explore.written import as_csv
from server.question.using import CITED, root


def cited(asked: Asked, result: Result, form: str) -> Response:
    """The citation as "bib" (BibTeX), "json" (CSL-JSON) or "txt"."""
    version = the_version()
    plain = Asked(asked.view, asked.given, version=asked.version)
    words = Citation(
        key=asked.view.name,
        question=asked.view.title,
        about="; ".join(f"{name}: {', '.join(values)}" for name, values in asked.given.items()),
        rows=len(result.parts[0].rows) if result.parts else 0,
        version=version,
        fingerprint=hashlib.sha256(as_csv(plain, result).data).hexdigest() if result.parts else "",
        seen=datetime.now(UTC).date(),
        url=root() + plain.href(version=version),
    )
    body = {"bib": words.bibtex(), "json": words.csl(), "txt": words.sentence() + "\n"}[form]
    response = Response(body, content_type=f"{CITED[form]}; charset=utf-8")
    response.headers["Content-Disposition"] = (
        f'inline; filename="{asked.view.name}-citation.{form}"'
    )
    return response
