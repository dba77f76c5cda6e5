"""The command `compare`: parse, compare, print."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from warehouse.command_line import db_option, fail

if TYPE_CHECKING:
    import duckdb

    from warehouse.comparison.ads import Need
    from warehouse.comparison.printing import Source


@click.command()
@click.argument("role_a")
@click.argument("role_b")
@db_option
@click.option(
    "--need",
    type=click.Choice(["named", "required"]),
    default="named",
    show_default=True,
    help="Count ads that name a skill at all, or that require it.",
)
@click.option(
    "--label",
    type=click.Choice(["role_by_title", "role", "masked"]),
    default="role_by_title",
    show_default=True,
    help="What tells an ad's role: its title, title and text, or its text with the compared group of skills hidden.",
)
@click.option("--category", metavar="KEY", help="Skills of one category only.")
@click.option("--tags", metavar="KIND", help="Tags of a kind instead of skills: duty, use_case, soft_skill …")
@click.option("--skill", metavar="KEY", help="One skill, counted in ten ways: does its difference hold?")
@click.option("--top", type=click.IntRange(1, 5000), default=20, show_default=True, help="Rows to show.")
@click.option("--csv", "as_csv", is_flag=True, help="Print every row, with all columns, as CSV.")
def compare(
    role_a: str, role_b: str, db: Path, need: "Need", label: str, category: str | None, tags: str | None, skill: str | None,
    top: int, as_csv: bool,
) -> None:  # fmt: skip
    """Say how two roles differ, skill by skill.

    ROLE_A and ROLE_B are two of AI engineer, ML engineer, data scientist and full-stack engineer. Every number has an interval
    (95 %), clustered by employer; what is shown first is what most sets the roles apart.
    """
    from warehouse import connect
    from warehouse.comparison.ads import Ads
    from warehouse.comparison.printing import print_comparison, print_strip, strip_csv, table_csv
    from warehouse.comparison.strip import strip
    from warehouse.comparison.table import compare as compare_roles
    from warehouse.comparison.table import profile_distance
    from warehouse.learning_path.names import UnknownName, role_key, skill_keys

    if sum(option is not None for option in (category, tags, skill)) > 1:
        fail("--category, --tags and --skill exclude one another", 2)
    if tags and need == "required":
        fail("ads require skills, not tags: leave out --need", 2)
    with connect(db) as con:
        try:
            a, b = role_key(role_a), role_key(role_b)
            if a == b:
                fail("a role differs from itself in nothing: name two roles", 2)
            source = _source(con)
            if not source.is_labelled:
                fail(f"no ad is labelled yet: `rolescope label --db {db}` reads them", 1)
            category = category and _known(con, "category", category)
            tags = tags and _known(con, "kind", tags)
            (key,) = skill_keys(con, [skill]) if skill is not None else (None,)
        except UnknownName as error:
            fail(str(error), 2)
        except ValueError:
            fail("--skill is empty: name a skill", 2)
        if key is not None:
            one = strip(Ads(con, a, b), key, need=need, label=label)
            if as_csv:
                click.echo(strip_csv(one), nl=False)
            else:
                print_strip(one, source)
            return
        ads = Ads(con, a, b)
        found = compare_roles(ads, need=need, label=label, category=category, tags=tags)
        if as_csv:
            click.echo(table_csv(found), nl=False)
            return
        whole = profile_distance(ads, need=need, label=label) if not (tags or category) else None
        print_comparison(found, whole, source, top)


def _source(con: "duckdb.DuckDBPyConnection") -> "Source":
    from warehouse.comparison.printing import Source

    row = con.execute(
        "select snapshot_id, is_sample, n_labelled > 0 from snapshot order by taken_at desc, rowid desc limit 1"
    ).fetchone()
    return Source(*row) if row else Source("none", False, False)


def _known(con: "duckdb.DuckDBPyConnection", what: str, written: str) -> str:
    """The category or kind of tags that is meant. Raises UnknownName."""
    from warehouse.learning_path.names import UnknownName, fold, nearest

    query = "select distinct category from skill" if what == "category" else "select distinct kind from tag"
    names: list[str] = sorted(name for (name,) in con.execute(query).fetchall())
    found = next((name for name in names if fold(name) == fold(written)), None)
    if found is None:
        words = "category of skills" if what == "category" else "kind of tags"
        shown = written if len(written) <= 60 else written[:60] + "…"
        every = f"; there are {', '.join(names)}" if what == "kind" and names else ""
        raise UnknownName(f"no {words} is called {shown!r}{nearest(written, names)}{every}")
    return found
