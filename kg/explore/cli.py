"""`kg explore`: the views at a terminal, with the parameters and the words of their pages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence

import click

from kg.cli import given_parameters, of_version
from kg.errors import BadParameter, UnknownFormat
from kg.explore import VIEWS, Facts, Result, View, proofs
from kg.explore.document import blocks, docx, markdown, quoted_from
from kg.explore.written import Prove, answered, comma_separated, described
from kg.releases import Shelf
from kg.terminal import drawn

FORMS = ("text", "csv", "json", "md", "docx")


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("name", required=False, metavar="VIEW")
@click.option("--list", "listed", is_flag=True, help="List the views and what can be chosen.")
@click.option("--part", help="One table of the answer, by its name. CSV: the first, unless named.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", show_default=True)
@click.option("--version", metavar="NAME", help="Ask a release that is kept: kg release --list.")
@click.pass_context
def explore(
    ctx: click.Context,
    name: str | None,
    listed: bool,
    part: str | None,
    form: str,
    version: str | None,
) -> None:
    """Ask a view of what no table of rows can show. What can be chosen are options; give several values by
    repeating one.

    \b
    Examples:  kg explore --list
               kg explore intersections --with group:women --with group:migrants
               kg explore peers --city city:us-seattle --part done --format csv
               kg explore model --instrument cedaw --group women --format docx > model.docx
    """
    if listed or not name:
        click.echo("\n".join(_listing()))
        return
    view = next((one for one in VIEWS if one.name == name), None)
    if view is None:
        known = ", ".join(one.name for one in VIEWS)
        raise click.UsageError(f"No view is called {name!r}. The views are: {known}.")
    if form not in ("text", "csv", "json", *view.documents):
        raise UnknownFormat(form, ["text", "csv", "json", *view.documents])
    given = given_parameters(ctx.args)
    store = of_version(ctx, version)[1]()
    cited = version or Shelf.usual().name_of(store.version)
    result = view.answer(Facts.read(store), given)
    shown = _narrowed(result, part)
    written = _written(view, given, shown, form, lambda said: proofs(store, said), cited)
    sys.stdout.buffer.write(written)
    sys.stdout.flush()


def _listing() -> Iterator[str]:
    for view in VIEWS:
        yield f"{view.name}\n  {view.title}"
        for field in view.fields:
            kind = "one or more" if field.many else "one" if field.choices else "a date"
            yield f"    --{field.name}  {field.label} ({kind}). {field.help}".rstrip()


def _narrowed(result: Result, name: str | None) -> Result:
    """An answer with one of its tables alone, where one is named."""
    if name is None:
        return result
    part = result.part(name)
    if part is None:
        names = ", ".join(one.name for one in result.parts)
        raise BadParameter("part", f"there is no table {name!r} in this answer; there is: {names}.")
    return Result(result.sentence, (part,), result.notes)


def _written(
    view: View,
    given: Mapping[str, Sequence[str]],
    result: Result,
    form: str,
    prove: Prove,
    version: str,
) -> bytes:
    if form == "csv":
        return comma_separated(result.parts[0], prove).encode() if result.parts else b""
    if form == "json":
        said = {**described(view), "version": version, "asked": given, **answered(result, prove)}
        return json.dumps(said, ensure_ascii=False).encode() + b"\n"
    if form == "text":
        return "\n".join(_lines(view, result)).encode()
    found = prove(quoted_from(result))
    asked = " ".join(f"--{name} {value}" for name, values in given.items() for value in values)
    cited = f"Human Rights Cities Knowledge Graph, version {version}: kg explore {view.name} {asked} (CC BY 4.0)."
    paragraphs = blocks(result, found, view.title, cited)
    return docx(paragraphs) if form == "docx" else markdown(paragraphs).encode()


def _lines(view: View, result: Result) -> Iterator[str]:
    yield view.title
    yield result.sentence
    yield from result.notes
    for part in result.parts:
        yield f"\n{part.title} ({part.name})\n{part.about}\n"
        yield drawn(part.table()) if part.rows else f"{part.empty}\n"
    for measure in view.measures:
        yield f"{measure.name}: {measure.definition}"
        yield f"    = {measure.formula}. Out of: {measure.denominator} {measure.limits}"
    yield ""
