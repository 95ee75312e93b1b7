"""`kg release` and `kg diff`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

import click

from kg.canonical import n_quads
from kg.cli import the_house
from kg.errors import BadRelease
from kg.releases.differences import Difference, compared
from kg.releases.shelf import Shelf

_HEAD = "# What changed\n\nReleases of the data, newest first; `kg release` writes this, `kg diff` tells each change.\n"


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="What is kept, and what it weighs.")
@click.option("--changelog", metavar="FILE", help="Also write what changed since the last one.")
@click.pass_context
def release(ctx: click.Context, name: str | None, listed: bool, changelog: str | None) -> None:
    """Keep the graph as it is now, under the name of a month, so that what is cited can be asked again.

    Releases lie in the folder that KG_RELEASES names. `kg ask --version NAME` and `?version=NAME` on a server answer
    from them.

    \b
    Examples:  kg release 2026.11 --changelog docs/changelog.md
               kg release --list
    """
    shelf = Shelf.usual()
    if listed or not name:
        for one in shelf.releases():
            since = f", redacted {', '.join(one.redacted)}" if one.redacted else ""
            click.echo(
                f"{one.name}  {one.made}  {one.statements:>9,} statements  {one.bytes:>10,} bytes  "
                f"version {one.version}{since}"
            )
        if not shelf.releases():
            click.echo(f"No release is kept in {shelf.folder}.")
        return
    house = the_house(ctx)
    before = shelf.releases()
    made = shelf.keep(house, name)
    click.echo(
        f"Kept {made.name}: {made.statements:,} statements in {made.bytes:,} bytes, version {made.version}, "
        f"in {shelf.folder}."
    )
    if changelog:
        difference = compared(before[-1].name if before else "", made.name, house)
        _enter(Path(changelog), made.name, difference)
        click.echo(f"Written into {changelog}: {len(difference.summary())} kinds of changes.")


def _enter(file: Path, name: str, difference: Difference) -> None:
    """A new entry at the head of a changelog."""
    old = file.read_text(encoding="utf-8") if file.is_file() else _HEAD
    if f"\n## {name}," in old:
        raise BadRelease(f"{file} has an entry for {name} already.")
    lines = "".join(f"- {phrase}\n" for phrase in difference.summary()) or "- nothing\n"
    entry = f"\n## {name}, {datetime.date.today().isoformat()}\n\nSince {difference.names[0]}:\n\n{lines}"
    head, mark, rest = old.partition("\n## ")
    file.write_text(head.rstrip("\n") + "\n" + entry + mark + rest, encoding="utf-8")


@click.command()
@click.argument("old", metavar="A")
@click.argument("new", metavar="B")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "patch", "added", "removed"]),
    default="text",
    show_default=True,
    help="Sentences; RDF Patch; or the statements that were added, or removed, as N-Quads.",
)
@click.pass_context
def diff(ctx: click.Context, old: str, new: str, form: str) -> None:
    """What differs between two versions: releases, git revisions, folders with a house, or RDF files.

    \b
    Examples:  kg diff 2026.10 2026.11
               kg diff HEAD~1 . --format patch
    """
    found = compared(old, new, the_house(ctx))
    if form in ("added", "removed"):
        quads = found.added if form == "added" else found.removed
        sys.stdout.buffer.write(n_quads(quads))
        return
    for line in found.text() if form == "text" else found.patch():
        click.echo(line)
