"""The command `dashboard`: parse, serve, say where."""

import os
import sys
import webbrowser
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import click

from warehouse.command_line import db_option


class _Url(click.ParamType[SplitResult]):
    """An address that people open in a browser: scheme, name, perhaps a port and a path."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> SplitResult:
        """Its parts."""
        try:
            parts = urlsplit(str(value))
            fine = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
        except ValueError:  # a port that is no number
            fine = False
        if not fine or parts.query or parts.fragment or "@" in parts.netloc:
            self.fail(f"{value!r} is not an address such as https://jobs.example.org/rolescope.", param, ctx)
        return parts


@click.command()
@db_option
@click.option("--port", type=click.IntRange(1, 65535), help="Port.  [default: the first free one from 8501]")
@click.option(
    "--host",
    metavar="ADDRESS",
    default="localhost",
    show_default=True,
    help="Address to listen on. With any other than localhost, everybody who reaches it can read the ads: there is no login.",
)
@click.option(
    "--public-url", type=_Url(), metavar="URL", envvar="ROLESCOPE_PUBLIC_URL", show_envvar=True,
    help="Where people reach it through a proxy, such as https://jobs.example.org/rolescope.",
)  # fmt: skip
def dashboard(db: Path, port: int | None, host: str, public_url: SplitResult | None) -> None:
    """Open the charts."""
    from dashboard.serving import serving

    with serving(db, port, host, public_url) as server:
        public = f", for others {public_url.geturl()}" if public_url else ""
        click.echo(f"Dashboard: {server.address}{public} – Ctrl-C ends it.")
        if os.environ.get("DISPLAY") or sys.platform == "darwin":
            webbrowser.open(server.address)
        server.until_stopped()
