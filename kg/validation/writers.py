"""A review written down: for a terminal, as JSON, as a SHACL report, as SARIF for code review, as JUnit XML for CI.

The JSON is described by `schema.json` in the package, which `kg validate --format schema` prints.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from importlib.resources import files as package_files
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from kg import __version__
from kg.errors import SyntaxFault
from kg.namespaces import shorten
from kg.validation.findings import Finding
from kg.validation.guide import SYNTAX
from kg.validation.review import Review
from kg.validation.terms import as_node, read_term

if TYPE_CHECKING:
    from kg.validation.effects import Effect

_MOST_LINES = 12  # of a diff, on a terminal
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
_COLOURS = {"violation": "\x1b[31m", "warning": "\x1b[33m", "info": "\x1b[36m"}
_NOT_IN_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_PLAIN = "\x1b[0m"
# Signs by which a text could command a terminal, or show its words in another order.
_COMMANDS = {
    code: f"\\u{code:04x}"
    for code in (
        *range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)
    )
}  # fmt: skip


def _harmless(text: str) -> str:
    return text.translate(_COMMANDS)


def as_text(review: Review, colour: bool = False) -> str:
    """For a terminal: a paragraph for each finding, then what it adds, then a line that sums up."""
    parts = [_paragraph(finding, colour) for finding in review.findings]
    parts += map(_harmless, _added(review))
    return "\n".join([*parts, _total(review)])


def _paragraph(one: Finding, colour: bool) -> str:
    where = _where(one)
    name = f" ({one.label})" if one.label else ""
    lines = [f": {shorten(one.thing)}{name}", f"  {one.message}"]
    if one.path:
        lines.append(f"  property  {short_path(one.path)}")
    if one.value:
        lines.append(f"  value     {shorten(one.value)}")
    if one.fix:
        lines += [f"  fix       {line}" for line in one.fix.sentence.splitlines()]
        if one.fix.text and one.fix.text not in one.fix.sentence:
            lines += [f"            {line}" for line in one.fix.text.splitlines()]
    word = f"{_COLOURS.get(one.severity, '')}{one.severity}{_PLAIN}" if colour else one.severity
    rest = "\n".join([*lines, f"  shape     {shorten(one.shape)}", ""])
    return _harmless(where) + word + _harmless(rest)


def _where(one: Finding) -> str:
    """`mine.ttl:3:5: `, or of a table `mine.csv: row 3, column "date" (C3): `."""
    if one.spot is None:
        return ""
    place = f" {one.spot}" if one.spot.cell else f"{one.spot.line}:{one.spot.column}"
    return f"{one.file}:{place}: "


def _added(review: Review) -> Iterator[str]:
    for kind, classes in review.summary.counts().items():
        if classes:
            told = ", ".join(f"{count} {cls or 'things'}" for cls, count in sorted(classes.items()))
            yield f"{kind + ':':9} {told}"
    summary = review.summary
    if summary.added or summary.removed:
        yield f"diff:     {len(summary.added)} statements more, {len(summary.removed)} less"
        lines = [f"  + {line}" for line in summary.added] + [
            f"  - {line}" for line in summary.removed
        ]
        yield from lines[:_MOST_LINES]
        if len(lines) > _MOST_LINES:
            yield f"  … and {len(lines) - _MOST_LINES} more (--format json has all)"
    for effect in review.effects:
        yield from _effect_lines(effect)
    if review.unasked:
        yield _unasked(review.unasked)
    if review.effects or summary.added or summary.removed:
        yield ""


def _unasked(names: Sequence[str]) -> str:
    """Which questions there was no time for."""
    return f"not asked: {len(names)} saved questions, for want of time: {', '.join(names)}"


def _effect_lines(effect: Effect) -> Iterator[str]:
    asked = f" ({effect.asked})" if effect.asked else ""
    yield f"answer:   {effect.query}{asked}: {effect.before} rows, then {effect.after}"
    for sign, rows in (("+", effect.gained), ("-", effect.lost)):
        for row in rows:
            yield f"  {sign} {row if len(row) <= 110 else row[:109] + '…'}"


def _total(review: Review) -> str:
    if not review.findings:
        return f"{review.what}: nothing to mend.\n"
    return (
        f"{review.what}: {len(review.findings)} to look at, {review.blocking} of which must be mended "
        "before publishing.\n"
    )


def short_path(path: str) -> str:
    """A path with its IRIs shortened."""
    if path.startswith("^"):
        return "^" + short_path(path[1:])
    return "|".join(shorten(part) for part in path.split("|"))


def as_data(review: Review) -> dict[str, Any]:
    """A review as plain lists, strings and numbers; `schema.json` says what is what."""
    return {
        "conforms": review.conforms,
        "what": review.what,
        "statements": review.statements,
        "judged": {
            "engine": review.engine,
            "scope": review.scope,
            "statements": review.looked_at,
            "seconds": round(review.seconds, 3),
        },
        "findings": [asdict(finding) for finding in review.findings],
        "adds": asdict(review.summary),
        "answers": [asdict(effect) for effect in review.effects] if review.weighed else None,
        "unasked": list(review.unasked),
    }


def schema() -> str:
    """The JSON Schema of what `as_json` writes, and `fault_as` for JSON."""
    return package_files("kg.validation").joinpath("schema.json").read_text("utf-8")


def as_json(review: Review) -> str:
    return json.dumps(as_data(review), ensure_ascii=False, indent=2) + "\n"


def as_turtle(review: Review) -> str:
    """The findings as a SHACL validation report; the place in the file stands in a comment of each result."""
    graph = Graph()
    report = BNode("report")
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal(review.conforms)))
    for number, finding in enumerate(review.findings):
        result = BNode(f"result{number}")
        graph.add((report, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        graph.add((result, SH.resultSeverity, SH[finding.severity.capitalize()]))
        graph.add((result, SH.focusNode, _focus(finding.thing)))
        graph.add((result, SH.resultMessage, Literal(finding.message, lang="en")))
        graph.add((result, SH.sourceShape, URIRef(finding.shape)))
        if finding.path and not set("^|") & set(finding.path):
            graph.add((result, SH.resultPath, URIRef(finding.path)))
        term = read_term(finding.written)
        if term is not None:
            graph.add((result, SH.value, as_node(term)))
    return graph.serialize(format="turtle")


def _focus(thing: str) -> URIRef | BNode:
    return URIRef(thing) if ":" in thing else BNode(thing)


def as_sarif(review: Review) -> str:
    """SARIF 2.1.0, which code-review services show beside the lines of a change."""
    rules = {one.shape: one.message for one in review.findings}
    return _sarif([_sarif_result(one) for one in review.findings], rules)


def _sarif(results: list[dict[str, Any]], explained: dict[str, str]) -> str:
    """A log of these results; `explained` maps the IRI of each rule to its sentence."""
    rules = [
        {"id": shorten(shape), "helpUri": shape, "shortDescription": {"text": message}}
        for shape, message in sorted(explained.items())
    ]
    driver = {
        "name": "kg validate",
        "version": __version__,
        "informationUri": "https://w3id.org/hrcities/",
        "rules": rules,
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
        ],
    }
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _sarif_result(one: Finding) -> dict[str, Any]:
    fix = f" {one.fix.sentence}" if one.fix else ""
    physical: dict[str, Any] = {"artifactLocation": {"uri": _as_uri(one.file)}}
    if one.spot:
        physical["region"] = {
            "startLine": one.spot.line,
            "startColumn": one.spot.column,
            "endLine": one.spot.end_line,
            "endColumn": one.spot.end_column,
        }
    location = {"physicalLocation": physical} if one.file else {}
    location["logicalLocations"] = [{"fullyQualifiedName": shorten(one.thing)}]  # type: ignore[assignment]
    if one.spot and one.spot.cell:
        location["message"] = {"text": str(one.spot)}
    return {
        "ruleId": shorten(one.shape),
        "level": _LEVELS.get(one.severity, "note"),
        "message": {"text": f"{shorten(one.thing)}: {one.message}{fix}"},
        "locations": [location],
    }


def _as_uri(file: str) -> str:
    from pathlib import PurePath

    return PurePath(file).as_posix().replace(" ", "%20")


def as_junit(review: Review) -> str:
    """JUnit XML: a test case for each finding that blocks, or one that passed; the others as output."""
    cases = [one for one in review.findings if one.blocks]
    suite = ElementTree.Element(
        "testsuite",
        name=f"kg validate {review.what}",
        tests=str(len(cases) or 1),
        failures=str(len(cases)),
        errors="0",
        skipped="0",
        time=f"{review.seconds:.3f}",
    )
    for one in cases:
        case = ElementTree.SubElement(
            suite, "testcase", classname=shorten(one.shape), name=_clean(shorten(one.thing))
        )
        failure = ElementTree.SubElement(
            case, "failure", message=_clean(one.message), type=one.severity
        )
        failure.text = _clean(_paragraph(one, False))
    if not cases:
        ElementTree.SubElement(suite, "testcase", classname="kg validate", name=_clean(review.what))
    milder = [_paragraph(one, False) for one in review.findings if not one.blocks]
    if milder:
        ElementTree.SubElement(suite, "system-out").text = _clean("\n".join(milder))
    return _xml(suite)


def _xml(suite: ElementTree.Element) -> str:
    ElementTree.indent(suite)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        + ElementTree.tostring(suite, encoding="unicode")
        + "\n"
    )


def _clean(text: str) -> str:
    """The text without the characters that XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("", text)


WRITERS: dict[str, tuple[str, Callable[[Review], str]]] = {
    "text": ("text/plain; charset=utf-8", as_text),
    "json": ("application/json", as_json),
    "turtle": ("text/turtle; charset=utf-8", as_turtle),
    "sarif": ("application/sarif+json", as_sarif),
    "junit": ("application/xml", as_junit),
}


def fault_as(form: str, fault: SyntaxFault) -> str | None:
    """A text that could not be read, in the formats that machines read; None for the others."""
    if form == "sarif":
        region = {"startLine": fault.line or 1, "startColumn": fault.column or 1}
        where = {"artifactLocation": {"uri": _as_uri(fault.what)}, "region": region}
        result = {
            "ruleId": shorten(SYNTAX),
            "level": "error",
            "message": {"text": str(fault)},
            "locations": [{"physicalLocation": where}],
        }
        return _sarif([result], {SYNTAX: "The text must be readable before it can be judged."})
    if form == "junit":
        suite = ElementTree.Element(
            "testsuite", name="kg validate", tests="1", failures="0", errors="1"
        )
        case = ElementTree.SubElement(
            suite, "testcase", classname="syntax", name=_clean(fault.what)
        )
        ElementTree.SubElement(case, "error", message=_clean(str(fault)), type="syntax")
        return _xml(suite)
    if form == "json":
        facts = ("what", "problem", "line", "column", "near", "hint")
        said = {name: getattr(fault, name) for name in facts}
        return json.dumps({"conforms": False, "fault": said}, ensure_ascii=False, indent=2) + "\n"
    return None
