"""`kg search`: words to things, at a terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict

import click

from kg.build import cache_folder
from kg.cli import the_build, the_house
from kg.errors import BadParameter
from kg.namespaces import shorten
from kg.search import SIZE, Choice, Found, Search, Wish, gathered
from kg.search.found import FACETS, MARKS

_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"
_FEW = 6  # values of a facet that are listed


@click.command()
@click.argument("words", nargs=-1)
@click.option("--kind", multiple=True, help="What it must be: Act, City, Source …")
@click.option("--country", multiple=True, help="The State it must belong to: state:us, or us.")
@click.option("--right", multiple=True, help="A right that it must concern: housing …")
@click.option("--group", multiple=True, help="A group that it must name or centre: women …")
@click.option("--year", multiple=True, help="A year in which it must have a date.")
@click.option("--status", multiple=True, help="A stage or status that it must have: rejected …")
@click.option("--page", default=1, show_default=True, type=click.IntRange(min=1))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def search(
    ctx: click.Context, /, words: tuple[str, ...], page: int, form: str, **facets: tuple[str, ...]
) -> None:
    """Find things by words of their names, descriptions and quotes; accents do not matter. What is given more than
    once must all fit.

    \b
    Examples:  kg search migrant women
               kg search '"right to water"' --kind Act --country us
               kg search --group women --group indigenous-peoples
    """
    chosen = {name: facets[name] for name in FACETS if facets[name]}
    found = _finder(ctx).find(Wish(" ".join(words), chosen, page))
    if page > found.pages:
        raise BadParameter("page", f"there are {found.pages} pages of this search.")
    if form == "json":
        click.echo(json.dumps(asdict(found) | {"pages": found.pages}, ensure_ascii=False))
        return
    for line in _lines(found):
        click.echo(line)  # without the codes for bold where this is no terminal


def _finder(ctx: click.Context) -> Search:
    endpoint = os.environ.get("KG_ENDPOINT")
    return gathered(endpoint, cache_folder()) if endpoint else the_build(the_house(ctx)).finder()


def _lines(found: Found) -> Iterator[str]:
    if found.note:
        yield found.note
    if found.partly:
        yield "Nothing has all of these words. These have some:"
    yield f"{found.total:,} found" + (
        f", page {found.wish.page} of {found.pages}" if found.total > SIZE else ""
    )
    if found.near:
        yield "Did you mean: " + ", ".join(
            f"{near.label} ({shorten(near.iri)})" if near.iri else near.label for near in found.near
        )
    for hit in found.hits:
        yield f"\n{_shown(hit.label)}  {hit.kind_label}, {shorten(hit.iri)}"
        if hit.snippet:
            said = f"“{_shown(hit.snippet)}”" if hit.where == "quote" else _shown(hit.snippet)
            yield f"    {said}" + (f" ({hit.source_label})" if hit.source_label else "")
    yield ""
    for name, choices in found.facets.items():
        if choices:
            yield (
                f"{name}: "
                + ", ".join(map(_choice, choices[:_FEW]))
                + (" …" if len(choices) > _FEW else "")
            )


def _choice(choice: Choice) -> str:
    return f"{choice.value} {choice.count}"


def _shown(text: str) -> str:
    return text.replace(MARKS[0], _BOLD).replace(MARKS[1], _PLAIN)
