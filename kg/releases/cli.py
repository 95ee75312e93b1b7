"""`kg release`, `kg diff` and `kg redact`."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kg.canonical import n_quads
from kg.cli import the_build, the_house
from kg.errors import BadRelease
from kg.export import export
from kg.house import House
from kg.redaction import RECORD, REQUESTS, Redaction, full_name, plan
from kg.redaction import redact as do_redact
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


@click.command()
@click.argument("thing", metavar="IRI")
@click.option("--do", "really", is_flag=True, help="Do it. Without this nothing is changed.")
@click.option(
    "--request",
    type=click.Choice(REQUESTS),
    default="editors",
    show_default=True,
    help="On whose request; this is what the record keeps.",
)
@click.option("--dump", multiple=True, metavar="DIR", help="A folder of `kg export` to write anew.")
@click.pass_context
def redact(
    ctx: click.Context, thing: str, really: bool, request: str, dump: tuple[str, ...]
) -> None:
    """Take a thing, or one piece of evidence, out for good: files, releases, dumps, search index, caches.

    Shows what would go; `--do` does it. The record says when and on whose request, not what. Git's own history, and
    copies that others have, are beyond this command: docs/operate.md says what to do about them.

    \b
    Example:  kg redact testimony/zz-last-bus --request person --do
    """
    house, iri, shelf = the_house(ctx), full_name(thing), Shelf.usual()
    found = do_redact(house, iri, request, shelf) if really else plan(house, iri, shelf)
    if not found.files and not found.releases:
        raise BadRelease(f"Nothing in data/ or in a release names {iri}.")
    for line in _told(found, house, iri):
        click.echo(line)
    if not really:
        click.echo("Nothing was changed. Say --do to do it.")
        return
    for folder in dump:
        export(house, the_build(house).open(), Path(folder))  # another server holds it still
        click.echo(f"Written anew: {folder}")
    click.echo(f"Removed, and recorded in {RECORD}. A server that runs: kill -HUP its process now.")


def _told(found: Redaction, house: House, iri: str) -> Iterator[str]:
    yield f"{found.statements} statements about {len(found.things)} things, for {iri}:"
    for file, count in found.files.items():
        yield f"  {count:>5}  {file.relative_to(house.root)}"
    for release in found.releases:
        yield f"  release {release.name}"
    for thing in found.left:
        yield f"Nothing names {thing} any more. Does it tell of the same? Then redact it too."
    for file in found.said:
        yield f"The words of {file.relative_to(house.root)} still name it. Mend them by hand."
