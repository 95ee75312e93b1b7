"""What a cell names: something published, by its IRI, its short name or its exact label; or something of the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.linking.countries import country_code
from kg.namespaces import BASE, PREFIXES, expand, shorten
from kg.rdf import node_text
from kg.tables.columns import folded
from kg.validation.company import View

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SHORT = re.compile(r"[a-z][a-z0-9-]*:[^\s:/][^\s]*")
_NEAR = 75.0  # of 100, rapidfuzz's ratio of two folded names
_STATE = PREFIXES["hrc"] + "State"
_SOURCE = PREFIXES["hrc"] + "Source"
_SCHEME = f"{BASE}scheme/"


class Names:
    """The names of what is published, by class or concept scheme. What was looked up is kept."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._known: dict[tuple[str, ...], dict[str, list[str]]] = {}
        self._labelled: dict[tuple[str, ...], dict[str, list[str]]] = {}

    def of(self, ranges: Sequence[str]) -> dict[str, list[str]]:
        """The things of these classes and schemes, each with its labels in all languages."""
        key = tuple(ranges)
        if key not in self._known:
            schemes = [one for one in ranges if one.startswith(_SCHEME)]
            things = self._view.members(one for one in ranges if one not in schemes)
            for scheme in schemes:
                things |= set(self._subjects(PREFIXES["skos"] + "inScheme", scheme))
            self._view.expect_labels(things)
            self._known[key] = {iri: self._view.labels(iri) for iri in sorted(things)}
        return self._known[key]

    def labelled(self, ranges: Sequence[str], text: str) -> list[str]:
        """The things of these ranges with exactly this label, but for case and spaces."""
        key = tuple(ranges)
        if key not in self._labelled:
            found: dict[str, list[str]] = {}
            for iri, labels in self.of(ranges).items():
                for label in {folded(one) for one in labels}:
                    found.setdefault(label, []).append(iri)
            self._labelled[key] = found
        return self._labelled[key].get(folded(text), [])

    def nearest(
        self, ranges: Sequence[str], text: str, more: Iterable[str] = ()
    ) -> tuple[str, str] | None:
        """The thing whose label or name is nearest to this text, and that label; None if none is near."""
        choices = {
            (iri, label): folded(label)
            for iri, labels in self.of(ranges).items()
            for label in [*labels, local(iri).replace("-", " ")]
        }
        choices |= {(iri, local(iri)): local(iri).replace("-", " ") for iri in more}
        wanted = folded(text).replace("-", " ").split(":")[-1]
        best = process.extractOne(wanted, choices, scorer=fuzz.ratio, score_cutoff=_NEAR)
        return best[2] if best else None

    def source_at(self, address: str) -> str | None:
        """The published source with this address; http or https, and a last slash, make no other."""
        bare = re.sub(r"^https?://", "", address).rstrip("/")
        for text in (
            f"{scheme}{bare}{end}" for scheme in ("https://", "http://") for end in ("", "/")
        ):
            literal = ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + "anyURI"))
            found = self._view.met_in(PREFIXES["schema"] + "url", literal)
            if found:
                return min(node_text(triple.subject) for triple in found)
        return None

    def published(self, iri: str) -> bool:
        """Whether something is said of this."""
        return bool(self._view.said_of(ox.NamedNode(iri)))

    def values(self, iri: str, predicate: str) -> set[str]:
        """The published values of a property, as N-Triples writes them."""
        said = self._view.values(ox.NamedNode(iri), predicate)
        return {str(triple.object) for triple in said}

    def needs_evidence(self) -> frozenset[str]:
        """The properties of which every statement must have evidence."""
        flag = ox.NamedNode(PREFIXES["hrc"] + "needsEvidence")
        return frozenset(node_text(one.subject) for one in self._view.match(None, flag, None))

    def label(self, iri: str) -> str:
        """A name to show: the first label, else the IRI's last part."""
        return next(iter(self._view.labels(iri)), local(iri))

    def _subjects(self, predicate: str, object: str) -> Iterator[str]:
        for triple in self._view.match(None, ox.NamedNode(predicate), ox.NamedNode(object)):
            if isinstance(triple.subject, ox.NamedNode):
                yield triple.subject.value


def local(iri: str) -> str:
    """The last part of an IRI."""
    return re.split(r"[#/]", iri.rstrip("#/"))[-1]


def slug(text: str) -> str:
    """A text as the last part of a name: small letters, digits and hyphens."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def source_slug(address: str) -> str:
    """The last part of the name of a source that has only an address: from its host and path."""
    bare = re.sub(r"^https?://(www\.)?", "", address)
    return slug(bare)[:80].strip("-") or "page"


def written_iri(text: str) -> str | None:
    """The IRI that a text writes out or shortens; None for other text."""
    whole = re.fullmatch(r"https?://\S+", text)
    iri = text if whole else expand(text) if _SHORT.fullmatch(text) else None
    try:
        return ox.NamedNode(iri).value if iri else None
    except ValueError:  # a sign that no IRI has
        return None


def candidates(
    names: Names, ranges: Sequence[str], value: str, text: str, new: set[str]
) -> list[str]:
    """What a text that is no IRI may name, of these ranges or of the table itself, the likeliest first.

    `value` is the column's template of an IRI, which a bare last part fills in.
    """
    found = list(names.labelled(ranges, text))
    if SLUG.fullmatch(text):
        known = names.of(ranges)
        whole = re.sub(r"\{\w+\}", text, value)
        if whole in known or whole in new:
            found.append(whole)
        elif not found:
            found += [iri for iri in known if local(iri) == text]
    if not found and _STATE in ranges:
        code = country_code(text)
        iri = f"{BASE}state/{code.lower()}" if code else ""
        found += [iri] if iri in names.of(ranges) else []
    return list(dict.fromkeys(found))


def kinds_of(ranges: Sequence[str]) -> str:
    """The ranges in words: "a right or a theme"."""
    words = []
    for one in ranges:
        name = local(one)
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("-", " ").lower()
        if one.startswith(_SCHEME):
            spaced = spaced.removesuffix("s")
        words.append(f"{'an' if spaced[0] in 'aeiou' else 'a'} {spaced}")
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def shown(names: Names, iri: str) -> str:
    """A thing as a sentence names it: its label and its short name."""
    return f"“{names.label(iri)}” ({shorten(iri)})"
