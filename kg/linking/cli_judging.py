"""What `kg link` does with judgements: propose pairs, and make links of what a person said of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from kg.linking.gazetteer import gazetteer
from kg.linking.judgements import Judgements, Proposal, judged, read
from kg.linking.links import as_turtle
from kg.linking.proposing import (
    InGazetteer,
    Source,
    Table,
    candidates,
    count,
    fresh,
    judged_pairs,
    today,
)
from kg.linking.sssom import proposals, summed
from kg.store import Store


def source_of(named: str, iri: str | None, kind: str) -> Source:
    """The source that was named: geonames, wikidata, or a table."""
    if named in ("geonames", "wikidata"):
        if kind != "city":
            raise click.UsageError(f"{named} has places only; for --type {kind} name a table.")
        return InGazetteer(gazetteer(), named)
    if not Path(named).is_file():
        raise click.UsageError(
            f"There is no source {named!r}. Say geonames, wikidata, or the name of a table."
        )
    return Table(Path(named), iri)


def propose(store: Store, kind: str, named: str, iri: str | None, file: Path) -> None:
    """Add to the judgements file what nobody was asked yet; a run that was stopped goes on where it was."""
    source = source_of(named, iri, kind)
    book = Judgements(file)
    asked = {one.pair for one in book.known} | judged_pairs(store)
    added: list[Proposal] = []
    things = 0
    for _, found in _shown(candidates(store, kind, source), count(store, kind)):
        things += 1
        for one in fresh(found, asked):
            book.add(one)
            added.append(one)
    pairs = [one for one in added if one.theirs]
    waiting = sum(bool(one.theirs) and not one.judgement for one in book.known)
    click.echo(
        f"{things} things without a link to {source.linkset}: {len(pairs)} new proposals for "
        f"{len({one.ours for one in pairs})} of them. {waiting} proposals wait for a judgement in {file}: "
        "write yes, no or unsure into its column `judgement`, then `kg link --judged`.",
        err=True,
    )


def _shown(found: Iterator[Any], length: int) -> Iterator[Any]:
    if not sys.stderr.isatty():
        yield from found
        return
    with click.progressbar(found, length=length, label="Comparing", file=sys.stderr) as bar:
        yield from bar


def import_sssom(store: Store, mapping: Path, file: Path) -> None:
    """Add the mappings of a SSSOM TSV to the judgements file, those that nobody was asked about before."""
    found = proposals(mapping, store)
    book = Judgements(file)
    asked = {one.pair for one in book.known} | judged_pairs(store)
    new = []
    for one in found.proposals:
        if one.pair not in asked:
            asked.add(one.pair)
            book.add(one)
            new.append(one)
    click.echo(f"{summed(found, new)} They wait for a judgement in {file}.", err=True)


def write_judged(file: Path, by: str) -> None:
    """Print what was judged as Turtle for data/links/; nothing is merged here."""
    if not file.exists():
        raise click.UsageError(f"There is no file {file}. Make one with kg link --propose SOURCE.")
    known = read(file)
    found = judged(known, by, today())
    refused = sum(one.refused for one in found)
    if found:
        click.echo(as_turtle(found), nl=False)
    waiting = sum(bool(one.theirs) and not one.judgement for one in known)
    click.echo(
        f"{len(found) - refused} links and {refused} refusals; {waiting} proposals wait for a judgement. "
        "Put the statements into data/links/ and run kg validate.",
        err=True,
    )
