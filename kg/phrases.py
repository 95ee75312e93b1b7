"""Words that whoever shows them can say in another language: they keep their pattern and their facts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Self

_PATTERN = re.compile(r"(?:[^%]|%%|%\(\w+\)s)*+")


class Phrase(str):
    """Words that keep their pattern and their facts, so that whoever shows them can say them in another language.

    `Phrase("There is no page %(page)s.", page=3)` reads "There is no page 3."; a whole number has its thousands apart,
    another number no zeros at its end, and a fact may be a phrase too.
    """

    pattern: str
    facts: dict[str, object]

    def __new__(cls, pattern: str, /, **facts: object) -> Self:
        shown = {name: _shown(fact) for name, fact in facts.items()}
        said = super().__new__(cls, pattern % shown)
        said.pattern, said.facts = pattern, facts
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.pattern,), self.facts


class Plural(Phrase):
    """Words for so many of something: `Plural("%(number)s act", "%(number)s acts", 2)` reads "2 acts".

    `number` decides between the two patterns, and is a fact of them.
    """

    many: str
    number: int

    def __new__(cls, one: str, many: str, number: int, /, **facts: object) -> Self:
        said = super().__new__(cls, one if number == 1 else many, number=number, **facts)
        said.pattern, said.many, said.number = one, many, number
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str, ...], dict[str, object]]:  # type: ignore[override]
        facts = {name: fact for name, fact in self.facts.items() if name != "number"}
        return (self.pattern, self.many, self.number), facts  # type: ignore[return-value]


class Name(Phrase):
    """What a thing is called: `Name("women", es="mujeres")` reads "women", and is said in Spanish as "mujeres"."""

    others: dict[str, str]

    def __new__(cls, name: str, /, **others: str) -> Self:
        said = super().__new__(cls, "%(name)s", name=name)
        said.others = others
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (str(self.facts["name"]),), dict(self.others)


def joined(separator: str, words: Iterable[str]) -> str:
    """Words one after another, each of which keeps its pattern; nothing where there are none."""
    every = list(words)
    if not any(isinstance(one, Phrase) for one in every):
        return separator.join(every)
    facts = {f"word{at}": one for at, one in enumerate(every)}
    pattern = separator.join(f"%({name})s" for name in facts)
    return Phrase(pattern, **facts)


def as_data(words: object) -> object:
    """What JSON can carry of words, and of anything that it carries as it is."""
    if isinstance(words, Plural):
        facts = {name: as_data(fact) for name, fact in words.facts.items() if name != "number"}
        return {"one": words.pattern, "many": words.many, "number": words.number, "facts": facts}
    if isinstance(words, Phrase):
        facts = {name: as_data(fact) for name, fact in words.facts.items()}
        return {"pattern": words.pattern, "facts": facts}
    return words


def from_data(data: object) -> object:
    """Words again. Raises ValueError for what no words are: a pattern has places for its facts, and no widths."""
    if not isinstance(data, dict):
        return data
    patterns = [data[name] for name in ("one", "many", "pattern") if name in data]
    if not all(isinstance(one, str) and _PATTERN.fullmatch(one) for one in patterns):
        raise ValueError("These are no words.")
    try:
        facts = {name: from_data(fact) for name, fact in data["facts"].items()}
        if "pattern" in data:
            return Phrase(data["pattern"], **facts)
        return Plural(data["one"], data["many"], int(data["number"]), **facts)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("These are no words.") from error


def _shown(fact: object) -> object:
    return (
        f"{fact:,}" if isinstance(fact, int) else f"{fact:g}" if isinstance(fact, float) else fact
    )
