"""A pattern of clauses as a document to take away: Markdown, or DOCX where python-docx is installed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.errors import SourceUnavailable
from kg.evidence import Words
from kg.explore.facts import Statement
from kg.explore.views import Result, Row
from kg.phrases import Phrase

_CITE = Phrase("To cite this")
_EACH = 3  # acts for each element; the view has all


@dataclass(frozen=True)
class Block:
    """A paragraph: its kind ("title", "heading", "subheading", "text", "quote"), its words, and an address to it."""

    kind: str
    words: str
    address: str = ""


Say = Callable[[str], str]


def quoted_from(result: Result) -> Iterator[Statement]:
    """The statements whose words a document may quote; no others need to be proven for it."""
    part = result.part("clauses")
    return (said for row in (part.rows if part else ()) for said in row.basis)


def blocks(
    result: Result,
    proofs: Mapping[Statement, Sequence[Words]],
    title: str,
    citation: str,
    say: Say = str,
    head: Say = str,
) -> list[Block]:
    """The document of a model's answer. Each quotation is the evidence of a statement.

    `say` puts phrases, and `head` the names of columns, in the language of the document.
    """
    found = [
        Block("title", title),
        Block("text", say(result.sentence)),
        *(Block("text", say(note)) for note in result.notes),
    ]
    found += _clauses(result, proofs, say)
    for name in ("lacking", "follows", "struck", "treaties"):
        part = result.part(name)
        if part and part.rows:
            found += [Block("heading", say(part.title)), Block("text", say(part.about))]
            found += [
                Block(
                    "text",
                    "; ".join(
                        f"{head(column)}: {say(str(cell))}"
                        for column in part.columns
                        if (cell := row.cells[column])
                    ),
                )
                for row in part.rows
            ]
    return [*found, Block("heading", say(_CITE)), Block("text", citation)]


def _clauses(
    result: Result, proofs: Mapping[Statement, Sequence[Words]], say: Say
) -> Iterator[Block]:
    part = result.part("clauses")
    section = element = ""
    count = 0
    for row in part.rows if part else ():
        here = say(str(row.cells["section"])), say(str(row.cells["element"]))
        if here[0] != section:
            yield Block("heading", here[0])
        if here != (section, element):
            yield Block("subheading", here[1])
            count = 0
        section, element = here
        words = [proof for said in row.basis for proof in proofs.get(said, ()) if proof.quote]
        if count < _EACH and words:
            count += 1
            yield from _quoted(row, words[0], say)


def _quoted(row: Row, proof: Words, say: Say) -> Iterator[Block]:
    act = row.cells["act"]
    facts = [
        say(str(row.cells[name]))
        for name in ("place", "adopted", "kind", "force", "standing")
        if row.cells[name]
    ]
    yield Block("quote", f"“{proof.quote.value if proof.quote else ''}”")
    yield Block("text", f"{act} ({', '.join(facts)})", act.value if act else "")
    where = f"{proof.title or proof.source} {proof.url}".strip()
    yield Block("text", say(Phrase("Read in: %(where)s", where=where)), proof.iri)


def markdown(paragraphs: Sequence[Block]) -> str:
    """The document as Markdown (CommonMark)."""
    marks = {"title": "# ", "heading": "## ", "subheading": "### ", "quote": "> ", "text": ""}
    lines = []
    for one in paragraphs:
        words = _escaped(one.words)
        lines.append(marks[one.kind] + (f"[{words}]({one.address})" if one.address else words))
    return "\n\n".join(lines) + "\n"


def _escaped(words: str) -> str:
    """Words in which no sign means anything to Markdown."""
    text = " ".join(words.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|" else sign for sign in text)


def docx(paragraphs: Sequence[Block]) -> bytes:
    """The document as Office Open XML. Raises SourceUnavailable where python-docx is not installed."""
    try:
        from docx import Document
    except ModuleNotFoundError as error:
        why = "python-docx is not installed; install the extra `docx`, or take the Markdown"
        raise SourceUnavailable("The document", why) from error
    made = Document()
    for one in paragraphs:
        if one.kind in ("title", "heading", "subheading"):
            made.add_heading(one.words, {"title": 0, "heading": 1, "subheading": 2}[one.kind])
        else:
            words = f"{one.words} <{one.address}>" if one.address else one.words
            made.add_paragraph(words, style="Quote" if one.kind == "quote" else None)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
