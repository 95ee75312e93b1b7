"""How to mend a finding, where that can be computed: the nearest name that exists, the missing tag, the right form.

A fix is a suggestion in a sentence, and, where one text can take the place of another, that text. What a fix says is
never counted on: whoever follows it has the file judged again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import count

import pyoxigraph as ox
from rdflib import Graph

from kg.dates import readings
from kg.namespaces import BASE, ONTOLOGY, PREFIXES, shorten
from kg.phrases import Phrase
from kg.rdf import node_text
from kg.turtle import prefixed
from kg.validation.company import View
from kg.validation.findings import Finding, Fix
from kg.validation.neighbours import local, nearest, respelt
from kg.validation.terms import read_term
from kg.validation.wanted import Wanted, wanted_by

_XSD = PREFIXES["xsd"]
_DATES = {_XSD + name for name in ("date", "gYearMonth", "gYear")}
_LANGUAGE = PREFIXES["rdf"] + "langString"
_MOST_WORDS = 25
_BODY = Phrase("That is a body; the place that it governs is %(name)s.", name="…")
_BEGINNING = Phrase("The name is written with another beginning. Write %(name)s.", name="…")
_MEANT = Phrase("Did you mean %(name)s?", name="…")
_WRITE = Phrase("Write %(name)s.", name="…")
_UNQUOTED = Phrase("Write its name without quotes: %(name)s.", name="…")
_UNQUOTED_MEANT = Phrase("Write its name without quotes. Did you mean %(name)s?", name="…")


class Mender:
    """Finds fixes, given the shapes and the graph as it would be with the contribution in it."""

    def __init__(self, shapes: Graph, view: View) -> None:
        self._shapes, self._view = shapes, view

    def fix(self, finding: Finding) -> Fix | None:
        """How to mend this, or None."""
        name = local(finding.shape)
        special = _SPECIAL.get(name)
        if special:
            return special(self, finding)
        wanted = wanted_by(self._shapes, finding.shape)
        term = read_term(finding.written)
        if isinstance(term, ox.NamedNode) and (wanted.classes or wanted.schemes):
            return self._another_name(term.value, wanted)
        if isinstance(term, ox.Literal):
            return self._another_text(term, wanted)
        return None

    # Names ------------------------------------------------------------------

    def _another_name(self, iri: str, wanted: Wanted) -> Fix | None:
        known = self._known(wanted)
        council = self._place_of(iri)
        if council in known:
            return _instead(str(council), _BODY)
        slip = next((one for one in respelt(iri) if one in known), None)
        if slip:
            return _instead(slip, _BEGINNING)
        described = self._described_as(iri)
        if described and wanted.classes:
            return Fix(
                Phrase(
                    "It is described, but as %(other)s; what stands here must be one of: %(wanted)s.",
                    other=described,
                    wanted=", ".join(shorten(one) for one in wanted.classes),
                )
            )
        near = nearest(iri, known)
        return _instead(near, _MEANT) if near else None

    def _described_as(self, iri: str) -> str:
        said = self._view.said_of(ox.NamedNode(iri)).get(PREFIXES["rdf"] + "type", [])
        return ", ".join(sorted(shorten(node_text(triple.object)) for triple in said))

    def _known(self, wanted: Wanted) -> set[str]:
        """The names of all that is of the wanted classes, or in the wanted schemes."""
        found: set[str] = set()
        for scheme in wanted.schemes:
            found |= self._subjects("skos:inScheme", scheme)
        return found | self._view.members(wanted.classes)

    def _subjects(self, predicate: str, object: str) -> set[str]:
        triples = self._view.match(None, _named(predicate), ox.NamedNode(object))
        return {node_text(triple.subject) for triple in triples}

    def _place_of(self, iri: str) -> str | None:
        governed = self._view.said_of(ox.NamedNode(iri)).get(PREFIXES["hrc"] + "governs", [])
        return min((node_text(one.object) for one in governed), default=None)

    def a_class(self, finding: Finding) -> Fix | None:
        defined = self._subjects("rdfs:isDefinedBy", ONTOLOGY)
        return self._term_of_ontology(
            finding.value, {one for one in defined if local(one)[:1].isupper()}
        )

    def a_property(self, finding: Finding) -> Fix | None:
        defined = self._subjects("rdfs:isDefinedBy", ONTOLOGY)
        return self._term_of_ontology(
            finding.path, {one for one in defined if local(one)[:1].islower()}
        )

    def _term_of_ontology(self, iri: str, known: set[str]) -> Fix | None:
        near = nearest(iri, known)
        return _instead(near, _MEANT) if near else None

    def a_thing(self, finding: Finding) -> Fix | None:
        """A name that nothing is said of: the nearest of its kind that is described."""
        iri = finding.value or finding.thing
        near = next((one for one in respelt(iri) if self._is_described(one)), None)
        near = near or nearest(iri, self._of_one_kind(iri))
        return _instead(near, _MEANT) if near else None

    def _is_described(self, iri: str) -> bool:
        try:
            return bool(self._view.said_of(ox.NamedNode(iri)).get(PREFIXES["rdf"] + "type"))
        except ValueError:
            return False

    def _of_one_kind(self, iri: str) -> set[str]:
        kind = iri[: iri.rfind("/") + 1]
        return {one for one in self._all_things if one.startswith(kind)} if kind != BASE else set()

    @cached_property
    def _all_things(self) -> set[str]:
        triples = self._view.match(None, _named("rdf:type"), None)
        return {node_text(triple.subject) for triple in triples}

    def a_current_term(self, finding: Finding) -> Fix | None:
        return _instead(finding.value, _WRITE) if finding.value else None

    # Evidence ---------------------------------------------------------------

    def some_evidence(self, finding: Finding) -> Fix:
        """A block to fill in, with the properties that need to be supported."""
        try:
            said = self._view.said_of(ox.NamedNode(finding.thing))
        except ValueError:  # a blank node
            return Fix(Phrase("Give it a name first: nothing can be said about what has none."))
        needing = self._subjects_of_flag("needsEvidence")
        properties = sorted(shorten(name) for name in said if name in needing) or ["rdfs:label"]
        return Fix(
            Phrase("Add a block like this one, with your source and its words:"),
            _block(self._free_evidence(finding.thing), finding.thing, properties),
        )

    def _free_evidence(self, thing: str) -> str:
        """A name for another piece of evidence about this, which nothing has yet."""
        slug = local(thing)
        numbers = (f"evidence:{slug}-{number}" for number in count(1))
        return next(one for one in numbers if not self._view.said_of(_named(one)))

    def more_evidence(self, finding: Finding) -> Fix:
        term = read_term(finding.written)
        value = f" ;\n    hrc:supportsValue {prefixed(term)}" if term is not None else ""
        line = f"    hrc:supports {shorten(finding.path)}{value} ;"
        return Fix(Phrase("Add this to the evidence whose quote shows it:"), line)

    def _subjects_of_flag(self, name: str) -> set[str]:
        triples = self._view.match(None, ox.NamedNode(PREFIXES["hrc"] + name), None)
        return {node_text(triple.subject) for triple in triples}

    def a_shorter_quote(self, finding: Finding) -> Fix | None:
        words = finding.value.split()
        if len(words) <= _MOST_WORDS:
            return None
        term = read_term(finding.written)
        language = getattr(term, "language", None) or "en"
        kept = ox.Literal(" ".join(words[:_MOST_WORDS]), language=language)
        return Fix(
            Phrase(
                "It has %(words)s words, %(over)s too many. The first %(most)s are:",
                words=len(words),
                over=len(words) - _MOST_WORDS,
                most=_MOST_WORDS,
            ),
            str(kept),
        )

    # Literals ---------------------------------------------------------------

    def _another_text(self, term: ox.Literal, wanted: Wanted) -> Fix | None:
        if wanted.classes or wanted.schemes:
            return self._name_in_quotes(term, wanted)
        for datatypes, mend in (
            ({_LANGUAGE}, self._with_language),
            (_DATES, _as_date),
            ({_XSD + "integer"}, _as_integer),
            ({_XSD + "decimal"}, _as_decimal),
            ({_XSD + "anyURI"}, _as_address),
        ):
            if datatypes & set(wanted.datatypes):
                return mend(term, wanted)
        return None

    def _name_in_quotes(self, term: ox.Literal, wanted: Wanted) -> Fix | None:
        """Text where a name is wanted: the thing that has this text as its name, or a name like it."""
        known = self._known(wanted)
        text = term.value.casefold().strip()
        self._view.expect_labels(known)
        for iri in sorted(known):
            if text in {name.casefold() for name in self._view.labels(iri)} | {iri.casefold()}:
                return _instead(iri, _UNQUOTED)
        slug = re.sub(r"\W+", "-", text).strip("-")
        near = nearest(BASE + slug, known)
        return _instead(near, _UNQUOTED_MEANT) if near else None

    def _with_language(self, term: ox.Literal, wanted: Wanted) -> Fix | None:
        if term.language:
            return None
        text = str(ox.Literal(term.value, language="en"))
        return Fix(Phrase("If the words are English, write"), text)


def _as_date(term: ox.Literal, wanted: Wanted) -> Fix | None:
    found = [when for when in readings(term.value) if _XSD + when.datatype in wanted.datatypes]
    if len(found) == 1:
        return Fix(Phrase("Write"), str(found[0]))
    if len(found) > 1:
        return Fix(
            Phrase(
                "This can mean one of: %(readings)s. Write the one that is meant.",
                readings=", ".join(map(str, found)),
            )
        )
    return None


def _as_integer(term: ox.Literal, wanted: Wanted) -> Fix | None:
    digits = re.sub(r"(?<=\d)[\s,.'\u00a0\u202f](?=\d{3}(?!\d))", "", term.value.strip())
    digits = re.sub(r"\.0+$", "", digits)
    return Fix(Phrase("Write"), digits) if re.fullmatch(r"-?\d+", digits) else None


def _as_decimal(term: ox.Literal, wanted: Wanted) -> Fix | None:
    text = term.value.strip().rstrip("°").replace(",", ".")
    if re.fullmatch(r"[-+]?\d+(\.\d+)?", text):
        number = text if "." in text else text + ".0"
        right = term.datatype.value == _XSD + "decimal" and term.value == number
        return None if right else Fix(Phrase("Write"), number)
    return None


def _as_address(term: ox.Literal, wanted: Wanted) -> Fix | None:
    text = term.value.strip()
    if re.fullmatch(r"(www\.)?[\w-]+(\.[\w-]+)+(/\S*)?", text):
        text = f"https://{text}"
    if not re.fullmatch(r"https?://[^\s<>\"]+", text):
        return None
    return Fix(Phrase("Write"), prefixed(ox.Literal(text, datatype=ox.NamedNode(_XSD + "anyURI"))))


def _instead(iri: str | None, words: Phrase) -> Fix | None:
    """These words with the name to write in the place of theirs."""
    if iri is None:
        return None
    short = prefixed(ox.NamedNode(iri))
    return Fix(Phrase(words.pattern, name=short), short)


def _block(evidence: str, thing: str, properties: Iterable[str]) -> str:
    return (
        f"{evidence}\n    a hrc:Evidence ;\n    hrc:about {prefixed(ox.NamedNode(thing))} ;\n"
        '    hrc:quote "…"@en ;\n    hrc:reading reading:stated ;\n    hrc:seenOn "…"^^xsd:date ;\n'
        f"    hrc:source source:… ;\n    hrc:supports {' , '.join(properties)} ;\n."
    )


def _named(short: str) -> ox.NamedNode:
    prefix, _, name = short.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + name)


_SPECIAL: dict[str, Callable[[Mender, Finding], Fix | None]] = {
    "Thing-class-is-defined": Mender.a_class,
    "Thing-property-is-defined": Mender.a_property,
    "Thing-about-is-known": Mender.a_thing,
    "Thing-says-what-it-is": Mender.a_thing,
    "Thing-term-is-current": Mender.a_current_term,
    "Thing-has-evidence": Mender.some_evidence,
    "Thing-statement-has-evidence": Mender.more_evidence,
    "Evidence-quote-is-short": Mender.a_shorter_quote,
}
