"""The reference that ships: ``python tests/bench/reference.py --db FILE`` writes the files of warehouse/reference.

FILE is a labelled warehouse whose claims were judged (``rolescope claims``), made of imported research datasets. Each opening
counts once (macro ``opening``). Intervals are those of warehouse/inference/clustered.py, which cover better than the macro
skill_share's where few employers have most of the ads. Left out, so that no employer can be told from it: cells below LIMITS,
words, queries and reasons of verdicts, figures of a claim with few ads on a side, and claims of the user's own. The role
``other`` has counts, but no shares: it is whatever else the datasets hold.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse import CODE_VERSION, connect
from warehouse.inference.clustered import mean
from warehouse.reference import ALL, FOLDER, About, ClaimVerdict, Limits, RoleCount, SkillShare

ROLES = ("ai_engineer", "ml_engineer", "data_scientist", "full_stack_engineer")
NEEDS = {"named": 15, "required": 1}  # bits of skill_index.need_bit
LIMITS = Limits(n_ads=30, n_with=10, n_employers=5)
MOST_BYTES = 1_500_000
KINDS = {
    "builtin": "Builtin", "glassdoor": "Glassdoor", "hackernews": "Hacker News", "india": "India", "linkedin": "LinkedIn",
    "various": "various",
}  # fmt: skip
"""Kind of source by the first word of an imported file's name."""

OPENINGS = """
    with source as (select cluster_no, arg_min(board, seen_no) as board from posting_index where full_text group by all)
    select role, coalesce(year(posted_on)::varchar, 'unknown') as year, regexp_extract(board, '^[a-z]+') as board, content_no, employer_no
    from opening() join source using (cluster_no)
    where role is not null
"""
ABOUT = """
    select
        (select max(taken_at)::date::varchar from snapshot), min(posted_on)::varchar, max(posted_on)::varchar,
        (select n_posting from snapshot order by taken_at desc, rowid desc limit 1), count(*), count(distinct employer_no)
    from opening() where role is not null
"""
SNAPSHOT = "select snapshot_id, is_sample from snapshot order by taken_at desc, rowid desc limit 1"
VERDICTS = """
    select v.claim_id, v.part, v.decides, v.test, v.verdict, v.unit, v.effect, v.ci_low, v.ci_high, v.n_a, v.n_b, v.broken_by
    from claim_verdict as v join claim as c using (claim_id)
    where c.essay != 'own'
    order by v.claim_id, v.part
"""


class Openings(NamedTuple):
    """Openings of one role and year: which contents they have, and whose they are."""

    role: str
    year: str
    content: NDArray[np.int32]
    employer: NDArray[np.int32]


def cells(con: duckdb.DuckDBPyConnection) -> Iterator[Openings]:
    """The openings of each of the four roles by year, and of all years."""
    found = con.execute(OPENINGS).fetchnumpy()
    role, year = (np.asarray(found[name]).astype(str) for name in ("role", "year"))
    for one in ROLES:
        for when in [*sorted(set(year[role == one]) - {"unknown"}), ALL]:
            rows = (role == one) & ((year == when) | (when == ALL))
            if rows.sum() >= LIMITS.n_ads:
                yield Openings(one, when, found["content_no"][rows], found["employer_no"][rows])


def skill_shares(con: duckdb.DuckDBPyConnection) -> Iterator[SkillShare]:
    """The shares that are not below LIMITS, in the order of the file."""
    index = con.execute("select content_no, skill_no, need_bit from skill_index").fetchnumpy()
    names = dict(con.execute("select skill_no, skill from skill_number").fetchall())
    for cell in cells(con):
        contents, row_content = np.unique(cell.content, return_inverse=True)
        n_employers = len(np.unique(cell.employer))
        here = np.isin(index["content_no"], contents)
        content = np.searchsorted(contents, index["content_no"][here])
        skill, bit = index["skill_no"][here], np.asarray(index["need_bit"])[here]
        for need, mask in NEEDS.items():
            for number in np.unique(skill):
                has = np.zeros(len(contents), bool)
                has[content[(skill == number) & (bit & mask != 0)]] = True
                named = has[row_content]
                n_with = int(named.sum())
                if n_with >= LIMITS.n_with and len(np.unique(cell.employer[named])) >= LIMITS.n_employers:
                    share = mean(named, cell.employer)
                    yield SkillShare(
                        cell.role, cell.year, need, names[number], n_with, len(named), n_employers,
                        n_with / len(named), share.ci_low, share.ci_high,
                    )  # fmt: skip


def role_counts(con: duckdb.DuckDBPyConnection) -> list[RoleCount]:
    """Openings and employers of each role, year and kind of source, of all years, of all sources and of both."""
    rows = con.execute(
        f"""
        select role, coalesce(year, $all), coalesce(board, $all), count(*) as n_ads, count(distinct employer_no) as n_employers
        from ({OPENINGS})
        group by role, grouping sets ((year, board), (year), (board), ())
        having n_ads >= $n_ads and n_employers >= $n_employers
        """,
        {"all": ALL, "n_ads": LIMITS.n_with, "n_employers": LIMITS.n_employers},
    ).fetchall()
    kinds = KINDS | {ALL: ALL}
    order = (*ROLES, "other")
    return sorted(
        (RoleCount(role, year, kinds[board], *n) for role, year, board, *n in rows),
        key=lambda row: (order.index(row.role), row.year, row.source),
    )


def claim_verdicts(con: duckdb.DuckDBPyConnection) -> list[ClaimVerdict]:
    """The verdicts on the claims that ship. Raises SystemExit where there are none."""
    found = [_claim_verdict(*row) for row in con.execute(VERDICTS).fetchall()]
    return found or sys.exit("This warehouse has no verdicts: run `rolescope claims` on it first.")


def _claim_verdict(*row: Any) -> ClaimVerdict:
    *told, effect, low, high, n_a, n_b, broken_by = row
    few = min(n for n in (n_a, n_b, LIMITS.n_ads) if n is not None) < LIMITS.n_ads
    figures = (None,) * 3 if few else (effect, low, high)
    # broken_by names the employer, which stays here
    breaks = [what for what in ("employer", "source") if f"; without {what} " in f"; {broken_by}"]
    return ClaimVerdict._make([*told, *figures, n_a, n_b, " and ".join(breaks) or None])


def description(con: duckdb.DuckDBPyConnection, counts: Sequence[RoleCount]) -> About:
    """What is counted. Raises SystemExit where it is sample data."""
    [(snapshot_id, is_sample)] = con.execute(SNAPSHOT).fetchall()
    if is_sample:
        sys.exit("These are sample data: nothing real can be learned from them.")
    [(counted_on, first, last, n_ads, n_openings, n_employers)] = con.execute(ABOUT).fetchall()
    kinds = [kind for kind in KINDS.values() if kind != "various" and any(row.source == kind for row in counts)]
    return About(
        counted_on=counted_on,
        first_posted_on=first,
        last_posted_on=last,
        n_ads=n_ads,
        n_openings=n_openings,
        n_employers=n_employers,
        sources=f"Public research datasets of job ads posted {first[:4]}–{last[:4]}, {_part(counts, (*ROLES, 'other'), '2023')} of them from 2023 on: "
        f"{', '.join(kinds)}, and several small ones.",
        not_to_be_taken_for="No random sample of jobs: each dataset was collected in its own way, in its own countries and years. "
        "Shares say what these ads ask for; a change from year to year may be a change of datasets. From 2023 on are "
        f"{_part(counts, ('full_stack_engineer',), '2023')} of the full-stack ads and {_part(counts, ('ai_engineer',), '2023')} of "
        "those for AI engineers. Roles and skills are read by rolescope, which errs at times.",
        label="role",
        method="Openings, each once; 95 % intervals clustered by employer: Wilson's with the effective number of ads "
        "(warehouse/inference/clustered.py). Ads of unknown date count in all years only.",
        limits=LIMITS,
        rolescope_version=CODE_VERSION,
        snapshot_id=snapshot_id,
    )


def _part(counts: Sequence[RoleCount], roles: Sequence[str], since: str) -> str:
    """Which part of the roles' openings were posted in that year or later."""
    total = {
        row.year: sum(
            other.n_ads for other in counts if (other.year, other.source) == (row.year, ALL) and other.role in roles
        )
        for row in counts
    }
    return f"{sum(n for year, n in total.items() if year.isdigit() and year >= since) / total[ALL]:.1%}".replace(
        "%", " %"
    )


def write(path: Path, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Write a CSV file: numbers to 4 digits, None empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> object:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return round(value, 4)
    return value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True, help="labelled warehouse with verdicts")
    parser.add_argument("--out", type=Path, default=Path(str(FOLDER)), help="folder of the files")
    arguments = parser.parse_args()
    with connect(arguments.db) as con:
        counts = role_counts(con)
        about = description(con, counts)
        tables: dict[str, tuple[Sequence[str], Sequence[tuple[Any, ...]]]] = {
            "skill_share.csv": (SkillShare._fields, list(skill_shares(con))),
            "role_count.csv": (RoleCount._fields, counts),
            "claim_verdict.csv": (ClaimVerdict._fields, claim_verdicts(con)),
        }
    for name, (columns, rows) in tables.items():
        write(arguments.out / name, columns, rows)
        print(f"{name}: {len(rows):,} rows")
    facts = about._asdict() | {"limits": about.limits._asdict()}
    text = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    (arguments.out / "about.json").write_text(text, encoding="utf-8")
    n_bytes = sum((arguments.out / name).stat().st_size for name in [*tables, "about.json"])
    print(f"{n_bytes:,} bytes")
    if n_bytes > MOST_BYTES:
        sys.exit(f"More than {MOST_BYTES:,} bytes: raise LIMITS.")


if __name__ == "__main__":
    main()
