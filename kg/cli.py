"""The command line: each command reads, calls one function, prints.

Leaves with 0 when all is well, 1 when there are findings that block, 2 when it could not run.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from kg import __version__
from kg.answers import GRAPHS, TABLES, Answer, Ceiling, Wanted
from kg.build import Built, build, build_with
from kg.errors import KgError, SourceUnavailable, UnknownFormat
from kg.house import House, find_house
from kg.queries import Query, every, find
from kg.report import as_data, report
from kg.screening import screen
from kg.store import AnyStore, RemoteStore
from kg.terminal import Meter, drawn

FORMATS = ["table", *TABLES, *GRAPHS]


class Doors(click.Group):
    """The commands here and those that other packages add by an entry point; errors as sentences."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_added()})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        return super().get_command(ctx, name) or (
            _added()[name].load() if name in _added() else None
        )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(f"kg: {error}", err=True)
            ctx.exit(2)


def _added() -> dict[str, Any]:
    return {entry.name: entry for entry in entry_points(group="kg.commands")}


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--house", metavar="DIR", help="The folder with ontology/, shapes/, data/ and queries/."
)
@click.version_option(__version__, prog_name="kg")
@click.pass_context
def main(ctx: click.Context, house: str | None) -> None:
    """The knowledge graph of human rights cities: build it, ask it, check what you add to it.

    \b
    Try:  kg ask --list
          kg ask practices-of-a-place --place us-washington
          kg serve
    """
    ctx.obj = house


def the_house(ctx: click.Context) -> House:
    """The house that this call works on."""
    return find_house(ctx.obj)


def the_build(house: House) -> Built:
    """The compiled store; a long compilation shows its progress on a terminal."""
    if not sys.stderr.isatty():
        return build(house)
    with click.progressbar(length=1, label="Building", file=sys.stderr) as bar:
        return build(house, lambda done, total, file: _move(bar, done, total))


def _move(bar: Any, done: int, total: int) -> None:
    bar.length = total
    bar.update(done - bar.pos)


def the_store(house: House) -> AnyStore:
    """The store that questions go to: KG_ENDPOINT where it is set, else the compiled one."""
    endpoint = os.environ.get("KG_ENDPOINT")
    return RemoteStore(endpoint) if endpoint else the_build(house).open()


@main.command("build")
@click.option("--with", "first", metavar="FILE…", help="Dumps to keep beside the graph.")
@click.option("--without", is_flag=True, help="No dumps beside it any more.")
@click.argument("more", nargs=-1, metavar="")
@click.pass_context
def build_command(
    ctx: click.Context, first: str | None, without: bool, more: tuple[str, ...]
) -> None:
    """Compile the files into a store on disk; done once for each state of the files.

    Dumps (N-Quads, N-Triples, Turtle, TriG; plain, .gz, .bz2, .xz, .zst) stand beside it in graphs of their own until
    others are named. A load that was stopped goes on where it was when the same command is given again.

    \b
    Examples:  kg build
               kg build --with wikidata.nt.gz geonames.nq
    """
    house = the_house(ctx)
    if (more and not first) or (first and without):
        raise click.UsageError("Name dumps after --with, and leave out --without.")
    if first or without:
        files = [Path(name) for name in (first, *more) if name]
        built = build_with(house, files, Meter().show, None)
    else:
        built = the_build(house)
    did = "Built" if built.fresh else "Up to date:"
    beside = f" and {built.external:,} external ones" if built.external else ""
    click.echo(
        f"{did} version {built.version}, {built.triples:,} statements{beside} in {built.graphs:,} graphs, "
        f"from {house.root}"
    )


@main.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="List the questions and their parameters.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="How to write the answer.")
@click.option("--version", metavar="NAME", help="Ask a release that is kept: kg release --list.")
@click.pass_context
def ask(
    ctx: click.Context, name: str | None, listed: bool, form: str | None, version: str | None
) -> None:
    """Ask a saved question. Its parameters are options; say any parameter's value as `any` to leave it open.

    \b
    Examples:  kg ask --list
               kg ask practices-of-a-place --place us-washington
               kg ask recommendations-and-addressees --format csv > answer.csv
               kg ask acts-of-a-place --version 2026.11
    """
    house, open_store = of_version(ctx, version)
    if listed or not name:
        click.echo("\n".join(_listing(every(house))))
        return
    query = find(house, name)
    given = given_parameters(ctx.args)
    store = open_store()
    text = query.bind(given, store)
    if (form or "table") == "table" and query.kind == "table":
        table = store.answer(text, Wanted("json")).table()
        said = {name: ", ".join(values) for name, values in query.chosen(given).items()}
        click.echo(
            f"{query.summary}\n{query.sentence(table, said)}\n\n{drawn(table.for_people())}",
            nl=False,
        )
        if not table.rows and query.empty:
            click.echo(query.empty)
        return
    _print(store.answer(text, _wanted(form)))


def of_version(ctx: click.Context, version: str | None) -> tuple[House, Callable[[], AnyStore]]:
    """The house, and what opens its store: of the present, or of a release that is named. Raises UnknownVersion."""
    if not version:
        house = the_house(ctx)
        return house, lambda: the_store(house)
    from kg.releases import Shelf

    shelf = Shelf.usual()
    release = shelf.find(version)
    return shelf.house(release), lambda: shelf.open(release).open()


def _listing(queries: Sequence[Query]) -> Iterator[str]:
    for query in queries:
        yield f"{query.name}\n  {query.summary}"
        for parameter in query.parameters:
            example = " ".join(query.examples[parameter.name])
            yield f"    --{parameter.name} {parameter.kind}   {parameter.help} As it stands: {example}."


def given_parameters(words: Sequence[str]) -> dict[str, list[str]]:
    """`--city x --city=y` as {"city": ["x", "y"]}."""
    given: dict[str, list[str]] = {}
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            raise click.UsageError(f"{word!r} stands alone. Write parameters as --name value.")
        name, equals, value = word[2:].partition("=")
        if not equals:
            value = next(rest, "")
            if not value:
                raise click.UsageError(f"--{name} needs a value.")
        given.setdefault(name, []).append(value)
    return given


def _wanted(form: str | None) -> Wanted:
    if form in (None, "table"):
        return Wanted("json", "turtle")
    return Wanted(form if form in TABLES else None, form if form in GRAPHS else None)


def _print(answer: Answer) -> None:
    sys.stdout.buffer.write(answer.body)
    if not answer.body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.flush()


@main.command()
@click.argument("query")
@click.option("--format", "form", type=click.Choice(FORMATS), help="How to write the answer.")
@click.option("--seconds", default=60.0, show_default=True, help="Stop the query after so long.")
@click.pass_context
def sparql(ctx: click.Context, query: str, form: str | None, seconds: float) -> None:
    """Ask a SPARQL query: its text, a file that holds it, or - for standard input.

    \b
    Examples:  kg sparql 'SELECT ?city WHERE { ?city a hrc:City }'
               kg sparql question.rq --format csv
    The project's own prefixes need not be declared.
    """
    text = _with_prefixes(_text_of(query))
    kind = screen(text).kind
    plain = form in (None, "table") and kind == "table"
    answer = _caged(the_house(ctx), text, _wanted(form), seconds)
    click.echo(drawn(answer.table()), nl=False) if plain else _print(answer)


def _text_of(query: str) -> str:
    if query == "-":
        return sys.stdin.read()
    if "{" in query or "\n" in query:
        return query
    try:
        return Path(query).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SourceUnavailable(
            query, f"{why}. Is it meant as a query? Then it lacks braces."
        ) from error


def _with_prefixes(text: str) -> str:
    """The query with a declaration for each prefix of ours that it uses and does not declare.

    All on its first line, so that a complaint still names the right line.
    """
    from kg.lexer import tokens
    from kg.namespaces import PREFIXES

    used = {token.text.split(":", 1)[0] for token in tokens(text) if token.kind == "name"}
    missing = (used & PREFIXES.keys()) - screen(text).prefixes.keys()
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in sorted(missing)) + text


def _caged(house: House, text: str, wanted: Wanted, seconds: float) -> Answer:
    """An answer from a disposable process: a query that ends its process ends nothing else."""
    if os.environ.get("KG_ENDPOINT"):
        return the_store(house).answer(text, wanted)
    from kg.sandbox import Lane, Sandbox

    built = the_build(house)
    sandbox = Sandbox(house.root, built.folder / "store", built.version, {"own": Lane(1, seconds)})
    try:
        answer: Answer = sandbox.run("own", "query", text, wanted, (), (), Ceiling(1 << 30))
        return answer
    finally:
        sandbox.close()


def expanded(files: Sequence[str]) -> list[Path]:
    """The files that were named, and the RDF files of the folders that were named."""
    from kg.rdf import ENDINGS

    found: list[Path] = []
    for name in files:
        path = Path(name)
        inside = (
            sorted(f for f in path.rglob("*") if f.suffix in ENDINGS) if path.is_dir() else [path]
        )
        if not inside:
            raise SourceUnavailable(name, "there is no RDF file in this folder.")
        found += inside
    return found


@main.command("format")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--check", is_flag=True, help="Change nothing; leave with 1 if a file would change.")
@click.pass_context
def format_command(ctx: click.Context, files: tuple[str, ...], check: bool) -> None:
    """Write Turtle files as this project keeps them, so that a diff shows facts and nothing else.

    \b
    Example:  kg format --check data
    """
    from kg.turtle import formatted

    changed = 0
    for file in expanded(files):
        if file.suffix != ".ttl":
            raise UnknownFormat(file.suffix, [".ttl"])
        try:
            before = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceUnavailable(
                str(file), getattr(error, "strerror", None) or str(error)
            ) from error
        after = formatted(before, str(file))
        if after != before:
            changed += 1
            click.echo(f"{'Would change' if check else 'Formatted'} {file}")
            if not check:
                file.write_text(after, encoding="utf-8")
    ctx.exit(1 if check and changed else 0)


@main.command("report")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.pass_context
def report_command(ctx: click.Context, form: str) -> None:
    """What the graph holds, how well it rests on sources, and what is thin.

    \b
    Example:  kg report
    """
    house = the_house(ctx)
    sections = report(house, the_store(house))
    if form == "json":
        click.echo(json.dumps([as_data(section) for section in sections], ensure_ascii=False))
        return
    for section in sections:
        click.echo(f"{section.title}\n{section.about}".rstrip() + "\n\n" + drawn(section.table))


@main.command()
@click.argument("folder", metavar="DIR")
@click.pass_context
def export(ctx: click.Context, folder: str) -> None:
    """Write the whole graph and every saved answer into a folder.

    N-Quads, TriG, JSON-LD and Turtle; a CSV table for each class, with CSVW metadata and a Frictionless data
    package; one SQLite file; checksums. The same graph gives the same bytes.

    \b
    Example:  kg export dump
    """
    from kg.export import export as write_all

    house = the_house(ctx)
    written = write_all(house, the_store(house), Path(folder))
    for file in written:
        click.echo(f"{file.stat().st_size:>10,}  {file}")
