"""What the data are: how much there is, from which sources, and what is thin."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, render_template

from kg.errors import Said
from kg.namespaces import PREFIXES, TERMS
from kg.report import as_data
from server.desk import Desk, the_desk

WHO = {
    "person": Said("a person whom it concerned"),
    "source": Said("the source"),
    "court": Said("a court"),
    "editors": Said("the editors"),
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
    languages = desk.ours(_LANGUAGES).answer.table()
    quotes = {str(row["language"]): int(str(row["quotes"])) for row in languages.rows}
    return render_template(
        "about_datasheet.html",
        grades=sections["By grade of source"].table,
        kinds=desk.overview.kinds,
        tongues=languages,
        quotes=sum(quotes.values()),
        english=quotes.get("en", 0),
        country=countries[0]["country"] if countries else "",
        country_acts=acts[0] if acts else 0,
        acts=sum(acts),
        licences=desk.ours(_LICENCES).answer.table(),
        repository=current_app.config["REPOSITORY"],
    )


def _count(desk: Desk, kind: str) -> int:
    """How many things of a class there are."""
    asked = f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a <{TERMS}{kind}> }}"
    found = desk.ours(asked).answer.table().rows[0]["n"]
    return int(found.value) if found else 0
