"""`kg serve`: the server, on this machine, until it is stopped."""

from __future__ import annotations

import socket
import sys

import click
from flask import Flask

from kg.cli import the_build, the_house
from kg.enriching.settings import endpoints
from kg.errors import SourceUnavailable
from kg.sandbox.pool import begin
from kg.store import RemoteStore
from server import create_app

BACKLOG = 1_024


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port; 0 takes any free one.")
@click.option(
    "--behind-proxy",
    is_flag=True,
    help="A proxy of yours stands before it: who asks is whom it names last in X-Forwarded-For.",
)
@click.option(
    "--federate",
    multiple=True,
    metavar="ENDPOINT",
    help="Let saved questions go on at this endpoint, named as in `kg enrich --list`.",
)
@click.option(
    "--log",
    is_flag=True,
    help="A line of JSON about each request, and about nobody, on standard error.",
)
@click.option(
    "--endpoint",
    envvar="KG_ENDPOINT",
    metavar="URL",
    help="A SPARQL 1.1 server to ask instead of the compiled store; or KG_ENDPOINT.",
)
@click.pass_context
def serve(
    ctx: click.Context,
    host: str,
    port: int,
    behind_proxy: bool,
    federate: tuple[str, ...],
    log: bool,
    endpoint: str | None,
) -> None:
    """Serve the graph: pages, saved questions, a SPARQL endpoint, and a check for contributions.

    \b
    Example:  kg serve --port 8080

    Ctrl+C or SIGTERM stops it. SIGHUP has it read the files again and serve the new version without a pause.
    """
    _begun()
    house = the_house(ctx)
    built = the_build(house)
    from server import serving

    onward = _onward(federate)

    def application() -> Flask:
        return create_app({"HOUSE": house.root, "ENDPOINT": endpoint, "FEDERATION": onward})

    app = application()
    what = f"{built.triples:,} statements from {house.root}"
    if endpoint:
        what = f"from {RemoteStore(endpoint).endpoint}"
    listener = listen(host, port)
    address = f"http://{_shown(host)}:{listener.getsockname()[1]}"
    click.echo(_welcome(address, what))
    written = sys.stderr if log else None
    serving.run(app, listener, application, behind_proxy, click.echo, written)
    click.echo("Stopped.")
    serving.leave()


def _begun() -> None:
    try:
        begin()
    except FileNotFoundError as error:
        why = "none can be written. Name one in TMPDIR, or give a container one: --tmpfs /tmp"
        raise SourceUnavailable("The folder for temporary files", why) from error


def _onward(names: tuple[str, ...]) -> dict[str, str]:
    """The addresses of the endpoints that saved questions may go on at."""
    known = endpoints() if names else {}
    unknown = [name for name in names if name not in known]
    if unknown:
        told = ", ".join(known)
        raise click.UsageError(f"No endpoint is called {unknown[0]!r}. There are: {told}.")
    return {name: known[name].endpoint for name in names}


def listen(host: str, port: int) -> socket.socket:
    """A listening socket at this address. Raises SourceUnavailable where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)  # so that the address works from the moment it is told
    except OSError as error:
        listener.close()
        why = f"{error.strerror}. Choose another with --port, or --port 0 for any free one"
        raise SourceUnavailable(f"The port {port} on {host}", why) from error
    return listener


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _welcome(address: str, what: str) -> str:
    return f"""
  The knowledge graph of human rights cities, {what}
  is served at  {address}/

  Three things to try:
    a page      {address}/queries/practices-at-an-intersection
    a curl      curl {address}/queries/recommendations-and-addressees.csv
    a check     kg validate FILE.ttl      (a Turtle file of your own)

  Stop with Ctrl+C.
"""
