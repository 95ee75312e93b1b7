"""The words of the pages that are there to be translated: those of the templates, of `translated("…")` and
`Phrase("…")` in the code, and of a few tables.

`python -m server.catalogues de` writes the catalogue of a language, what is translated already kept and the rest left
empty, for somebody to fill in.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyoxigraph as ox
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import kg
from kg import __version__
from kg.explore import VIEWS
from kg.explore.words import COLUMNS
from kg.house import find_house
from kg.namespaces import PREFIXES
from kg.rdf import parse_file
from kg.stories.happenings import LANES
from kg.stories.wants import WANTS
from kg.validation.findings import INFO, VIOLATION, WARNING
from server.api import SUMMARY, TAGS
from server.errors import OTHER, TITLES
from server.explore.heads import COLUMN
from server.languages import CATALOGUES
from server.ontology.terms import BESIDE, KINDS, SHARED
from server.question.using import NEEDS
from server.question.views import EVERY
from server.thing_page import OFTEN

_SERVER = Path(__file__).parent
# Whose arguments are words: the last two describe what a program can ask, which /api shows to a person.
_KEYWORDS = {
    "translated": None,
    "counted": (1, 2),
    "Phrase": None,
    "Plural": (1, 2),
    "_operation": (3,),
    "_argument": (2,),
}
_TEMPLATES = _SERVER / "templates"


def words() -> Catalog:
    """Every text that a page shows in the reader's language."""
    catalog = Catalog(project="human-rights-cities-kg", fuzzy=False)
    found = extract_from_dir(
        str(_TEMPLATES), [("**.html", "jinja2")], options_map={"**.html": {"trimmed": "true"}}
    )
    for _, _, message, _, _ in found:
        catalog.add(message)
    for room in (_SERVER, Path(kg.__file__).parent):
        for _, _, message, _, _ in extract_from_dir(
            str(room),
            [("**.py", "python")],
            keywords=_KEYWORDS,
        ):
            catalog.add(message)
    _add_explore(catalog)
    for text in _messages():
        catalog.add(text)
    for text in [
        VIOLATION,
        WARNING,
        INFO,
        *EVERY,
        *TITLES.values(),
        OTHER,
        *NEEDS,
        SUMMARY,
        *TAGS,
        *KINDS.values(),
        *BESIDE.values(),
        *(text for _, *said in SHARED for text in said),
    ]:
        catalog.add(text)
    titles = [want.title for wants in WANTS.values() for want in wants]
    for text in dict.fromkeys([*titles, *LANES, *(title for title, _ in OFTEN)]):
        catalog.add(text)
    return catalog


def _messages() -> list[str]:
    """What the shapes say to whoever has something to mend."""
    store = ox.Store()
    for file in find_house().files("shapes"):
        store.extend(parse_file(file, file.name))
    said = store.quads_for_pattern(None, ox.NamedNode(PREFIXES["sh"] + "message"), None)
    return sorted({quad.object.value for quad in said if isinstance(quad.object, ox.Literal)})


def _add_explore(catalog: Catalog) -> None:
    """What the views of Explore say of themselves; what they answer are phrases."""
    for view in VIEWS:
        measures = view.measures
        said = [
            *(view.title, view.lead, *view.words.values()),
            *(text for field in view.fields for text in (field.label, field.help)),
            *(text for one in measures for text in (one.definition, one.formula)),
            *(text for one in measures for text in (one.denominator, one.limits)),
        ]
        for text in filter(None, said):
            catalog.add(text)
        for name in (*COLUMNS, *(one.name for one in measures)):
            catalog.add(name, context=COLUMN)


def catalogue(name: str) -> Catalog:
    """The catalogue of a language, brought up to date with the pages."""
    file = CATALOGUES / f"{name}.po"
    known = Catalog(locale=name)
    if file.is_file():
        with file.open("rb") as text:
            known = read_po(text, locale=name)
    catalog = Catalog(
        locale=name,
        header_comment="# The words of the pages; the README beside this file says how to mend them.",
        project="human-rights-cities-kg",
        version=__version__,
        msgid_bugs_address="",
        last_translator="",
        language_team=name,
        creation_date=known.creation_date,
        revision_date=known.revision_date,
        fuzzy=False,
    )
    for message in words():
        if message.id:
            old = known.get(message.id, message.context)
            catalog.add(message.id, old.string if old else None, context=message.context)
    return catalog


def main() -> None:
    """Write the catalogue of the language that is named, to standard output."""
    write_po(
        sys.stdout.buffer, catalogue(sys.argv[1]), width=100, sort_output=True, omit_header=False
    )


if __name__ == "__main__":
    main()
