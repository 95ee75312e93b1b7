"""`kg link`: a table of names to the graph's things and to identifiers elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from kg.cli import the_house, the_store
from kg.linking.cli_judging import import_sssom, write_judged
from kg.linking.cli_judging import propose as propose_pairs
from kg.linking.files import Sheet, Writer, column, read
from kg.linking.gazetteer import Gazetteer, gazetteer
from kg.linking.match import Decision, Matcher, Row
from kg.linking.sssom import as_sssom
from kg.linking.things import KINDS, NameBook, places
from kg.namespaces import PREFIXES, shorten
from kg.store import Store

_MORE = ("hrc", "wikidata", "geonames", "score", "decision", "why")


@click.command()
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--type", "kind", type=click.Choice(list(KINDS)), default="city", show_default=True)
@click.option("--name", metavar="COLUMN", help="The column with the names.")
@click.option(
    "--country",
    metavar="COLUMN",
    help="The column with the countries: names in any language, or codes.",
)
@click.option("--state", metavar="COLUMN", help="The column with States, provinces or regions.")
@click.option("--latitude", metavar="COLUMN")
@click.option("--longitude", metavar="COLUMN")
@click.option("--population", metavar="COLUMN")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write here, and go on from here if stopped half-way.",
)
@click.option(
    "--propose",
    metavar="SOURCE",
    help="Instead: what the graph's own things may be in geonames, wikidata or a table with a column `iri`.",
)
@click.option("--iri", metavar="COLUMN", help="The column of that table with the IRIs.")
@click.option(
    "--judgements",
    type=click.Path(path_type=Path),
    default="judgements.csv",
    show_default=True,
    help="Where proposals are kept, and what a person said of each.",
)
@click.option("--judged", is_flag=True, help="Instead: what was judged, as Turtle for data/links/.")
@click.option("--sssom", is_flag=True, help="Instead: all links of the graph as SSSOM TSV.")
@click.option(
    "--from-sssom",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Instead: the mappings of a SSSOM TSV as proposals.",
)
@click.option("--by", default="", metavar="NAME", help="Who judged, where a row names nobody.")
@click.pass_context
def link(
    ctx: click.Context,
    /,
    file: Path | None,
    kind: str,
    out: Path | None,
    propose: str | None,
    iri: str | None,
    judgements: Path,
    judged: bool,
    sssom: bool,
    from_sssom: Path | None,
    by: str,
    **columns: str | None,
) -> None:
    """Find what the names in a table mean: the graph's things, Wikidata items, GeoNames ids.

    The same rows come back with hrc, wikidata, geonames, score, decision (match, unsure, none) and why. Only a match
    has identifiers; of an unsure row `why` names the nearest. Usual headers are found by themselves.

    \b
    Examples:  kg link cities.csv --type city
               kg link survey.xlsx --name Kommune --country Land --out linked.csv
               kg link --propose geonames
               kg link --judged --by "Your Name" > judged.ttl
               kg link --sssom > links.sssom.tsv
    """
    if judged:
        write_judged(judgements, by)
    elif sssom:
        house = the_house(ctx)
        for part in as_sssom(the_store(house), house.digest()):
            click.echo(part, nl=False)
    elif from_sssom:
        import_sssom(the_store(the_house(ctx)), from_sssom, judgements)
    elif propose:
        propose_pairs(the_store(the_house(ctx)), kind, propose, iri, judgements)
    elif file is None:
        raise click.UsageError(
            "Name a table to link, or say --propose SOURCE, --judged, --sssom or --from-sssom FILE."
        )
    else:
        _link_table(the_store(the_house(ctx)), file, kind, out, columns)


def _link_table(
    store: Store, file: Path, kind: str, out: Path | None, columns: dict[str, str | None]
) -> None:
    sheet = read(file)
    at = {what: column(sheet, what, named) for what, named in columns.items()}
    if at["name"] is None:
        raise click.UsageError(
            f"Say with --name which column has the names: {', '.join(sheet.headers)}."
        )
    decide: Callable[[Row], list[str]]
    if kind == "city":
        matcher = Matcher(_gazetteer(), places(store))
        decide = lambda row: _told(matcher.decide(row))  # noqa: E731
    else:
        book = NameBook(store, kind)
        decide = lambda row: _named(book, row)  # noqa: E731
    writer = Writer(sheet, _MORE, out)
    found = list(writer.done)
    rest = Sheet(sheet.headers, sheet.rows[len(found) :])
    try:
        for cells, row in zip(rest.rows, _progress(_rows(rest, at), len(rest.rows)), strict=True):
            found.append(decide(row))
            writer.row(cells, found[-1])
    finally:
        writer.close()
    _sum_up(found)


def _gazetteer() -> Gazetteer:
    if not sys.stderr.isatty():
        return gazetteer()
    with click.progressbar(
        length=1, label="Indexing the world's places, once", file=sys.stderr
    ) as bar:

        def move(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return gazetteer(move)


def _progress(rows: Iterator[Row], count: int) -> Iterator[Row]:
    if not sys.stderr.isatty() or count < 200:
        yield from rows
        return
    with click.progressbar(rows, length=count, label="Linking", file=sys.stderr) as bar:
        yield from bar


def _rows(sheet: Sheet, at: dict[str, int | None]) -> Iterator[Row]:
    for cells in sheet.rows:

        def cell(what: str, cells: list[str] = cells) -> str:
            place = at[what]
            return cells[place].strip() if place is not None else ""

        people = _number(cell("population"))
        yield Row(
            cell("name"),
            cell("country"),
            cell("state"),
            _number(cell("latitude")),
            _number(cell("longitude")),
            int(people) if people else None,
        )


def _number(text: str) -> float | None:
    try:
        return float(
            text.replace(" ", "").replace(
                ",", "." if text.count(",") == 1 and "." not in text else ""
            )
        )
    except ValueError:
        return None


def _told(decision: Decision) -> list[str]:
    place, why = decision.place, decision.why
    if decision.decision == "match" and place is not None:
        hrc = shorten(place.hrc) if place.hrc else ""
        return [
            hrc,
            place.wikidata,
            place.geonames,
            f"{decision.score:.2f}",
            decision.decision,
            why,
        ]
    if place is not None:
        near = [place, *decision.others]
        why += "; nearest: " + ", ".join(_shown(one) for one in near[:3])
    return ["", "", "", f"{decision.score:.2f}", decision.decision, why]


def _shown(place: Any) -> str:
    where = ", ".join(part for part in (place.division_name, place.country) if part)
    return f"{place.name} ({where}; {place.geonames or shorten(place.hrc)})"


def _named(book: NameBook, row: Row) -> list[str]:
    decision, thing, why = book.decide(row.name)
    hrc = shorten(thing.iri) if thing is not None and decision == "match" else ""
    score = f"{thing.score:.2f}" if thing is not None else "0.00"
    return [hrc, "", "", score, decision, why]


def _sum_up(found: list[list[str]]) -> None:
    counts = {name: sum(one[4] == name for one in found) for name in ("match", "unsure", "none")}
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    click.echo(f"{len(found)} rows: {told}. Wikidata items begin with {PREFIXES['wd']}", err=True)
