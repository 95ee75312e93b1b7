"""A saved query: its question, its typed parameters, its SPARQL.

A query is a `.rq` file that runs as it stands in any endpoint. Its head, lines that begin with `#+`, is
YAML as grlc writes it. A parameter is an ordinary `VALUES ?city { city:us-pittsburgh }` with an example in
it; asking puts other terms there. A value is checked against the kind its head declares and written as
an RDF term, all parameters in one pass over the tokens: never a text template.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import yaml

from kg.answers import Table
from kg.errors import BadParameter, BadQueryFile, KgError, Phrase, SourceUnavailable, UnknownQuery
from kg.house import House
from kg.lexer import Token, tokens
from kg.namespaces import BASE, PREFIXES, expand, shorten
from kg.screening import screen
from kg.sentences import ROWS, STATEMENTS, sentence
from kg.store import Store

Given = Mapping[str, Sequence[str]]
Allowed = Callable[["Parameter"], Sequence["Option"]]
ANY = "any"
MAX_VALUES = 100
# What a statement's parts are called where a graph is shown as a table, and what each says.
STATEMENT = {
    "thing": "What the statement is about.",
    "property": "What is said of it.",
    "value": "The value that is said.",
}
_HEAD = {"summary", "description", "tags", "parameters", "answer", "view", "empty"}
_HEAD |= {"competency", "missing", "columns", "federated"}
_KINDS = ("class", "scheme", "datatype")
# Both read plain values alone; the one written in C comes with PyYAML for most machines and is ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATATYPES = {"string", "integer", "date", "gYear", "boolean"}


@dataclass(frozen=True)
class Parameter:
    """A place in a query where a value goes.

    Exactly one of `classes` (IRIs of classes, any of which will do), `scheme` (the IRI of a concept scheme) and
    `datatype` (an XSD name) says what the value must be. `low` and `high` bound an integer.
    """

    name: str
    help: str
    classes: tuple[str, ...] = ()
    scheme: str = ""
    datatype: str = ""
    language: str = ""
    low: int | None = None
    high: int | None = None
    required: bool = False
    label: str = ""  # what a form calls it
    open: str = ""  # what is asked about where any value will do

    @property
    def kind(self) -> str:
        """What to call a value of this parameter, in a sentence."""
        first = self.classes[0] if self.classes else self.scheme or self.datatype
        return first.replace("#", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Option:
    """A value that a parameter may take, with its name for people."""

    value: str
    label: str

    @property
    def slug(self) -> str:
        return self.value.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Query:
    """One question that can be asked: the file's head, and its text as it stands."""

    name: str
    summary: str
    text: str
    description: str = ""
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    answer: str = ""
    view: str = "table"
    empty: str = ""
    competency: int = 0  # the number of the competency question that it answers; 0: none
    missing: str = ""  # what the published data lack for a full answer
    columns: Mapping[str, str] = field(
        default_factory=dict
    )  # what a column says, where the file says it
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    federated: Mapping[str, Any] = field(default_factory=dict)  # see kg.enriching.federation

    @cached_property
    def kind(self) -> str:
        """What the answer is: "table" or "graph"."""
        return screen(self.text).kind

    def bind(self, given: Given, store: Store, allowed: Allowed | None = None) -> str:
        """The query's text with these values in the places of its examples.

        `given` maps a parameter's name to one or more values as a person writes them (an IRI, a prefixed
        name, a slug, a number, a date); the value "any" leaves it open; a parameter that is not given keeps
        its example. `allowed` lists what a parameter may be, where somebody keeps that; else the store is asked.
        Raises BadParameter.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in given:
            if name not in known:
                asked = ", ".join(known) or "none"
                raise BadParameter(
                    name,
                    Phrase("this question has no such parameter; it has: %(known)s.", known=asked),
                )
        values = {
            name: " ".join(_terms(known[name], texts, allowed or partial(options, store=store)))
            for name, texts in given.items()
            if texts
        }
        return replaced(self.text, values)

    def sentence(self, table: Table, said: Mapping[str, str], language: str = "en") -> str:
        """The answer in one sentence. `said` maps each parameter to what it was asked about."""
        return sentence(self.answer or ROWS, table, said, language)

    def chosen(self, given: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        """For each parameter, the values that are asked about: those given, else the examples."""
        return {
            parameter.name: list(given.get(parameter.name) or self.examples[parameter.name])
            for parameter in self.parameters
        }


def find(house: House, name: str) -> Query:
    """The query of this name. Raises UnknownQuery, with the names there are."""
    for file in house.files("queries"):
        if file.stem == name:
            return load(file)
    known = [file.stem for file in house.files("queries")]
    raise UnknownQuery(name, difflib.get_close_matches(name, known, 3) or known)


def every(house: House) -> list[Query]:
    """All queries of a house, by name."""
    return [load(file) for file in house.files("queries")]


def load(file: Path) -> Query:
    """Read a `.rq` file. Raises BadQueryFile when its head or a parameter's place is not as it must be."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceUnavailable(str(file), str(error)) from error
    try:
        return _query(file.stem, text)
    except KgError as error:
        raise BadQueryFile(str(file), str(error)) from error
    except (yaml.YAMLError, ValueError, TypeError, KeyError) as error:
        raise BadQueryFile(str(file), " ".join(str(error).split())) from error


def _query(name: str, text: str) -> Query:
    head = yaml.load("\n".join(_head_lines(text)), _LOADER) or {}  # noqa: S506  a safe one
    unknown = set(head) - _HEAD
    if unknown or not head.get("summary"):
        raise ValueError(
            f"its head has an unknown entry: {', '.join(sorted(unknown))}."
            if unknown
            else "its head has no summary, which is the question."
        )
    parameters = tuple(_parameter(*entry) for entry in (head.get("parameters") or {}).items())
    graph = screen(text).kind == "graph"
    blocks = _blocks(text)
    for parameter in parameters:
        if parameter.name not in blocks:
            raise ValueError(
                f"there is no line VALUES ?{parameter.name} {{ … }} for that parameter."
            )
    return Query(
        name=name,
        summary=str(head["summary"]),
        text=text,
        description=str(head.get("description", "")),
        tags=tuple(head.get("tags", ())),
        parameters=parameters,
        answer=str(head.get("answer") or (STATEMENTS if graph else ROWS)),
        view=str(head.get("view", "table")),
        empty=str(head.get("empty", "")),
        competency=int(head.get("competency", 0)),
        missing=str(head.get("missing", "")),
        columns={
            name: str(said)
            for name, said in ((STATEMENT if graph else {}) | (head.get("columns") or {})).items()
        },
        examples={p.name: _examples(text, blocks[p.name]) for p in parameters},
        federated=dict(head.get("federated") or {}),
    )


def _head_lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith("#+"):
            yield line[3:] if line.startswith("#+ ") else line[2:]


def _parameter(name: str, entry: dict[str, Any]) -> Parameter:
    entry = dict(entry)
    kinds = [kind for kind in _KINDS if kind in entry]
    if len(kinds) != 1:
        raise ValueError(f"the parameter {name} needs exactly one of: {', '.join(_KINDS)}.")
    if "datatype" in entry and entry["datatype"] not in _DATATYPES:
        raise ValueError(f"the parameter {name} has a datatype other than {sorted(_DATATYPES)}.")
    low, high = entry.pop("range", (None, None))
    classes = tuple(_iri(word) for word in entry.pop("class", "").split())
    scheme = _iri(entry.pop("scheme", ""))
    found = Parameter(
        name, classes=classes, scheme=scheme, low=low, high=high, **{"help": ""} | entry
    )
    return replace(found, label=found.label or name, open=found.open or f"any {found.kind.lower()}")


def _iri(name: str) -> str:
    return expand(name) or name


@dataclass(frozen=True)
class _Block:
    """The braces of one VALUES line: what stands between them, and where (offsets in the text)."""

    start: int
    end: int
    inside: tuple[Token, ...]


@lru_cache(256)
def _blocks(text: str) -> Mapping[str, _Block]:
    """The VALUES blocks of one variable each, by the variable's name; the first of a name counts."""
    found: dict[str, _Block] = {}
    every = list(tokens(text))
    for at, token in enumerate(every):
        if not token.is_word("VALUES") or at + 2 >= len(every):
            continue
        variable, brace = every[at + 1], every[at + 2]
        if variable.kind != "variable" or brace.text != "{":
            continue
        close = next((end for end in range(at + 3, len(every)) if every[end].text == "}"), None)
        if close is not None:
            block = _Block(brace.start, every[close].end, tuple(every[at + 3 : close]))
            found.setdefault(variable.text[1:], block)
    return found


def replaced(text: str, values: Mapping[str, str]) -> str:
    """The text with new terms in these blocks, last block first so that the offsets stay true."""
    blocks = _blocks(text)
    for name in sorted(values, key=lambda name: blocks[name].start, reverse=True):
        block = blocks[name]
        text = f"{text[: block.start]}{{ {values[name]} }}{text[block.end :]}"
    return text


def _examples(text: str, block: _Block) -> tuple[str, ...]:
    """What stands in a block, as a person would write it in a form."""
    shown = []
    for token in block.inside:
        if token.is_word("UNDEF"):
            shown.append(ANY)
        elif token.kind == "iri":
            shown.append(shorten(token.text[1:-1]))
        elif token.kind == "string":
            shown.append(token.text.strip("\"'"))
        elif token.kind in ("name", "number") and not token.text.startswith("xsd:"):
            shown.append(token.text)
    return tuple(shown)


def _terms(parameter: Parameter, texts: Sequence[str], allowed: Allowed) -> list[str]:
    if len(texts) > MAX_VALUES:
        raise BadParameter(
            parameter.name, Phrase("it takes %(most)s values at most.", most=MAX_VALUES)
        )
    if any(text.strip().lower() == ANY for text in texts):
        if parameter.required:
            raise BadParameter(parameter.name, Phrase("this question needs a value here."))
        return ["UNDEF"]
    if parameter.datatype:
        return [_literal(parameter, text.strip()) for text in texts]
    known = allowed(parameter)
    return [f"<{_known(parameter, text.strip(), known)}>" for text in texts]


def _literal(parameter: Parameter, text: str) -> str:
    if parameter.datatype == "string":
        tag = parameter.language or None
        return str(ox.Literal(text, language=tag))
    a_value = _A_VALUE[parameter.datatype]
    why = Phrase("%(text)s is not %(what)s.", text=repr(text), what=a_value)
    wrong = BadParameter(parameter.name, why)
    if not re.fullmatch(_LEXICAL[parameter.datatype], text):
        raise wrong
    if parameter.datatype == "date":
        try:
            datetime.date.fromisoformat(text)
        except ValueError:
            raise wrong from None
    if parameter.datatype == "integer":
        low, high = parameter.low, parameter.high
        if (low is not None and int(text) < low) or (high is not None and int(text) > high):
            ends = {"low": str(low), "high": str(high)}
            why = Phrase("%(text)s is not between %(low)s and %(high)s.", text=text, **ends)
            raise BadParameter(parameter.name, why)
    return str(ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + parameter.datatype)))


_LEXICAL = {
    "integer": r"-?[0-9]{1,18}",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "gYear": r"[0-9]{4}",
    "boolean": r"true|false",
}
_A_VALUE = {
    "integer": Phrase("a whole number"),
    "date": Phrase("a day written as 2018-07-27"),
    "gYear": Phrase("a year written as 2018"),
    "boolean": Phrase("true or false"),
}


def _known(parameter: Parameter, text: str, allowed: Sequence[Option]) -> str:
    """The IRI that a person meant, if it is of the parameter's kind."""
    option = meant(text, allowed)
    if option is not None:
        return option.value
    slugs = [one.slug for one in allowed]
    near = difflib.get_close_matches(text.rsplit("/")[-1].rsplit(":")[-1], slugs, 3, 0.5)
    facts = {"kind": parameter.kind, "text": repr(text)}
    why = Phrase("no %(kind)s here is called %(text)s.", **facts)
    if near:
        why = Phrase(
            "no %(kind)s here is called %(text)s. Did you mean: %(near)s?",
            **facts,
            near=", ".join(near),
        )
    raise BadParameter(parameter.name, why)


def meant(text: str, allowed: Sequence[Option]) -> Option | None:
    """The option that somebody wrote: as an IRI, a prefixed name, a path or, failing these, a slug or the label, where
    one option only has it.
    """
    by_value = {option.value: option for option in allowed}
    for iri in (text.strip("<>"), expand(text), BASE + text):
        if iri in by_value:
            return by_value[iri]
    by_slug = {option.slug: option for option in allowed}
    if text in by_slug:
        return by_slug[text]
    called = [option for option in allowed if option.label.casefold() == text.casefold()]
    return called[0] if len(called) == 1 else None


def options(parameter: Parameter, store: Store, language: str = "en") -> list[Option]:
    """The values that a parameter may take, by label, in this language where they have one; none for a datatype."""
    if parameter.datatype:
        return []
    classes = " ".join(f"<{iri}>" for iri in parameter.classes)
    pattern = (
        f"VALUES ?class {{ {classes} }} ?value a/<{PREFIXES['rdfs']}subClassOf>* ?class ."
        if classes
        else f"?value <{PREFIXES['skos']}inScheme> <{parameter.scheme}> ."
    )
    named = f"?value <{PREFIXES['rdfs']}label>|<{PREFIXES['skos']}prefLabel>"
    query = f"""SELECT ?value (SAMPLE(COALESCE(?own, ?name)) AS ?label) WHERE {{
        {pattern}
        {named} ?name FILTER(LANG(?name) IN ("en", ""))
        OPTIONAL {{ {named} ?own FILTER(LANG(?own) = "{language}") }}
    }} GROUP BY ?value ORDER BY ?label ?value"""
    rows = store.answer(query).table().rows
    return [
        Option(row["value"].value, row["label"].value)
        for row in rows
        if row["value"] and row["label"]
    ]
