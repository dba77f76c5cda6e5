"""The command line: parse, call one function, print one line of counts. The only module that may import every package.

Exit status: 0 done, 1 it could not be done or a check failed, 2 wrong usage. scrapy, spaCy, DuckDB and Streamlit are
imported inside the command that needs them, so that ``--help`` is instant.
"""

import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.command_line import boards, boards_option, crawl, read_wanted
from crawler.import_command import import_
from dashboard.command_line import dashboard
from nlp.command_line import review
from nlp.discovery.command_line import skills
from nlp.training.command_line import train
from warehouse.backup_commands import backup, restore
from warehouse.claims.command_line import claims
from warehouse.command_line import (
    at_option,
    counted,
    db_option,
    fail,
    fail_stopped,
    is_sample,
    load_landing,
    print_snapshot,
    progress_bar,
    sample_db,
)
from warehouse.comparison.command_line import compare
from warehouse.learning_path.command_line import path
from warehouse.store_commands import doctor_command, export, mend_command, snapshot

if TYPE_CHECKING:
    from warehouse.finding import Finding

_PUBLISH_EVERY = 5.0  # seconds between two publications while a crawl goes on
_PROBLEMS_SHOWN = 10
_LABEL_AT_ONCE = 25_000  # contents between two publications, and so many that a tenth of the time goes into publishing

_workers = click.option(
    "--workers", type=click.IntRange(min=1), help="Processes that read ads.  [default: one per core, or one for few]"
)


class _Group(click.Group):
    """Lists commands in the order of the pipeline, and turns expected errors into one line and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except KeyboardInterrupt:
            fail_stopped()
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(1)
        except OSError as error:
            fail(
                f"{error}. Mend the cause (disk space, permissions) and run the command again; what was written is kept.",
                1,
            )
        except Exception as error:
            from warehouse import WarehouseError

            if isinstance(error, WarehouseError):
                fail(str(error), 1)
            if "Query interrupted" in str(error):  # how Ctrl-C ends a running statement of DuckDB
                fail_stopped()
            if "Corrupt database file" in str(error):  # found by reading a block whose checksum is wrong
                fail(
                    f"{str(error).strip().splitlines()[0]}. `rolescope doctor` says which file it is, `rolescope mend` mends it.",
                    1,
                )
            raise


def _sample_ads() -> list[tuple[str, str, str]]:
    """What `train` holds models against; handed to it, as ``nlp`` can't read what is ``crawler``'s."""
    from crawler.sample.postings import sample_ads

    return sample_ads()


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "obj": _sample_ads})
@click.version_option(package_name="rolescope")
def main() -> None:
    """Collect public job postings, label them by role and skill, and see how the roles differ."""
    warnings = logging.StreamHandler()
    warnings.setLevel(logging.WARNING)  # on the handler: libraries set the level of their own loggers
    logging.basicConfig(handlers=[warnings], format="rolescope: %(message)s")


@main.command()
@db_option
@at_option
@boards_option
@click.option("--sample", is_flag=True, help="Use the invented sample boards that ship, even with a network.")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port of the dashboard.  [default: the first free one from 8501]"
)
@click.option("--exit", "exit_", is_flag=True, help="End when the crawl is in, instead of keeping the dashboard open.")
def up(db: Path, at: datetime | None, boards: str | None, sample: bool, port: int | None, exit_: bool) -> None:
    """Do all of it: crawl, load, label, publish, and open the dashboard."""
    from crawler.reach import any_reachable
    from dashboard.serving import serving
    from warehouse.store import refuse_unfit

    if not sample and not any_reachable(read_wanted(boards, db)):
        click.echo(
            "No board can be reached (is there a network?): going on with the sample boards, which are invented."
        )
        sample = True
    if sample:
        db = sample_db(db)
        click.echo(f"Sample data go to {db}; every command finds them with --db {db}.")
    refuse_unfit(db, sample=sample)
    arguments = ["crawl", "--no-load", "--db", str(db)]
    arguments += ["--sample"] if sample else ["--boards", boards] if boards else []
    arguments += ["--at", at.isoformat()] if at else []
    with serving(db, port) as server:
        click.echo(f"Dashboard: {server.address} – it fills as boards come in; Ctrl-C stops everything.")
        if not exit_ and (os.environ.get("DISPLAY") or sys.platform == "darwin"):
            webbrowser.open(server.address)
        # in a group of its own, so that whatever stops us reaches it once, by our hand
        crawling = subprocess.Popen([sys.executable, "-m", "rolescope", *arguments], process_group=0)
        try:
            while crawling.poll() is None:
                if not _take_in(db, at, sample, limit=1_000):
                    _wait(crawling, _PUBLISH_EVERY)
            while _take_in(db, at, sample, limit=5_000):
                pass
        except KeyboardInterrupt:
            click.echo("Stopping: what was fetched is kept …", err=True)
            _interrupt(crawling)
            load_landing(db, at, sample)
            exit_ = True
        print_snapshot(db)
        if not exit_:
            click.echo(f"Dashboard: {server.address} – Ctrl-C ends it.")
            server.until_stopped()
    sys.exit(1 if crawling.returncode == 1 else 0)


main.add_command(crawl)
main.add_command(boards)
main.add_command(import_)


@main.command()
@click.argument("urls", nargs=-1, metavar="[URL]...")
@db_option
@at_option
@click.option(
    "--rebuild", is_flag=True, help="Forget what was loaded and load all landing files again; labels are kept."
)
@click.option(
    "--labels", multiple=True, metavar="URL", help="Take labels from there that `label --to` made; repeatable."
)
def load(urls: tuple[str, ...], db: Path, at: datetime | None, rebuild: bool, labels: tuple[str, ...]) -> None:
    """Take in landing files; crawl and import do it by themselves.

    URLs (folders or files; file, s3, gs, …) are where other machines left theirs: they are copied here first. Order and
    repetition do not matter.
    """
    from warehouse import snapshot_path
    from warehouse.landing import holds_sample, landing_files
    from warehouse.remote import download
    from warehouse.store import landing_folder

    sample = is_sample(db) if snapshot_path(db) is not None and not rebuild else None
    for url in urls:
        click.echo(f"{counted(download(url, landing_folder(db), sample), 'landing file')} copied from {url}.")
    files = landing_files(landing_folder(db))
    if not files and (rebuild or sample is None):
        fail(f"nothing to load: {landing_folder(db)} holds no landing file", 1)
    sample = holds_sample(files[0]) if sample is None else sample
    load_landing(db, at, sample=sample, rebuild=rebuild)
    if labels:
        _take_labels(db, at, sample, labels)
    print_snapshot(db)


def _take_labels(db: Path, at: datetime | None, sample: bool, urls: tuple[str, ...]) -> None:
    """Labels that were made elsewhere; where those of the warehouse are of another version, the rest is labelled here, as two
    versions never stand side by side."""
    from nlp.label import label as run_label
    from nlp.skills.table import own_skills
    from nlp.training.own_model import own_model
    from warehouse.store import building

    model, skills = own_model(db), own_skills(db)
    with progress_bar() as progress, building(db, at, sample=sample) as con:
        counts = run_label(con, at or datetime.now(UTC), None, progress, 0, model, skills, urls)
    here = f" {counts.n_contents:,} labelled here, as the labels were of another version;" if counts.n_contents else ""
    click.echo(
        f"Labels of {counts.n_taken:,} contents taken from {', '.join(urls)};{here} {counts.n_waiting:,} are without."
    )


@main.command()
@db_option
@at_option
@_workers
@click.option(
    "--from", "source", metavar="URL", help="Label Parquet files of ads there (a folder, s3://…, gs://…) instead."
)
@click.option("--to", metavar="URL", help="Where the labels of those go; `rolescope load --labels URL` takes them in.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Who labels those: processes of this machine, or the Ray cluster of RAY_ADDRESS.",
)
def label(db: Path, at: datetime | None, workers: int | None, source: str | None, to: str | None, engine: str) -> None:
    """Add role, skills and facts to postings."""
    if source or to or engine != "local":
        if not (source and to):
            fail("--from, --to and --engine go together: name where the ads are and where their labels are to go", 2)
        if engine == "ray" and workers:
            fail("--workers is of this machine; how many a Ray cluster has it knows itself", 2)
        _label_files(db, source, to, engine, workers)
        return
    from nlp.label import label as run_label
    from nlp.skills.table import own_skills
    from nlp.training.own_model import own_model
    from warehouse.store import building

    sample, model, skills = is_sample(db), own_model(db), own_skills(db)
    started, n_contents, n_skills, n_next = time.monotonic(), 0, 0, _LABEL_AT_ONCE
    with progress_bar() as progress:
        while True:
            begun = time.monotonic()
            with building(db, at, sample=sample) as con:  # in slices, so that a kill loses at most one
                copied = time.monotonic()
                counts = run_label(con, at or datetime.now(UTC), workers, progress, n_next, model, skills)
                labelled = time.monotonic()
            n_contents += counts.n_contents
            n_skills += counts.n_skills
            if not counts.n_waiting:
                break
            publishing = time.monotonic() - labelled + copied - begun  # of a million postings half a minute
            n_next = max(_LABEL_AT_ONCE, int(9 * publishing * counts.n_contents / (labelled - copied)))
    seconds = time.monotonic() - started
    click.echo(
        f"{n_contents:,} contents labelled by {model or 'the shipped model'}, {n_skills:,} skills found, in {seconds:,.0f} s "
        f"({n_contents / seconds:,.0f} a second)."
    )
    print_snapshot(db)


def _label_files(db: Path, source: str, to: str, engine: str, workers: int | None) -> None:
    """Label files by the model and the skills that lie beside the warehouse, which need not be there."""
    from nlp.cluster.run import label_files
    from nlp.skills.table import own_skills
    from nlp.training.own_model import own_model

    started = time.monotonic()
    with progress_bar() as progress:
        counts = label_files(source, to, engine, workers, own_model(db), own_skills(db), progress)
    seconds = time.monotonic() - started
    click.echo(
        f"{counts.n_contents:,} contents labelled in {seconds:,.0f} s ({counts.n_contents / seconds:,.0f} a second); {counts.n_before:,} of "
        f"{counted(counts.n_parts, 'part')} were labelled before; {counts.n_without_words:,} rows have no title or no text."
    )
    for problem in counts.failed[:_PROBLEMS_SHOWN]:
        click.echo(f"Not labelled: {problem}", err=True)
    if counts.failed:
        fail(
            f"{len(counts.failed):,} of {counted(counts.n_parts, 'part')} could not be labelled. The others are safe in {to}: mend the cause "
            "and run the same command again, it does only what is missing.",
            1,
        )
    click.echo(f"Next: `rolescope load --labels {to}` takes them into a warehouse of these ads.")


main.add_command(review)
main.add_command(train)
main.add_command(skills)
main.add_command(compare)
main.add_command(claims)
main.add_command(path)


@main.command()
@db_option
def check(db: Path) -> None:
    """Run every rule of the warehouse, and list headings of ads that are not known."""
    from warehouse import connect
    from warehouse.headings import unknown_by_crawl, unknown_headings
    from warehouse.store import check as run_check
    from warehouse.store import rules

    with connect(db) as con:
        broken = run_check(con)
        headings, by_crawl = unknown_headings(con), unknown_by_crawl(con)
    for crawl_id, n_contents, n_with_unknown in by_crawl:
        click.echo(f"{crawl_id}: {n_with_unknown:,} of the {n_contents:,} texts that it brought have unknown headings.")
    if headings:
        click.echo("The commonest unknown headings (a row of nlp/headings.csv makes one known):")
    for heading in headings:
        click.echo(
            f"  {heading.n_employers:5,} employers {heading.n_contents:6,} ads  {heading.heading}  {heading.url or ''}"
        )
    for name, n, row in broken:
        click.echo(f"{name}: {n} rows, such as {row}", err=True)
    click.echo(f"{len(rules())} rules checked, {len(broken)} broken.")
    sys.exit(1 if broken else 0)


def _examine_labels(db: Path) -> "Iterator[Finding]":
    """What is wrong with the user's own model and lists, and whether the labels are those of this version."""
    import duckdb

    from crawler.boards import own_boards, read_retired
    from nlp.label_version import label_version
    from nlp.review.labels_file import LABELS_FILE, read_labels
    from nlp.skills.table import own_skills, skill_table
    from nlp.training.own_model import own_model
    from warehouse import WarehouseError, connect
    from warehouse.finding import Finding

    def problem(read: "Callable[[], object]") -> str | None:
        try:
            read()
        except (WarehouseError, ValueError, OSError) as error:
            return str(error).removesuffix(".")
        return None

    folder, mend = db.parent, "mend the file, or move it away"
    if folder.exists() and not os.access(folder, os.R_OK | os.X_OK):
        return  # which is said already
    broken = False
    for read, why, remedy in (
        (
            lambda: own_model(db),
            "`rolescope label` refuses to work with it",
            "`rolescope train`, or `rolescope train --shipped`",
        ),
        (lambda: skill_table(own_skills(db)), "`rolescope label` refuses to work with it", mend),
        (lambda: read_labels(folder / LABELS_FILE), "`rolescope review` and `train` refuse to work with it", mend),
        (lambda: own_boards(folder), "`rolescope crawl` refuses to work with it", mend),
        (lambda: read_retired(folder), "`rolescope crawl` refuses to work with it", mend),
    ):
        if what := problem(read):
            broken = True
            yield Finding(what, why, remedy)
    try:
        with connect(db) as con:
            versions = [
                row[0] for row in con.execute("select model_version from label_version where is_current").fetchall()
            ]
            (n,) = con.execute("select count(*) - count(labelled_at) from posting").fetchall()[0]
    except (WarehouseError, OSError, duckdb.Error):  # which is said already
        return
    if not broken and versions and versions != [label_version(own_model(db), own_skills(db))]:
        yield Finding(
            "the labels are of another version than this rolescope's model, rules or table of skills",
            "new ads can't be labelled beside them: the next labelling reads all ads anew",
            f"`rolescope label --db {db}`",
        )
    elif n:
        yield Finding(f"{n:,} postings are not labelled", "they are in no statistic", f"`rolescope label --db {db}`")


main.add_command(doctor_command(_examine_labels))
main.add_command(mend_command(load, label))
main.add_command(backup)
main.add_command(restore)
main.add_command(snapshot)
main.add_command(export)


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("docs"), show_default=True, help="Folder of the pages."
)
def docs(out: Path) -> None:
    """Write the pages on tables, questions, sources and skills again from what they describe."""
    from nlp.skills.page import skills_page
    from warehouse import connect
    from warehouse.diagram import tables_page
    from warehouse.dictionary import data_dictionary
    from warehouse.questions import questions_page
    from warehouse.sources_page import sources_page

    with tempfile.TemporaryDirectory() as folder, connect(_sample_warehouse(Path(folder))) as con:
        questions = questions_page(con)
    out.mkdir(parents=True, exist_ok=True)
    pages = {
        "data_dictionary.md": data_dictionary(), "tables.md": tables_page(), "questions.md": questions,
        "sources.md": sources_page(), "skills.md": skills_page(),
    }  # fmt: skip
    for name, text in pages.items():
        (out / name).write_text(text, encoding="utf-8")
        click.echo(f"{out / name}: {text.count(chr(10))} lines.")


def _sample_warehouse(folder: Path) -> Path:
    """A warehouse of the sample boards, crawled and labelled as of a fixed time: its answers are always the same."""
    from warehouse.questions import SAMPLE_AT

    db = folder / "sample.duckdb"
    for command in (["crawl", "--sample"], ["label", "--workers", "1"]):
        arguments = [sys.executable, "-m", "rolescope", *command, "--db", str(db), "--at", SAMPLE_AT.isoformat()]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        if done.returncode:
            fail(f"the sample boards, of which docs/questions.md tells, could not be read: {done.stderr.strip()}", 1)
    return db


@main.command()
@click.argument("query", required=False)
@db_option
@click.option("--csv", "form", flag_value="csv", help="Print CSV.")
@click.option("--json", "form", flag_value="json", help="Print JSON Lines.")
@click.option(
    "--parquet", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write a Parquet file."
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=600,
    show_default=True,
    help="Seconds for a query.",
)
@click.option("--memory", default="2GB", show_default=True, help="Memory that DuckDB may take, in MB or GB.")
def sql(query: str | None, db: Path, form: str | None, parquet: Path | None, timeout: float, memory: str) -> None:
    """Run a read-only query, or open a prompt."""
    from warehouse.limited import limited
    from warehouse.prompt import answer, prompt, save

    if parquet and (form or query is None):
        fail("--parquet takes a query, and neither --csv nor --json", 2)
    if parquet and parquet.suffix != ".parquet":
        fail(f"--parquet {parquet}: the name of the file must end in .parquet", 2)
    if not re.fullmatch(r"[1-9]\d{0,6} ?[MG]B", memory):
        fail(f"--memory {memory}: write a number and MB or GB, such as 500MB", 2)
    with limited(db, memory) as con:
        if query is None:
            fine = prompt(con, form, timeout)
        else:
            fine = save(con, query, parquet, timeout) if parquet else answer(con, query, form, timeout)
    sys.exit(0 if fine else 1)


main.add_command(dashboard)


def _take_in(db: Path, at: datetime | None, sample: bool, limit: int) -> int:
    """Load what the crawl wrote since the last time, label at most ``limit`` contents, publish; how many still wait."""
    from nlp.label import label as run_label
    from nlp.skills.table import own_skills
    from nlp.training.own_model import own_model
    from warehouse.load import load as run_load
    from warehouse.store import building, landing_folder

    with building(db, at, sample=sample) as con:
        run_load(con, landing_folder(db), sample=sample)
        counts = run_label(con, at or datetime.now(UTC), 1, limit=limit, model=own_model(db), own_skills=own_skills(db))
        return counts.n_waiting


def _interrupt(process: "subprocess.Popen[bytes]") -> None:
    """Let a crawl end as Ctrl-C does; a second Ctrl-C ends it at once."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait()
    except KeyboardInterrupt:
        process.kill()
        raise


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


if __name__ == "__main__":
    main()
