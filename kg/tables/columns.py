"""The templates: CSVW metadata, read from the files of this package. A new template is a new file."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files as package_files
from typing import Any

_VARIABLE = re.compile(r"\{(\w+)\}")
ROW = "_row"  # the variable of CSVW that counts the rows of a table


@dataclass(frozen=True)
class Column:
    """A column as its metadata describes it. IRIs are whole; those with {variables} are templates of IRIs."""

    name: str
    titles: tuple[str, ...]  # the first is the one that templates have
    help: str
    example: str
    about: str
    predicate: str
    value: str
    datatype: str
    lang: str  # "und" where another column says it
    separator: str
    default: str
    required: bool
    silent: bool  # CSVW's suppressOutput: a name or a hint, not a statement
    ranges: tuple[str, ...]  # the classes and concept schemes that the cell may name things of

    @property
    def title(self) -> str:
        return self.titles[0]


@dataclass(frozen=True)
class Template:
    """One kind of table."""

    name: str
    title: str
    help: str
    columns: tuple[Column, ...]
    virtual: tuple[Column, ...]
    metadata: str  # as JSON

    @cached_property
    def by_title(self) -> dict[str, Column]:
        """Columns by every title that they may have, folded, and by their names."""
        return {
            folded(title): column
            for column in self.columns
            for title in (*column.titles, column.name)
        }

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def abouts(self) -> frozenset[str]:
        """The templates of the things that real columns describe."""
        return frozenset(one.about for one in self.columns if one.predicate and not one.silent)

    @cached_property
    def key(self) -> str:
        """The template of the thing that a row is about first: its first column's."""
        return self.columns[0].about

    @cached_property
    def evidence(self) -> str:
        """The template of the evidence that a row is."""
        return next(one for one in self.abouts if f"{{{ROW}}}" in one)


def folded(title: str) -> str:
    """A title without case, underscores and doubled spaces."""
    return " ".join(title.replace("_", " ").casefold().split())


def variables(template: str) -> list[str]:
    """The names between braces, in their order."""
    return _VARIABLE.findall(template)


def filled(template: str, values: dict[str, str]) -> str:
    """A template of an IRI with its variables filled in; KeyError for one that has no value."""
    return _VARIABLE.sub(lambda found: values[found[1]], template)


def _column(said: dict[str, Any]) -> Column:
    titles = said.get("titles", said["name"])
    return Column(
        name=said["name"],
        titles=(titles,) if isinstance(titles, str) else tuple(titles),
        help=said.get("dc:description", ""),
        example=said.get("schema:example", ""),
        about=said.get("aboutUrl", ""),
        predicate=said.get("propertyUrl", ""),
        value=said.get("valueUrl", ""),
        datatype=said.get("datatype", "string"),
        lang=said.get("lang", ""),
        separator=said.get("separator", ""),
        default=said.get("default", ""),
        required=said.get("required", False),
        silent=said.get("suppressOutput", False),
        ranges=tuple(said.get("schema:rangeIncludes", ())),
    )


def _template(name: str, text: str) -> Template:
    said = json.loads(text)
    described = said["tableSchema"]["columns"]
    return Template(
        name=name,
        title=said["dc:title"],
        help=said["dc:description"],
        columns=tuple(_column(one) for one in described if not one.get("virtual")),
        virtual=tuple(_column(one) for one in described if one.get("virtual")),
        metadata=text,
    )


def _read() -> dict[str, Template]:
    folder = package_files("kg.tables").joinpath("metadata")
    found = {one.name.removesuffix(".json"): one.read_text("utf-8") for one in folder.iterdir()}
    return {name: _template(name, found[name]) for name in sorted(found)}


KINDS = _read()
