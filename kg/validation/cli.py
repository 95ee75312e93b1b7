"""`kg validate`: check files before they are contributed."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from kg.cli import expanded, the_house, the_store
from kg.errors import KgError, SyntaxFault
from kg.house import House
from kg.validation.check import Checker, published_name, read_file
from kg.validation.engines import ENGINES
from kg.validation.review import Brought
from kg.validation.writers import WRITERS, as_text, fault_as, schema

_FORMS = [*WRITERS, "schema"]
_GLANCE = 0.4  # seconds between two looks at watched files


@click.command()
@click.argument("files", nargs=-1, metavar="FILE…")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    default="text",
    show_default=True,
    help="How to write what was found.",
)
@click.option(
    "--replaces",
    metavar="NAME",
    help="The published file that FILE is a new version of, as in cities/us-boston.",
)
@click.option(
    "--judge", "by", type=click.Choice(["auto", *ENGINES]), default="auto", show_default=True
)
@click.option("--no-answers", is_flag=True, help="Do not look which saved answers would change.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until Ctrl+C.")
@click.pass_context
def validate(
    ctx: click.Context,
    files: tuple[str, ...],
    form: str,
    replaces: str | None,
    by: str,
    no_answers: bool,
    watch: bool,
) -> None:
    """Check files before they are contributed, in the company of everything published.

    RDF (.ttl, .trig, .nt, .nq, .jsonld, .rdf) or a table made from `kg template` (.csv, .xlsx). A folder stands for the
    RDF files in it. A file that lies in data/ is judged as the new version of itself.
    Leaves with 0 when nothing blocks, 1 when something must be mended, 2 when a file cannot be read.

    \b
    Examples:  kg validate data/cities/us-pittsburgh.ttl
               kg validate mine.xlsx --watch
               kg validate mine.ttl --format sarif > findings.sarif
    """
    if form == "schema":
        click.echo(schema(), nl=False)
        return
    if not files:
        raise click.UsageError("Missing argument 'FILE…'.")
    house = the_house(ctx)
    named = expanded(files)
    try:
        checker = Checker(house, the_store(house), by)
    except SyntaxFault as fault:  # in a file of this checkout, which may be one of those named
        ctx.exit(_unreadable(fault, form))
    if watch:
        _watch(checker, house, named, replaces)
    ctx.exit(_checked(checker, _brought(named, house, replaces), form, weigh=not no_answers))


def _brought(files: Sequence[Path], house: House, replaces: str | None) -> list[Brought]:
    found = [read_file(file, house) for file in files]
    if replaces is None:
        return found
    if len(found) != 1:
        raise click.UsageError("--replaces goes with one file.")
    one = found[0]
    return [Brought(one.what, one.content, one.syntax, published_name(replaces))]


def _checked(checker: Checker, brought: list[Brought], form: str, weigh: bool) -> int:
    """Write what was found; the status to leave with."""
    try:
        review = checker.check(brought, weigh and form in ("text", "json"))
    except SyntaxFault as fault:
        return _unreadable(fault, form)
    if form == "text":
        click.echo(as_text(review, colour=sys.stdout.isatty()), nl=False)
    else:
        click.echo(WRITERS[form][1](review), nl=False)
    return 0 if review.conforms else 1


def _unreadable(fault: SyntaxFault, form: str) -> int:
    said = fault_as(form, fault)
    if said is None:
        _show_fault(fault)
    else:
        click.echo(said, nl=False)
    return 2


def _show_fault(fault: SyntaxFault) -> None:
    where = f", line {fault.line}, column {fault.column}" if fault.line else ""
    click.echo(f"kg: {fault.what}{where}: {fault.problem}", err=True)
    if fault.near:
        click.echo(f"    {fault.near}", err=True)
    if fault.hint:
        click.echo(f"  {fault.hint}", err=True)


def _watch(checker: Checker, house: House, files: Sequence[Path], replaces: str | None) -> None:
    """Check now and after each change, until the person has enough."""
    last: object = None
    try:
        while True:
            now = [(file, file.stat().st_mtime_ns if file.exists() else 0) for file in files]
            if now != last:
                last = now
                if sys.stdout.isatty():
                    click.clear()
                try:
                    _checked(checker, _brought(files, house, replaces), "text", weigh=True)
                except KgError as error:
                    click.echo(f"kg: {error}", err=True)
                click.echo(
                    f"Watching {len(files)} file(s) since {time.strftime('%H:%M:%S')}; Ctrl+C ends.",
                    err=True,
                )
            time.sleep(_GLANCE)
    except KeyboardInterrupt:
        click.echo("", err=True)
        raise SystemExit(0) from None
