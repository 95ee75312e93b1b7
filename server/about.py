"""What the data are: how much there is, from which sources, and what is thin."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template

from kg.report import as_data
from server.desk import the_desk

about = Blueprint("about", __name__, url_prefix="/about")


@about.get("/data")
def data() -> str:
    """The curation report, for people."""
    return render_template("about_data.html", sections=the_desk().report)


@about.get("/data.json")
def data_as_json() -> Response:
    """The curation report, for programs."""
    return jsonify([as_data(section) for section in the_desk().report])
