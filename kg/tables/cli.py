"""`kg template`: tables to fill in, and what their columns mean to a machine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli import the_house, the_store
from kg.tables.columns import KINDS
from kg.tables.names import Names
from kg.validation.company import Published, View


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv", show_default=True
)
@click.option(
    "--metadata", is_flag=True, help="Write the CSVW metadata that maps the columns to the model."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write here; else to standard output.")
@click.pass_context
def template(ctx: click.Context, kind: str, form: str, metadata: bool, out: Path | None) -> None:
    """Write a table to fill in, with help for each column; `kg validate` reads it when it is filled in.

    A spreadsheet gets a note on each title, lists to choose from, and columns in which dates stay as they are typed.

    \b
    Examples:  kg template act --format xlsx --out acts.xlsx
               kg template city > cities.csv
               kg template act --metadata --out acts.csv-metadata.json
    """
    from kg.tables.template import as_csv, as_xlsx  # here, for openpyxl takes long to load

    wanted = KINDS[kind]
    if metadata:
        content = wanted.metadata.encode()
    elif form == "csv":
        content = as_csv(wanted).encode()
    elif out is None and sys.stdout.isatty():
        raise click.UsageError(f"A workbook is nothing to read here: add --out {kind}.xlsx")
    else:
        store = the_store(the_house(ctx))
        content = as_xlsx(wanted, Names(View(Published(store))))
    if out is None:
        click.echo(content, nl=False)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise click.UsageError(f"{out} cannot be written: {error.strerror}") from None
    click.echo(f"Wrote {out}: {wanted.help}", err=True)
