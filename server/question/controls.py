"""The fields of a question's form: the kind of field that fits each parameter, what is chosen, what is the default."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from flask import Response, jsonify, render_template, request

from kg.namespaces import shorten
from kg.queries import ANY, Option, Parameter, meant
from server.desk import Desk
from server.languages import alphabetical, language
from server.question.asked import Asked

LISTED = (
    400  # a list longer than this is not written into the page; its values are looked up by words
)
_LETTERS = 20_000  # of all values and their names: neither is one of long sentences
_INPUTS = {"date": "date", "integer": "number", "gYear": "number", "string": "text"}


@dataclass(frozen=True)
class Control:
    """One field. `kind` is "select", "words" (one field a value, looked up in a list too long to show), "boolean" or
    the type of an input. `chosen` are the values as they are written in an address.
    """

    parameter: Parameter
    kind: str
    options: list[Option]
    chosen: list[str]
    default: str

    @property
    def name(self) -> str:
        return self.parameter.name

    @property
    def open(self) -> bool:
        """Whether anything will do."""
        return ANY in self.chosen

    def ticked(self, option: Option) -> bool:
        return shorten(option.value) in self.chosen


def controls(desk: Desk, asked: Asked) -> list[Control]:
    """The fields for what is asked, in the order of the question's file."""
    chosen = asked.query.chosen(asked.given)
    return [
        _control(desk, asked, parameter, chosen[parameter.name])
        for parameter in asked.query.parameters
    ]


def named(desk: Desk, parameter: Parameter, texts: list[str], tongue: str) -> str:
    """The values that were asked about, by their names in this language."""
    called = {option.value: option.label for option in desk.options(parameter, tongue)}
    found = [(text, meant(text, desk.options(parameter))) for text in texts]
    labels = [called[option.value] if option else text for text, option in found]
    return ", ".join(parameter.open if label == ANY else label for label in labels)


class Named(Protocol):
    """A value that can be chosen, with its name; an `Option` of a question or a `Choice` of Explore."""

    @property
    def value(self) -> str: ...
    @property
    def label(self) -> str: ...


def to_choose_from(options: Iterable[Named], data: bool, **facts: object) -> Response | str:
    """The values of a field that fit the words of `q=`: a list to read, with the facts of its template, or as JSON for
    a field that is being written in."""
    words = request.args.get("q", "")
    found = [one for one in options if fits(one, words)]
    if data:
        return jsonify([{"value": shorten(one.value), "label": one.label} for one in found[:50]])
    return render_template("values.html", words=words, found=found[:500], total=len(found), **facts)


def fits(option: Named, words: str) -> bool:
    """Whether each of these words stands in a value's name or address; accents and capitals make no difference."""
    text = _plain(f"{option.label} {shorten(option.value)}")
    return all(word in text for word in _plain(words).split())


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _control(desk: Desk, asked: Asked, parameter: Parameter, texts: list[str]) -> Control:
    options = alphabetical(desk.options(parameter, language()), lambda one: one.label)
    default = named(desk, parameter, list(asked.query.examples[parameter.name]), language())
    found = [meant(text, desk.options(parameter)) for text in texts]
    chosen = [
        shorten(option.value) if option else text for text, option in zip(texts, found, strict=True)
    ]
    return Control(parameter, _kind(parameter, options), options, chosen, default)


def _kind(parameter: Parameter, options: list[Option]) -> str:
    if parameter.datatype:
        return _INPUTS.get(parameter.datatype, parameter.datatype)
    letters = sum(len(option.label) + len(shorten(option.value)) for option in options)
    return "select" if len(options) <= LISTED and letters <= _LETTERS else "words"
