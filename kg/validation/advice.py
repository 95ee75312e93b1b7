"""What no shape can see and a contributor would want to know: a thing that is published already under another name,
and a vocabulary whose address was misspelt. Advice never blocks.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from kg.namespaces import BASE, PREFIXES, shorten
from kg.phrases import Phrase
from kg.rdf import node_text
from kg.validation.company import Company, Node, Term
from kg.validation.findings import INFO, WARNING, Finding, Fix
from kg.validation.neighbours import respelt

LIKELY_DUPLICATE = f"{BASE}advice/likely-duplicate"
NAMESPACE_SLIP = f"{BASE}advice/namespace-slip"
LIKELY_NEW_VERSION = f"{BASE}advice/likely-new-version"
_TYPE, _LABEL = PREFIXES["rdf"] + "type", PREFIXES["rdfs"] + "label"
_HRC = PREFIXES["hrc"]
# What must be shared, besides a name, before two things are taken for one; by class.
_CONTEXT = {
    "City": "within",
    "County": "within",
    "Village": "within",
    "Settlement": "within",
    "Act": "actOf",
    "Practice": "takesPlaceIn",
}
_LOOKED_AT = 2_000  # statements, to see whether a contribution is a published file that was changed
_DATA = f"{BASE}data/"
_NAMED_ALIKE = 93.0  # of 100, rapidfuzz's ratio of two folded names
_URL = PREFIXES["schema"] + "url"
_NUMBER = PREFIXES["eli"] + "number"


class Adviser:
    """Gives advice about contributions beside a store; keeps an index of published names by class."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._named: dict[str, dict[str, list[ox.NamedNode]]] = {}

    def advice(self) -> list[Finding]:
        return [*self._new_version(), *self._duplicates(), *self._slips()]

    def _new_version(self) -> Iterator[Finding]:
        """A published file that somebody changed, judged beside itself: every correction would be a second value."""
        if self._company.replaced:
            return
        looked_at = list(islice(self._company.brought, _LOOKED_AT))
        graphs = Counter(
            name for quad in looked_at for name in self._company.published_in(quad.triple)
        )
        (name, shared), *_ = graphs.most_common(1) or [("", 0)]
        if name.startswith(_DATA) and shared * 2 > len(looked_at):
            file = name.removeprefix(_DATA)
            yield Finding(
                INFO,
                name,
                "",
                "",
                LIKELY_NEW_VERSION,
                Phrase(
                    "This looks like a changed copy of the published %(file)s: %(shared)s of the %(all)s statements "
                    "looked at stand there. It was judged beside that file, so whatever you corrected is there twice. "
                    "Say that it takes its place.",
                    file=f"data/{file}",
                    shared=shared,
                    all=len(looked_at),
                ),
                fix=Fix(
                    Phrase(
                        "Add --replaces %(file)s; on the page, choose it under “the new version of”.",
                        file=file,
                    )
                ),
            )

    def _duplicates(self) -> Iterator[Finding]:
        before = self._company.before
        before.expect(
            (None, ox.NamedNode(name), value)
            for thing in self._new_things
            for name in (_URL, _NUMBER)
            for triple in self._company.after.said_of(thing).get(name, ())
            for value in _variants(triple.object)
        )
        for thing in sorted(self._new_things, key=node_text):
            other, why = self._published_as(thing)
            if other:
                short = shorten(other)
                yield Finding(
                    INFO,
                    node_text(thing),
                    "",
                    other,
                    LIKELY_DUPLICATE,
                    Phrase(
                        "This may be published already as %(name)s: %(why)s. If it is, use that name and add to it; "
                        "if it is not, say in the label what sets the two apart.",
                        name=short,
                        why=why,
                    ),
                    f"<{other}>",
                    fix=Fix(Phrase("If they are one, write %(name)s.", name=short), short),
                )

    @cached_property
    def _new_things(self) -> set[ox.NamedNode]:
        """Things that are described here and were not before."""
        return {
            thing
            for thing in self._company.described
            if isinstance(thing, ox.NamedNode) and not self._company.before.said_of(thing)
        }

    def _published_as(self, thing: ox.NamedNode) -> tuple[str, str]:
        said = self._company.after.said_of(thing)
        for name, words in (
            (_URL, Phrase("it has the same address")),
            (_NUMBER, Phrase("it has the same number and place")),
        ):
            for triple in said.get(name, ()):
                for other in self._with_value(triple, thing):
                    if name != _NUMBER or self._context(other) & self._context(thing):
                        return node_text(other), words
        return self._named_alike(thing)

    def _with_value(self, triple: ox.Triple, thing: Node) -> list[Node]:
        found: list[Node] = []
        for value in _variants(triple.object):
            for match in self._company.before.match(None, triple.predicate, value):
                if match.subject != thing and isinstance(match.subject, ox.NamedNode):
                    found.append(match.subject)
        return sorted(found, key=node_text)

    def _named_alike(self, thing: ox.NamedNode) -> tuple[str, str]:
        said = self._company.after.said_of(thing)
        classes = [node_text(triple.object) for triple in said.get(_TYPE, ())]
        names = [folded(node_text(triple.object)) for triple in said.get(_LABEL, ())]
        for cls in classes if names else ():
            known = self._names(cls)
            for name in names:
                for found, _, _ in process.extract(
                    name, known.keys(), scorer=fuzz.ratio, score_cutoff=_NAMED_ALIKE, limit=5
                ):
                    for other in known[found]:
                        if other != thing and self._could_be_one(thing, other, cls):
                            return node_text(other), Phrase("it has the same name, or nearly")
        return "", ""

    def _could_be_one(self, thing: Node, other: Node, cls: str) -> bool:
        if cls.removeprefix(_HRC) not in _CONTEXT:
            return True
        here, there = self._context(thing), self._context(other)
        return not here or not there or bool(here & there)

    def _context(self, thing: Node) -> set[str]:
        """The place to which an act or a practice belongs; for a place, those around it."""
        said = self._company.after.said_of(thing)
        for name in ("actOf", "takesPlaceIn"):
            if _HRC + name in said:
                return {node_text(triple.object) for triple in said[_HRC + name]}
        found: set[str] = set()
        waiting: list[Term] = [thing]
        while waiting:
            here = waiting.pop()
            if isinstance(here, ox.NamedNode):
                around = self._company.after.said_of(here).get(_HRC + "within", ())
                waiting += [one.object for one in around if node_text(one.object) not in found]
                found |= {node_text(one.object) for one in around}
        return found

    def _names(self, cls: str) -> dict[str, list[ox.NamedNode]]:
        """Published things of a class by their folded names."""
        if cls not in self._named:
            before = self._company.before
            typed = before.match(None, ox.NamedNode(_TYPE), ox.NamedNode(cls))
            things = {one.subject for one in typed if isinstance(one.subject, ox.NamedNode)}
            before.expect((thing, ox.NamedNode(_LABEL), None) for thing in things)
            names = self._named[cls] = defaultdict(list)
            for thing in sorted(things, key=node_text):
                for triple in before.values(thing, _LABEL):
                    names[folded(node_text(triple.object))].append(thing)
        return self._named[cls]

    def _slips(self) -> Iterator[Finding]:
        """Properties and classes of a vocabulary we know, under an address that is not its own."""
        seen: set[str] = set()
        for quad in self._company.brought:
            for term in (quad.predicate, quad.object if quad.predicate.value == _TYPE else None):
                iri = term.value if isinstance(term, ox.NamedNode) else ""
                if not iri or iri in seen or iri.startswith(tuple(PREFIXES.values())):
                    continue
                seen.add(iri)
                better = respelt(iri)
                if better:
                    yield _slip(quad, iri, better[0])


def _slip(quad: ox.Quad, iri: str, better: str) -> Finding:
    short = shorten(better)
    return Finding(
        WARNING,
        node_text(quad.subject),
        quad.predicate.value,
        iri,
        NAMESPACE_SLIP,
        Phrase(
            "The vocabulary's address is misspelt here, so nobody will find this: it should be %(better)s.",
            better=f"<{better}>",
        ),
        f"<{iri}>",
        fix=Fix(Phrase("Write %(name)s.", name=short), short),
    )


def _variants(term: Term) -> Iterable[Term]:
    """A value, and for an address the same with and without www and a last slash."""
    yield term
    if isinstance(term, ox.Literal) and term.value.startswith("http"):
        for scheme in ("https://", "http://"):
            for www in ("www.", ""):
                for end in ("/", ""):
                    rest = re.sub(r"^https?://(www\.)?", "", term.value).rstrip("/")
                    yield ox.Literal(f"{scheme}{www}{rest}{end}", datatype=term.datatype)


def folded(text: str) -> str:
    """A name without case, accents and signs: what two spellings of one name share."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", letters))
