"""Relative IRIs against a base."""

from __future__ import annotations

import re


def resolved(iri: str, base: str) -> str:
    """An IRI, relative ones against the base; of dots in paths nothing is known here."""
    if not base or re.match(r"[A-Za-z][A-Za-z0-9+.\-]*+:", iri):
        return iri
    scheme, _, rest = base.partition(":")
    if iri.startswith("//"):
        return f"{scheme}:{iri}"
    if iri.startswith("/"):
        host = re.match(r"//[^/?#]*+", rest)
        return f"{scheme}:{host.group() if host else ''}{iri}"
    if iri.startswith("#") or not iri:
        return base.partition("#")[0] + iri
    if iri.startswith("?"):
        return re.split(r"[?#]", base)[0] + iri
    folder = re.split(r"[?#]", base)[0]
    return folder[: folder.rfind("/") + 1] + iri
