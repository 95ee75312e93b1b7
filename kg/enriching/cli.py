"""`kg enrich`: what others say of the things that ours are linked to, and where it disagrees with ours."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from kg.cli import the_house, the_store
from kg.enriching.asking import DAYS, Asker, Outcome
from kg.enriching.cache import Cache
from kg.enriching.disagreeing import Conflict, conflicts, ours, write_conflicts
from kg.enriching.findings import NotItsShape, checked, items, write_graph
from kg.enriching.settings import Endpoint, endpoints
from kg.store import Store


@click.command()
@click.argument("names", nargs=-1, metavar="[ENDPOINT]…")
@click.option(
    "--list", "listed", is_flag=True, help="List the endpoints and what is asked of them."
)
@click.option(
    "--config", type=click.Path(path_type=Path), help="A TOML file of your own with endpoints."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="enrichment",
    show_default=True,
    help="The folder to write to.",
)
@click.option(
    "--days",
    default=DAYS,
    show_default=True,
    help="Ask again for answers that are older; 0 asks for all.",
)
@click.pass_context
def enrich(
    ctx: click.Context,
    /,
    names: tuple[str, ...],
    listed: bool,
    config: Path | None,
    out: Path,
    days: int,
) -> None:
    """Ask other people's SPARQL endpoints about what ours is linked to; write it apart, list what disagrees.

    For each endpoint a named graph with its provenance (NAME.trig), and one conflicts.csv for a person to look at.
    Nothing is merged. Answers are kept for a month, so a run that was stopped goes on where it was.

    \b
    Examples:  kg enrich --list
               kg enrich wikidata
               kg enrich --config mine.toml --out enrichment
    """
    known = endpoints(config)
    if listed:
        for one in known.values():
            click.echo(
                f"{one.name}\n  {one.title}, {one.endpoint}\n  {', '.join(one.by_name)}; {one.licence}"
            )
        return
    unknown = [name for name in names if name not in known]
    if unknown:
        raise click.UsageError(
            f"No endpoint is called {unknown[0]!r}. There are: {', '.join(known)}."
        )
    store = the_store(the_house(ctx))
    out.mkdir(parents=True, exist_ok=True)
    disagree: list[Conflict] = []
    whole = True
    for one in [known[name] for name in names] or known.values():
        done, told = _enriched(store, one, out, days)
        disagree += told
        whole &= done
    with (out / "conflicts.csv").open("w", encoding="utf-8", newline="") as table:
        write_conflicts(disagree, table)
    click.echo(f"{len(disagree)} values disagree with ours: {out / 'conflicts.csv'}", err=True)
    ctx.exit(0 if whole else 2)


def _enriched(
    store: Store, endpoint: Endpoint, out: Path, days: int
) -> tuple[bool, list[Conflict]]:
    """Ask one endpoint and write what is known. An endpoint in trouble takes nothing away that was there."""
    asked = items(store, endpoint)
    today = datetime.datetime.now(datetime.UTC).date()
    outcome = _asked(Asker(endpoint, Cache(endpoint)), list(asked), today, days, endpoint.title)
    click.echo(outcome.sentence(), err=True)
    if any(one.said for one in outcome.kept):
        try:
            write_graph(checked(outcome), out / f"{endpoint.name}.trig")
        except NotItsShape as error:
            click.echo(str(error), err=True)
            return False, []
    known = ours(store, asked.values())
    return not outcome.trouble, conflicts(outcome, asked, known)


def _asked(asker: Asker, wanted: list[str], today: datetime.date, days: int, title: str) -> Outcome:
    if not sys.stderr.isatty():
        return asker.run(wanted, today, days)
    with click.progressbar(length=len(wanted), label=title, file=sys.stderr) as bar:
        return asker.run(wanted, today, days, bar.update)
