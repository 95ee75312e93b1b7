"""Tables of `kg.tables` to be filled in: what is known of each commitment stands in them, what is not is left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from kg.answers import Term
from kg.explore.facts import Facts
from kg.explore.views import Made, Part, Row, Rows, text, thing
from kg.namespaces import shorten
from kg.phrases import Phrase
from kg.tables.columns import KINDS


def followups(rows: Sequence[Row]) -> Part:
    """The table of follow-ups that `kg validate` reads, with a row for each commitment that nothing followed."""
    about = Phrase(
        "A table to fill in and bring under Contribute: what followed each of these commitments, with its source."
    )

    def known(row: Row) -> Mapping[str, Term | None]:
        return {"act": row.cells["act"], "city": row.cells["place"]}

    return _fill("followup", Phrase("To fill in: what followed"), about, rows, known)


_WHAT_ACTS = Phrase(
    "A table to fill in and bring under Contribute: when each was adopted, by whom, and what it cites."
)


def acts(facts: Facts, lacking: Iterable[tuple[str, str]], about: str = _WHAT_ACTS) -> Part:
    """The table of acts, with a row for each place and act of it, or for a place alone where no act of it is known."""

    def known(one: tuple[str, str]) -> Mapping[str, Term | None]:
        place, act = one
        if not act:
            return {"city": thing(facts, place)}
        kind = facts.value(act, "hrc:actType")
        return {
            "act": thing(facts, act),
            "title": text(facts.label(act)),
            "city": thing(facts, place),
            "type": thing(facts, kind) if kind else None,
            "number": text(facts.value(act, "eli:number")),
        }

    return _fill("act", Phrase("To fill in: acts"), about, list(lacking), known)


def _fill(
    kind: str,
    title: str,
    about: str,
    lacking: Sequence[Made],
    known: Callable[[Made], Mapping[str, Term | None]],
) -> Part:
    """A table of `kg.tables` with what is known; things by their short addresses."""
    columns = tuple(column.name for column in KINDS[kind].columns)

    def row(one: Made) -> Row:
        cells = known(one)
        return Row({name: _short(cells.get(name)) for name in columns})

    rows = Rows(lacking, row)
    return Part(
        kind, title, about, columns, rows, Phrase("There is nothing to fill in here."), plain=True
    )


def _short(cell: Term | None) -> Term | None:
    return text(shorten(cell.value)) if cell and cell.kind == "uri" else cell
