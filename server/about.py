"""What the data are: how much there is, from which sources, and what is thin."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, current_app, jsonify, render_template

from kg.answers import Table, Term
from kg.errors import Phrase
from kg.namespaces import PREFIXES, TERMS
from kg.report import as_data
from server.desk import Desk, the_desk
from server.home import named
from server.languages import called, language, said

WHO = {
    "person": Phrase("a person whom it concerned"),
    "source": Phrase("the source"),
    "court": Phrase("a court"),
    "editors": Phrase("the editors"),
}

_LANGUAGES = f"""SELECT ?language (COUNT(*) AS ?quotes) {{
  ?evidence <{TERMS}quote> ?quote BIND(LANG(?quote) AS ?language)
}} GROUP BY ?language ORDER BY DESC(?quotes) ?language"""
_LICENCES = f"""SELECT ?table ?terms {{
  ?source a <{TERMS}Source> ; <{PREFIXES["dcterms"]}title> ?table ; <{PREFIXES["dcterms"]}rights> ?terms
}} ORDER BY ?table"""

about = Blueprint("about", __name__, url_prefix="/about")


@about.get("/data")
def data() -> str:
    """The curation report, for people."""
    return render_template("about_data.html", sections=the_desk().report)


@about.get("/data.json")
def data_as_json() -> Response:
    """The curation report, for programs."""
    return jsonify([as_data(section) for section in the_desk().report])


@about.get("/personal-data")
def personal_data() -> str:
    """What is held about persons, by which rules, and how to object."""
    desk = the_desk()
    return render_template(
        "about_personal_data.html",
        testimonies=_count(desk, "Testimony"),
        consents=_count(desk, "Consent"),
        removed=sorted((one.on, WHO[one.request]) for one in desk.removed.values()),
        repository=current_app.config["REPOSITORY"],
    )


@about.get("/datasheet")
def datasheet() -> str:
    """A data sheet: what is in, how it was collected, what it leaves out, whom it may harm."""
    desk = the_desk()
    sections = {section.title: section for section in desk.report}
    countries = sections["By country"].table.rows
    acts = [int(row["acts"].value) for row in countries if row["acts"]]
    tongues = desk.ours(_LANGUAGES).answer.table()
    quotes = {str(row["language"]): int(str(row["quotes"])) for row in tongues.rows}
    grades = sections["By grade of source"].table
    names = desk.read(partial(named, {"kinds": desk.overview.kinds}), language())
    return render_template(
        "about_datasheet.html",
        grades=_headed(desk.concepts(language()).named(grades, ["grade"])),
        kinds=[(names[one.iri], one.count) for one in desk.overview.kinds],
        tongues=_headed(_spelled(tongues)),
        quotes=sum(quotes.values()),
        of_english=quotes.get("en", 0),
        country=countries[0]["country"] if countries else "",
        country_acts=acts[0] if acts else 0,
        acts=sum(acts),
        licences=_headed(desk.ours(_LICENCES).answer.table()),
        repository=current_app.config["REPOSITORY"],
    )


_HEADINGS = {
    "grade": Phrase("grade"),
    "sources": Phrase("sources"),
    "evidenceOfIt": Phrase("pieces of evidence"),
    "language": Phrase("language"),
    "quotes": Phrase("quotes"),
    "table": Phrase("table"),
    "terms": Phrase("terms of use"),
}


def _headed(table: Table) -> Table:
    """A table with the headings of its columns in the reader's language."""
    names = {name: said(_HEADINGS[name]) for name in table.columns}
    rows = [{names[name]: term for name, term in row.items()} for row in table.rows]
    return Table(list(names.values()), rows)


def _spelled(tongues: Table) -> Table:
    """A table of languages with each called by its name, not by its code."""
    rows = [
        row | {"language": Term("literal", called(str(row["language"])))} for row in tongues.rows
    ]
    return Table(tongues.columns, rows)


def _count(desk: Desk, kind: str) -> int:
    """How many things of a class there are."""
    asked = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a <{TERMS}{kind}> }}"
    found = desk.ours(asked).answer.table().rows[0]["n"]
    return int(found.value) if found else 0
