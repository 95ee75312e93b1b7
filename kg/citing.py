"""How an answer is cited: with the version of the graph, and a fingerprint of its rows that anybody can compute again.

The fingerprint of a table is the SHA-256 of its rows as SPARQL TSV, without the heading and in the order of their
bytes, each ended by a line feed; of a graph, of its N-Triples in that order, with blank nodes, if it has any, named by
RDFC-1.0:

    curl -s ADDRESS.tsv | tail -n +2 | LC_ALL=C sort | sha256sum
    curl -s ADDRESS.nt | LC_ALL=C sort | sha256sum
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox

from kg.answers import Answer, Wanted
from kg.canonical import canonical, n_quads
from kg.errors import Phrase
from kg.export import LICENSE
from kg.paging import part, total

TITLE = "Human Rights Cities Knowledge Graph"
AUTHOR = "The Human Rights Cities Knowledge Graph contributors"


def fingerprint(answer: Answer) -> str:
    """The SHA-256 of an answer's rows, in hexadecimal. A table must be written as JSON, a graph as N-Triples."""
    if answer.kind == "table":
        written = part(answer, 0, max(total(answer), 1), Wanted("tsv", None))
        lines = written.body.split(b"\n")[1:]
    else:
        quads = ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES)
        lines = n_quads(canonical(quads)).split(b"\n")
    ordered = sorted(line for line in lines if line)
    return hashlib.sha256(b"".join(line + b"\n" for line in ordered)).hexdigest()


@dataclass(frozen=True)
class Citation:
    """What is cited: the question with what was asked, the rows, the version of the graph, the day, the address."""

    key: str
    question: str
    about: str
    rows: int
    version: str
    fingerprint: str
    seen: date
    url: str

    @property
    def title(self) -> str:
        about = f" ({self.about})" if self.about else ""
        return f"{self.question}{about}"

    @property
    def note(self) -> str:
        return f"{self.rows:,} rows; version {self.version}; SHA-256 of the rows {self.fingerprint}"

    def sentence(self) -> Phrase:
        """For a footnote."""
        return Phrase(
            "%(author)s. “%(title)s” %(work)s, version %(version)s, %(rows)s rows "
            "(SHA-256 %(digest)s…), read on %(day)s. %(url)s",
            author=AUTHOR,
            title=self.title,
            work=TITLE,
            version=self.version,
            rows=self.rows,
            digest=self.fingerprint[:16],
            day=self.seen.isoformat(),
            url=self.url,
        )

    def bibtex(self) -> str:
        """An entry for BibTeX and biblatex."""
        fields = {
            "author": "{" + AUTHOR + "}",
            "title": "{" + _tex(self.title) + "}",
            "howpublished": TITLE,
            "year": str(self.seen.year),
            "url": self.url,
            "urldate": self.seen.isoformat(),
            "version": self.version,
            "note": self.note,
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@misc{{{self.key}-{self.version},\n{lines}\n}}\n"

    def csl(self) -> str:
        """CSL-JSON, which Zotero and pandoc read."""
        item = {
            "id": f"{self.key}-{self.version}",
            "type": "dataset",
            "title": self.title,
            "author": [{"literal": AUTHOR}],
            "container-title": TITLE,
            "version": self.version,
            "issued": {"date-parts": [[self.seen.year, self.seen.month, self.seen.day]]},
            "accessed": {"date-parts": [[self.seen.year, self.seen.month, self.seen.day]]},
            "URL": self.url,
            "license": LICENSE,
            "note": self.note,
        }
        return json.dumps([item], ensure_ascii=False, indent=2) + "\n"


def _tex(text: str) -> str:
    """Signs that TeX reads as commands, as themselves."""
    return "".join("\\" + sign if sign in "&%$#_{}" else sign for sign in text.replace("\\", ""))
