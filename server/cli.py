"""`kg serve`: the server, on this machine, until it is stopped."""

from __future__ import annotations

import os
import socket

import click
import waitress

from kg.cli import the_build, the_house
from kg.errors import SourceUnavailable
from server import create_app

_THREADS = 16


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port; 0 takes any free one.")
@click.pass_context
def serve(ctx: click.Context, host: str, port: int) -> None:
    """Serve the graph: pages, saved questions, a SPARQL endpoint, and a check for contributions.

    \b
    Example:  kg serve --port 8080
    """
    house = the_house(ctx)
    built = the_build(house)
    app = create_app({"HOUSE": house.root, "ENDPOINT": os.environ.get("KG_ENDPOINT")})
    listener = _listen(host, port)
    address = f"http://{_shown(host)}:{listener.getsockname()[1]}"
    click.echo(_welcome(address, f"{built.triples:,} statements from {house.root}"))
    try:
        waitress.serve(app, sockets=[listener], threads=_THREADS, ident="kg", _quiet=True)
    finally:
        app.extensions["desk"].close()
        click.echo("Stopped.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)  # so that the address works from the moment it is told
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
