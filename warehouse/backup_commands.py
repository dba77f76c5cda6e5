"""The commands `backup` and `restore`: parse, call one function, print."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import counted, db_option, print_snapshot, progress_bar

if TYPE_CHECKING:
    from warehouse.backup_manifest import Manifest


@click.command()
@db_option
@click.option("--to", required=True, metavar="URL", help="A folder, s3://…, gs://…: empty, or with an earlier backup.")
@click.option(
    "--verify", is_flag=True, help="Copy nothing; read the backup that is there and hold it against its checksums."
)
def backup(db: Path, to: str, verify: bool) -> None:
    """Copy what can't be made again: landing files, the published snapshot, your own lists, labels, claims and model.

    What is there already is not copied again. A crawl may go on meanwhile.
    """
    from warehouse.backup import backup as run_backup
    from warehouse.restoring import verify as run_verify

    with progress_bar() as progress:
        if verify:
            manifest = run_verify(to, progress)
            click.echo(f"{to}: {_held(manifest)}, all of them as they were.")
            return
        counts = run_backup(db, to, progress)
    click.echo(
        f"{to}: {counted(counts.n_copied, 'file')} copied and read back; it holds {counted(counts.n_files, 'file')}, {counts.n_bytes / 1_000_000:,.1f} MB."
    )
    if counts.kept:
        shown = ", ".join(counts.kept[:3]) + (" …" if counts.kept[3:] else "")
        click.echo(
            f"{counted(len(counts.kept), 'landing file')} stayed in it as they were, gone or changed here: {shown}."
        )


@click.command()
@click.argument("url", metavar="FROM")
@db_option
def restore(url: str, db: Path) -> None:
    """Make a warehouse out of its backup, where none is.

    Every file is held against its checksum before anything is put in place.
    """
    from warehouse import snapshot_path
    from warehouse.restoring import restore as run_restore

    with progress_bar() as progress:
        manifest = run_restore(url, db, progress)
    click.echo(f"{db}: {_held(manifest)} came back from {url}.")
    if snapshot_path(db) is not None:
        print_snapshot(db, advice=False)
    click.echo(f"Next: `rolescope mend --db {db}` takes in what the snapshot lacks, if anything.")


def _held(manifest: "Manifest") -> str:
    """What a backup holds, in words."""
    n = {kind: sum(file.kind == kind for file in manifest.files) for kind in ("landing", "snapshot", "own")}
    n_bytes = sum(file.n_bytes for file in manifest.files)
    return (
        f"{counted(n['landing'], 'landing file')}, {counted(n['snapshot'], 'snapshot')} and {counted(n['own'], 'file')} of your own "
        f"({n_bytes / 1_000_000:,.1f} MB), backed up {manifest.made_at} by rolescope {manifest.code_version}"
    )
