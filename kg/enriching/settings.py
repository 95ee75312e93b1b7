"""Which endpoints there are: read from a TOML file, the project's own or a person's."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kg.errors import SourceUnavailable, SyntaxFault

KINDS = ("number", "point", "degrees", "thing", "text")
COMPARED = ("population", "point", "latitude", "longitude", "country", "label")


@dataclass(frozen=True)
class Field:
    """One property that is asked for; `compare` names what of ours it is held against, if anything."""

    name: str
    predicate: str
    kind: str
    compare: str = ""


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL endpoint, what is asked of it, and how gently: `pause` in seconds between requests."""

    name: str
    title: str
    endpoint: str
    licence: str
    space: str
    fields: tuple[Field, ...]
    subject: str = ""
    batch: int = 50
    pause: float = 1.0
    seconds: float = 60.0

    @property
    def by_name(self) -> dict[str, Field]:
        return {one.name: one for one in self.fields}


def endpoints(file: Path | None = None) -> dict[str, Endpoint]:
    """The endpoints of a file by their names, of the project's own if none is given. SyntaxFault, SourceUnavailable."""
    what = str(file) if file else "endpoints.toml"
    try:
        text = file.read_text("utf-8") if file else _own()
        told = tomllib.loads(text)
    except OSError as error:
        raise SourceUnavailable(what, error.strerror or str(error)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SyntaxFault(what, f"this is no TOML: {error}") from error
    return {name: _endpoint(what, name, one) for name, one in told.items()}


def _own() -> str:
    return files("kg.enriching").joinpath("endpoints.toml").read_text("utf-8")


def _endpoint(what: str, name: str, told: Any) -> Endpoint:
    def fault(why: str) -> SyntaxFault:
        return SyntaxFault(what, f"[{name}] {why}")

    if not isinstance(told, dict):
        raise fault("is no table")
    for key in ("endpoint", "licence", "space", "fields"):
        if not told.get(key):
            raise fault(f"lacks {key!r}")
    for key in ("endpoint", "space"):
        _address(fault, key, str(told[key]))
    fields = tuple(_field(fault, str(key), one) for key, one in dict(told["fields"]).items())
    limits = {"batch": (1, 500), "pause": (0, 600), "seconds": (0.1, 600)}
    for key, (least, most) in limits.items():
        value = told.get(key, least)
        if (
            not isinstance(value, int | float)
            or isinstance(value, bool)
            or not least <= value <= most
        ):
            raise fault(f"has {key} = {value!r}; it is a number from {least} to {most}")
    return Endpoint(
        name=name,
        title=str(told.get("title", name)),
        endpoint=str(told["endpoint"]),
        licence=str(told["licence"]),
        space=str(told["space"]),
        fields=fields,
        subject=str(told.get("subject", "")),
        batch=int(told.get("batch", 50)),
        pause=float(told.get("pause", 1.0)),
        seconds=float(told.get("seconds", 60.0)),
    )


def _field(fault: Any, name: str, told: Mapping[str, Any]) -> Field:
    predicate, kind, compare = (str(told.get(key, "")) for key in ("predicate", "kind", "compare"))
    _address(fault, f"fields.{name}.predicate", predicate)
    if kind not in KINDS:
        raise fault(f"fields.{name} is of no kind that is known: choose from {', '.join(KINDS)}")
    if compare and compare not in COMPARED:
        raise fault(
            f"fields.{name} is compared with {compare!r}; choose from {', '.join(COMPARED)}"
        )
    if not name.isidentifier():
        raise fault(f"has a field {name!r}; a name has letters, digits and _ only")
    return Field(name, predicate, kind, compare)


def _address(fault: Any, key: str, value: str) -> None:
    parts = urlsplit(value)
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or any(c in value for c in ' <>"{}|\\^`')
    ):
        raise fault(f"has {key} = {value!r}; it is an address that begins with http:// or https://")
