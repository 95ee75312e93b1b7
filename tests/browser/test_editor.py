"""A query is written in a browser, with the words of the graph at hand."""

from __future__ import annotations


def test_words_are_completed_and_their_prefix_declared(opened):
    page = opened("/sparql")
    field = page.get_by_label("Query", exact=True)
    field.fill("SELECT ?city { ?city a ")
    field.press("End")
    field.type("hrc:Ci")
    option = page.get_by_role("option").filter(has_text="hrc:City")
    option.first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == (
        "PREFIX hrc: <https://w3id.org/hrcities/ontology#>\nSELECT ?city { ?city a hrc:City"
    )
    field.type(" } LIMIT 3")
    with page.expect_navigation():
        field.press("Control+Enter")
    assert page.locator("tbody tr").count() == 3
