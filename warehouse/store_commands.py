"""The commands on snapshots, exports and health: parse, call one function, print."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import at_option, counted, db_option, fail, progress_bar

if TYPE_CHECKING:
    from warehouse.finding import Finding
    from warehouse.snapshots import Change, Difference

_WIDTH = 140  # characters of a table, whatever the terminal: ids are to be copied


@click.group()
def snapshot() -> None:
    """List, compare and copy published states."""


@snapshot.command("list")
@db_option
def list_(db: Path) -> None:
    """List the snapshots that are kept, newest first."""
    from rich.console import Console
    from rich.table import Table

    from warehouse.snapshots import snapshots
    from warehouse.store import KEEP

    kept, n_gone = snapshots(db)
    table = Table(box=None, pad_edge=False)
    for name in ("id", "published at", "postings", "open", "labelled", "MB", "schema", "rolescope", "labels", ""):
        table.add_column(
            name, justify="right" if name in ("postings", "open", "labelled", "MB") else "left", no_wrap=True
        )
    for one in kept:
        table.add_row(
            one.snapshot_id, f"{one.taken_at:%Y-%m-%d %H:%M}", f"{one.n_posting:,}", f"{one.n_open:,}", f"{one.n_labelled:,}",
            f"{one.path.stat().st_size / 1_000_000:,.1f}", str(one.schema_version), one.code_version, one.model_version or "–",
            ", ".join(["published"] * one.is_published + ["sample data"] * one.is_sample),
        )  # fmt: skip
    Console(width=_WIDTH).print(table)
    if n_gone:
        click.echo(f"{counted(n_gone, 'older one')} removed: the last {KEEP} are kept.")


@snapshot.command()
@click.argument("old")
@click.argument("new", required=False)
@db_option
@click.option("--show", type=click.IntRange(min=1), metavar="N", help="Name N postings of each kind of change.")
def diff(old: str, new: str | None, db: Path, show: int | None) -> None:
    """Count what changed from one snapshot to another.

    OLD and NEW are ids, or how they begin; without NEW it is the published one. Came in, came back and went are about being
    open; edited has other words; relabelled has the same words, read by another version; other role, with another result.
    """
    from warehouse.snapshots import difference, find_snapshot, snapshots

    then = find_snapshot(db, old)
    now = find_snapshot(db, new) if new else snapshots(db)[0][0]
    found = difference(then, now, show or 0)
    click.echo(
        f"From {then.snapshot_id} ({then.taken_at:%Y-%m-%d %H:%M}) to {now.snapshot_id} ({now.taken_at:%Y-%m-%d %H:%M}):"
    )
    _print_difference(found)


def _print_difference(found: "Difference") -> None:
    from rich.console import Console
    from rich.table import Table

    from warehouse.snapshots import CHANGES

    if not found.counts:
        click.echo("Nothing changed.")
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("role")
    for title in CHANGES.values():
        table.add_column(title, justify="right")
    for role, counts in found.counts.items():
        table.add_row(role or "not labelled", *(f"{counts[name]:,}" for name in CHANGES))
    if len(found.counts) > 1:
        table.add_row("all", *(f"{sum(counts[name] for counts in found.counts.values()):,}" for name in CHANGES))
    Console(width=_WIDTH).print(table)
    for name, examples in found.examples.items():
        click.echo(f"\n{CHANGES[name]}:")
        for one in examples:
            click.echo(f"  {_line(one)}")


def _line(one: "Change") -> str:
    roles = f"{one.role_then or '–'} → {one.role_now or '–'}" if one.role_then != one.role_now else one.role_now or "–"
    return f"{one.posting_id}  {one.title[:70]}  {one.hiring_organization or '–'} ({one.source})  {roles}"


@snapshot.command("export")
@click.argument("id_", metavar="ID")
@db_option
@click.option("--to", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The file to make.")
def export_snapshot_(id_: str, db: Path, to: Path) -> None:
    """Copy one whole snapshot into a DuckDB file of its own."""
    from warehouse.snapshots import export_snapshot, find_snapshot

    one = find_snapshot(db, id_)
    n_bytes = export_snapshot(one, to)
    kind = " of sample data" if one.is_sample else ""
    click.echo(
        f"{to}: snapshot {one.snapshot_id}{kind}, {one.n_posting:,} postings, {n_bytes / 1_000_000:,.1f} MB, opened and found whole."
    )


@click.command()
@db_option
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder to make; an earlier export in it is replaced.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="Kind of the files.",
)
@click.option("--with-text", is_flag=True, help="With the text of the ads, which belongs to those who wrote it.")
def export(db: Path, to: Path, form: str, with_text: bool) -> None:
    """Write the tables as Parquet or CSV, with a description of them.

    datapackage.json names every file, column and source, with the terms of each.
    """
    from warehouse.export import export as run_export

    with progress_bar() as progress:
        package = run_export(db, to, form, with_text, progress)
    kind = " of sample data" if package["snapshot"]["is_sample"] else ""
    n_rows = sum(resource["n_rows"] for resource in package["resources"])
    n_bytes = sum(path.stat().st_size for path in to.rglob("*") if path.is_file())
    click.echo(
        f"{to}: snapshot {package['snapshot']['snapshot_id']}{kind}, {counted(len(package['resources']), 'table')}, {n_rows:,} rows, "
        f"{n_bytes / 1_000_000:,.1f} MB, {'with' if with_text else 'without'} the text of the ads."
    )


def doctor_command(examine_labels: "Callable[[Path], Iterable[Finding]]") -> click.Command:
    """The command `doctor`, which also asks what is wrong with labels and lists: these are other packages', which this one
    can't read."""

    @click.command()
    @db_option
    def doctor(db: Path) -> None:
        """Say what is wrong with the installation or the warehouse, and how to mend it."""
        import platform

        from warehouse import CODE_VERSION, SCHEMA_VERSION
        from warehouse.installation import examine_installation

        click.echo(
            f"rolescope {CODE_VERSION} (schema {SCHEMA_VERSION}), Python {platform.python_version()}, {platform.platform()}"
        )
        n_findings = _print_findings(examine_installation(), 0)
        try:
            from warehouse.doctor import examine_warehouse

            n_findings = _print_findings(examine_warehouse(db), n_findings)
            n_findings = _print_findings(examine_labels(db), n_findings)
        except ImportError as error:
            fail(f"{error}: nothing more can be examined before that is mended", 1)
        click.echo(f"{counted(n_findings, 'finding')}." if n_findings else f"Nothing is wrong with it or with {db}.")
        raise SystemExit(1 if n_findings else 0)

    return doctor


def mend_command(load: click.Command, label: click.Command) -> click.Command:
    """The command `mend`, which ends with loading and labelling; they are handed to it, as labelling is another package's."""

    @click.command()
    @db_option
    @at_option
    @click.pass_context
    def mend(ctx: click.Context, db: Path, at: datetime | None) -> None:
        """Bring back all that was collected: what to run on a bad day.

        Removes what killed processes left, goes back to the newest snapshot that can be read where the published one can't,
        takes in what the landing files hold beyond it, and labels. `rolescope doctor` says what it will find.
        """
        from warehouse.mending import breaks_rules
        from warehouse.mending import mend as run_mend

        for line in run_mend(db):
            click.echo(line)
        ctx.invoke(load, urls=(), db=db, at=at, rebuild=breaks_rules(db))
        ctx.invoke(label, db=db, at=at, workers=None)

    return mend


def _print_findings(findings: "Iterable[Finding]", n: int) -> int:
    """Print findings as they come, numbered from ``n`` + 1 on; the number of the last."""
    for n, found in enumerate(findings, n + 1):  # noqa: B020
        click.echo(
            f"\n{n}. {found.what[:1].upper()}{found.what[1:]}.\n   Why it matters: {found.why}.\n   Remedy: {found.remedy}."
        )
    return n
