"""Links as SSSOM, the Simple Standard for Sharing Ontology Mappings (https://mapping-commons.github.io/sssom): out as a
TSV with its metadata on top, and in as proposals for a person to judge.

A refusal goes out as the predicate with the modifier `Not`, a code of ISO or M49 as a literal mapping. A mapping that
names our thing second comes in the other way round, its predicate inverted. Nothing that comes in is believed: what was
judged in `data/links/` or in the judgements file is not asked again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kg.errors import SourceUnavailable, SyntaxFault
from kg.linking.judgements import Proposal
from kg.linking.links import Link, links
from kg.namespaces import BASE, PREFIXES, shorten
from kg.store import Store

JUSTIFICATIONS = {
    f"{PREFIXES['semapv']}{name}"
    for name in (
        *("MappingReview", "ManualMappingCuration", "LogicalReasoning", "LexicalMatching"),
        *("CompositeMatching", "UnspecifiedMatching", "SemanticSimilarityThresholdMatching"),
        *("LexicalSimilarityThresholdMatching", "MappingChaining", "MappingInversion"),
        *("StructuralMatching", "InstanceBasedMatching", "BackgroundKnowledgeBasedMatching"),
    )
}
REQUIRED = ("predicate_id", "mapping_justification")
COLUMNS = (
    *(
        "subject_id",
        "subject_label",
        "predicate_id",
        "predicate_modifier",
        "object_id",
        "object_label",
    ),
    *("object_type", "mapping_justification", "author_label", "mapping_date", "confidence"),
    *("object_source_version", "mapping_provider", "mapping_source", "comment"),
)
_MORE = {
    "geonames": "https://sws.geonames.org/",
    "dpv": "https://w3id.org/dpv/rights/eu#",
    "untc": "https://treaties.un.org/",
    "unmetadata": "http://metadata.un.org/",
}
_INVERSE = {"broadMatch": "narrowMatch", "narrowMatch": "broadMatch"}
_SKOS = PREFIXES["skos"]
_MATCHES = {_SKOS + f"{kind}Match" for kind in ("exact", "close", "broad", "narrow", "related")}
_MATCHES |= {PREFIXES["owl"] + "sameAs", PREFIXES["schema"] + "sameAs"}
_HEADER = 200_000  # bytes of metadata that are read at most


def as_sssom(store: Store, version: str) -> Iterator[str]:
    """All links of a graph as the lines of a SSSOM TSV."""
    known = links(store)
    labels, urls = _labels(store), _urls(store)
    spaces = _spaces() | _of_linksets(store)
    rows = [_row(link, labels, urls, spaces) for link in known]
    used = {
        cell.split(":", 1)[0]
        for row in rows
        for name in (
            "subject_id",
            "predicate_id",
            "object_id",
            "mapping_justification",
            "mapping_source",
        )
        if (cell := row.get(name, ""))
    }
    about = {
        "curie_map": {prefix: spaces[prefix] for prefix in sorted(used & spaces.keys())},
        "mapping_set_id": f"{BASE}data/links",
        "mapping_set_title": "Links of the human rights cities knowledge graph",
        "mapping_set_version": version,
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }
    for line in yaml.safe_dump(about, sort_keys=False, width=1000).splitlines():
        yield f"#{line}\n"
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(row.get(name, "")) for name in COLUMNS])
    yield out.getvalue()


def _row(
    link: Link, labels: Mapping[str, str], urls: Mapping[str, str], spaces: Mapping[str, str]
) -> dict[str, str]:
    literal = bool(link.datatype)
    predicate = _SKOS + "exactMatch" if link.refused else link.predicate
    return {
        "subject_id": curie(link.ours, spaces),
        "subject_label": labels.get(link.ours, ""),
        "predicate_id": curie(predicate, spaces),
        "predicate_modifier": "Not" if link.refused else "",
        "object_id": "" if literal else curie(link.theirs, spaces),
        "object_label": link.theirs if literal else "",
        "object_type": "rdfs literal" if literal else "",
        "mapping_justification": curie(link.method, spaces),
        "author_label": link.judged_by,
        "mapping_date": link.judged_on,
        "confidence": link.confidence,
        "object_source_version": link.version,
        "mapping_provider": urls.get(link.source, ""),
        "mapping_source": curie(link.linkset, spaces),
        "comment": "; ".join((*link.compared, link.locator) if link.locator else link.compared),
    }


def _cell(text: str) -> str:
    """A cell without what would end it; a bar would part it in two where a slot holds several values."""
    return re.sub(r"[\t\r\n]+", " ", text).replace("|", "/")


def _spaces() -> dict[str, str]:
    return PREFIXES | _MORE


def curie(iri: str, spaces: Mapping[str, str]) -> str:
    """An IRI as SSSOM wants it: with a prefix, the longest that fits; whole where none does."""
    fits = [name for name, space in spaces.items() if iri.startswith(space) and iri != space]
    if not fits:
        return iri
    name = max(fits, key=lambda one: (len(spaces[one]), one))
    return f"{name}:{iri[len(spaces[name]) :]}"


def _of_linksets(store: Store) -> dict[str, str]:
    """The spaces of linksets that no prefix of ours covers, by the linkset's name."""
    rows = store.answer(
        f"""PREFIX void: <{PREFIXES["void"]}>
        SELECT ?linkset ?space {{ ?linkset a void:Linkset ; void:uriSpace ?space }} ORDER BY ?linkset"""
    ).table()
    found = {row[0].value.rsplit("/", 1)[-1]: row[1].value for row in rows if row[0] and row[1]}
    covered = tuple(_spaces().values())
    return {name: space for name, space in found.items() if not space.startswith(covered)}


def _labels(store: Store) -> dict[str, str]:
    rows = store.answer(
        f"""PREFIX rdfs: <{PREFIXES["rdfs"]}> PREFIX skos: <{_SKOS}> PREFIX hrc: <{PREFIXES["hrc"]}>
        SELECT DISTINCT ?thing ?label {{ ?link a hrc:Link ; hrc:about ?thing . ?thing rdfs:label|skos:prefLabel ?label
          FILTER(LANG(?label) = "en") }} ORDER BY DESC(?label)"""
    ).table()
    return {row[0].value: row[1].value for row in rows if row[0] and row[1]}


def _urls(store: Store) -> dict[str, str]:
    rows = store.answer(
        f"""PREFIX schema: <{PREFIXES["schema"]}> PREFIX hrc: <{PREFIXES["hrc"]}>
        SELECT DISTINCT ?source ?url {{ ?link a hrc:Link ; hrc:source ?source . ?source schema:url ?url }}
        ORDER BY ?url"""
    ).table()
    return {row[0].value: row[1].value for row in rows if row[0] and row[1]}


@dataclass
class Imported:
    """What a SSSOM file holds for us, and why the rest was passed over, with how often."""

    proposals: list[Proposal] = field(default_factory=list)
    passed_over: dict[str, int] = field(default_factory=dict)

    def pass_over(self, why: str) -> None:
        self.passed_over[why] = self.passed_over.get(why, 0) + 1


def proposals(file: Path, store: Store) -> Imported:
    """The mappings of a SSSOM TSV between a thing of ours and another, as proposals.

    Raises SyntaxFault with the line for what is no SSSOM: metadata that are no YAML, a required column or value that is
    missing, a prefix that is not declared, a justification that is none. SourceUnavailable where it cannot be read.
    """
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise SourceUnavailable(str(file), error.strerror or str(error)) from error
    except UnicodeDecodeError:
        raise SourceUnavailable(str(file), "it is not in UTF-8") from None
    lines = text.splitlines(keepends=True)
    head = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    spaces = _curie_map(lines[:head], str(file))
    origin = _Origin(
        store, file.stem, f"{file.name}, sha256 {hashlib.sha256(raw).hexdigest()[:12]}"
    )
    found = Imported()
    for number, row in _rows(lines[head:], head, str(file)):
        reading = _Reading(row, spaces, str(file), number)
        _take(reading, origin, found)
    return found


def _curie_map(lines: list[str], what: str) -> dict[str, str]:
    """The prefixes that the metadata declare, over those that everybody knows."""
    text = "".join(line[1:] for line in lines)
    if len(text) > _HEADER:
        raise SyntaxFault(what, f"its metadata are longer than {_HEADER:,} bytes", 1)
    try:
        about = yaml.safe_load(text) or {}
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        raise SyntaxFault(
            what, "the metadata on top are no YAML", mark.line + 1 if mark else 1
        ) from error
    declared = about.get("curie_map") or {} if isinstance(about, dict) else {}
    if not isinstance(declared, dict):
        raise SyntaxFault(what, "its curie_map is no list of prefixes and addresses", 1)
    return {
        **_spaces(),
        **{str(name): space for name, space in declared.items() if isinstance(space, str)},
    }


def _rows(lines: list[str], before: int, what: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO("".join(lines), newline=""), delimiter="\t", strict=True)
    try:
        missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
        if missing:
            raise SyntaxFault(
                what, f"it has no column {missing[0]!r}, which SSSOM requires", before + 1
            )
        for row in reader:
            yield (
                before + reader.line_num,
                {name: (value or "").strip() for name, value in row.items() if name},
            )
    except (csv.Error, AttributeError) as error:
        raise SyntaxFault(what, f"this row is no TSV: {error}", before + reader.line_num) from error


@dataclass(frozen=True)
class _Reading:
    """One row, with what is needed to read it."""

    row: Mapping[str, str]
    spaces: Mapping[str, str]
    what: str
    line: int

    def iri(self, slot: str) -> str:
        """The IRI in a slot; empty for none."""
        written = self.row.get(slot, "")
        if not written or re.match(r"(https?|urn)://?\S*$", written):
            return written
        prefix, colon, local = written.partition(":")
        if not colon or prefix not in self.spaces:
            raise self.fault(f"the prefix of {written[:60]!r} is not declared in curie_map")
        iri = self.spaces[prefix] + local
        if re.search(r'[\s<>"{}|\\^`]', iri):
            raise self.fault(f"{written[:60]!r} makes no IRI")
        return iri

    def fault(self, why: str) -> SyntaxFault:
        return SyntaxFault(self.what, why, self.line)


class _Origin:
    """Our things, our linksets' spaces, and what the file is called in a proposal."""

    def __init__(self, store: Store, stem: str, version: str) -> None:
        rows = store.answer(
            f"""PREFIX void: <{PREFIXES["void"]}>
            SELECT ?linkset ?space {{ ?linkset a void:Linkset ; void:uriSpace ?space }} ORDER BY ?linkset"""
        ).table()
        self._spaces = {
            row[1].value: row[0].value.rsplit("/", 1)[-1] for row in rows if row[0] and row[1]
        }
        self.name = (
            re.sub(r"[^a-z0-9]+", "-", stem.casefold().removesuffix(".sssom")).strip("-") or "sssom"
        )
        self.version = version
        self._labels = _names(store)

    def label(self, iri: str) -> str | None:
        return self._labels.get(iri)

    def linkset(self, theirs: str) -> str:
        fits = [space for space in self._spaces if theirs.startswith(space)]
        return self._spaces[max(fits, key=len)] if fits else self.name


def _names(store: Store) -> dict[str, str]:
    rows = store.answer(
        f"""PREFIX rdfs: <{PREFIXES["rdfs"]}> PREFIX skos: <{_SKOS}>
        SELECT ?thing ?label {{ ?thing a ?class ; rdfs:label|skos:prefLabel ?label
          FILTER(STRSTARTS(STR(?thing), "{BASE}") || STRSTARTS(STR(?thing), "{PREFIXES["sdg"]}")) }}
        ORDER BY DESC(?label)"""
    ).table()
    told = [(row[0], row[1]) for row in rows if row[0] and row[1]]
    told.sort(key=lambda pair: pair[1].language == "en")  # an English name goes before others
    return {thing.value: label.value for thing, label in told}


def _take(reading: _Reading, origin: _Origin, found: Imported) -> None:
    """Add a row's proposal, or why there is none."""
    predicate, why = reading.iri("predicate_id"), reading.iri("mapping_justification")
    if not predicate:
        raise reading.fault("it has no predicate_id, which SSSOM requires")
    if why not in JUSTIFICATIONS:
        said = reading.row.get("mapping_justification", "")
        raise reading.fault(f"{said[:60]!r} is no justification of the Semantic Mapping Vocabulary")
    ours, theirs = reading.iri("subject_id"), reading.iri("object_id")
    labels = ("subject_label", "object_label")
    if origin.label(ours) is None and origin.label(theirs) is not None:
        ours, theirs, labels = theirs, ours, labels[::-1]
        name = predicate.removeprefix(_SKOS)
        predicate = _SKOS + _INVERSE[name] if name in _INVERSE else predicate
    if not ours or not theirs:
        return found.pass_over("a mapping to a text, which is no thing")
    if origin.label(ours) is None:
        return found.pass_over("neither is a thing of this graph")
    if origin.label(theirs) is not None:
        return found.pass_over("both are things of this graph")
    if predicate not in _MATCHES:
        return found.pass_over(f"the predicate {shorten(predicate)} is no match")
    found.proposals.append(_proposal(reading, origin, ours, theirs, predicate, labels[1]))
    return None


def _proposal(
    reading: _Reading, origin: _Origin, ours: str, theirs: str, predicate: str, label: str
) -> Proposal:
    row = reading.row
    modifier = "not " if row.get("predicate_modifier") == "Not" else ""
    told = [f"said there: {modifier}{shorten(predicate)}, by {row['mapping_justification']}"]
    more = [slot for slot in ("confidence", "author_label", "comment") if row.get(slot)]
    told += [f"{slot.replace('_', ' ')} there: {row[slot]}" for slot in more]
    return Proposal(
        shorten(ours),
        origin.label(ours) or "",
        shorten(theirs),
        row.get(label, ""),
        "; ".join(part.replace(";", ",") for part in told),
        row.get("confidence", ""),
        origin.linkset(theirs),
        f"source:{origin.name}",
        row.get("object_source_version", "") or origin.version,
        predicate=shorten(predicate),
        method=shorten(reading.iri("mapping_justification")),
        locator=f"line {reading.line}",
    )


def summed(found: Imported, new: Iterable[Any]) -> str:
    """What came of an import, in a sentence."""
    told = f"{len(found.proposals)} mappings of things of this graph, {len(list(new))} of them new proposals."
    for why, often in sorted(found.passed_over.items()):
        told += f" Passed over {often}: {why}."
    return told
