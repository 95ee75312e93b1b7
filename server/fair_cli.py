"""`kg fair`: the self-check, over the graph at hand or over a server that runs."""

from __future__ import annotations

from urllib.parse import urlsplit

import click
import urllib3
from flask import Flask

from kg.answers import Table, Term
from kg.cli import the_house
from kg.errors import SourceUnavailable
from kg.namespaces import BASE
from kg.terminal import drawn
from server import create_app
from server.fair import Ask, Got, Result, check


@click.command()
@click.option("--url", help="A server that runs; else the pages are made here, with no server.")
@click.pass_context
def fair(ctx: click.Context, url: str | None) -> None:
    """Check the data set by the metrics of F-UJI (0.8): which are met, and why the others are not.

    Nothing is asked but the server itself.

    \b
    Examples:  kg fair
               kg fair --url http://127.0.0.1:8000
    """
    if url:
        results = check(over_http(url))
    else:
        app = create_app({"HOUSE": the_house(ctx).root})
        try:
            results = check(within(app))
        finally:
            app.extensions["desk"].close()
    click.echo(drawn(_table(results)), nl=False)
    met = sum(one.met for one in results)
    click.echo(f"\n{met} of {len(results)} are met.")


def within(app: Flask) -> Ask:
    """What asks an application without a server."""
    client = app.test_client()

    def ask(address: str, accept: str) -> Got:
        got = client.get(_path(address), headers={"Accept": accept}, follow_redirects=True)
        text = got.get_data().decode("utf-8", "replace")
        return Got(got.status_code, {k.lower(): v for k, v in got.headers.items()}, text)

    return ask


def over_http(url: str) -> Ask:
    """What asks a server that runs. Raises SourceUnavailable where there is none."""
    pool = urllib3.PoolManager(retries=False)
    root = url.rstrip("/")

    def ask(address: str, accept: str) -> Got:
        try:
            got = pool.request(
                "GET", root + _path(address), headers={"Accept": accept}, timeout=30, redirect=True
            )
        except urllib3.exceptions.HTTPError as error:
            raise SourceUnavailable(url, str(error)) from error
        text = got.data.decode("utf-8", "replace")
        return Got(got.status, {k.lower(): v for k, v in got.headers.items()}, text)

    return ask


def _path(address: str) -> str:
    """Where a name of ours, or an address of the server, lies on the server."""
    if address.startswith(BASE):
        return "/" + address.removeprefix(BASE)
    parts = urlsplit(address)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _table(results: list[Result]) -> Table:
    rows = [
        {
            "metric": Term("literal", one.metric),
            "name": Term("literal", one.name),
            "met": Term("literal", "yes" if one.met else "no"),
            "why": Term("literal", one.why),
        }
        for one in results
    ]
    return Table(["metric", "name", "met", "why"], [dict(row) for row in rows])
