"""What the words mean and how well they are used: read from the package and from the comments of the snapshot's tables."""

import csv
import json
from collections import Counter
from functools import cache
from importlib.metadata import PackageNotFoundError, metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard.filtered import frame
from dashboard.queries import cached
from dashboard.roles import LABELS

_TERMS = (
    ("Posting", "job_posting", None), ("Opening", "job_posting", "cluster_id"), ("Content", "job_posting_text", None),
    ("Employer", "posting_index", "employer"), ("Snippet", "posting", "full_text"), ("Posted", "posting", "posted_on"),
    ("Open", "posting", "is_open"), ("Role", "job_posting_role", "role"), ("Role by title", "job_posting_role", "role_by_title"),
    ("Role by text", "job_posting_role", "role_by_text"), ("Role with skills hidden", "job_posting_role_masked", None),
    ("Second role", "job_posting_role", "secondary_role"), ("Neighbour", "job_posting_role", "adjacent"),
    ("Skill", "job_posting_skill", None), ("Need", "job_posting_skill", "need"),
    ("Alternatives", "job_posting_skill", "alternatives"), ("Tag", "job_posting_tag", None),
    ("Section", "job_posting_section", "kind"), ("Seniority", "posting", "seniority"),
    ("Pay in US dollars", "posting", "yearly_salary_usd_min"), ("Snapshot", "snapshot", "snapshot_id"),
    ("Label version", "label_version", "model_version"),
)  # fmt: skip
"""Words of the pages, and the table or column whose comment says what they mean."""
_MADE = (
    "role_count", "skill_share", "skill_difference", "skill_pair", "part_share", "skill_trend_by_month", "skill_share_by_country",
    "salary_usd_by_role", "opening_lifetime", "time_open", "claim_verdict", "reference_skill_share",
)  # fmt: skip
"""Views, macros and tables that the pages count with."""


@cached
def terms(snapshot: Path) -> pd.DataFrame:
    """A row a word: kind, name, definition (the comment), stands_in (table or column)."""
    comments = frame(
        snapshot,
        """
        select table_name as place, comment from duckdb_tables() where not internal
        union all
        select table_name || '.' || column_name, comment from duckdb_columns() where not internal
        """,
    )
    known = dict(zip(comments["place"], comments["comment"], strict=True))
    places = [(word, f"{table}.{column}" if column else table) for word, table, column in _TERMS]
    rows = [("word", word, known.get(place), place) for word, place in places]
    return pd.DataFrame(rows, columns=["kind", "name", "definition", "stands_in"])


@cached
def made(snapshot: Path) -> pd.DataFrame:
    """A row a view, macro or table that the pages count with: name, meaning."""
    return frame(
        snapshot,
        """
        with relation as (
            select view_name as name, comment as meaning from duckdb_views() where not internal
            union all
            select table_name, comment from duckdb_tables() where not internal
            union all
            select function_name, comment from duckdb_functions() where not internal and function_type = 'table_macro'
        )

        select name, meaning
        from relation
        where name in (select unnest($names::varchar[]))
        order by list_position($names::varchar[], name)
        """,
        {"names": list(_MADE)},
    )


@cached
def sources(snapshot: Path) -> pd.DataFrame:
    """A row a source that there are postings of: name, n_postings, attribution, attribution_url, training_allowed, terms."""
    return frame(
        snapshot,
        """
        select
            coalesce(s.name, p.source) as name, count(*) as n_postings, s.attribution, s.attribution_url, s.training_allowed,
            s.terms
        from posting_index as p
        left join source as s using (source)
        group by all
        order by n_postings desc, name
        """,
    )


@cache
def codebook() -> pd.DataFrame:
    """A row a role, kind of skill or tag that rolescope reads: kind, name, definition. Of the package, not of a snapshot."""
    from nlp.skills.table import category_definitions, skill_table

    with files("nlp").joinpath("roles.csv").open(encoding="utf-8") as lines:
        rows = [("role", row["title"], row["definition"]) for row in csv.DictReader(lines)]
    n_skills = Counter(skill.category for skill in skill_table())
    rows += [
        ("category of skills", name, f"{definition} ({n_skills[name]:,} skills)")
        for name, definition in category_definitions().items()
    ]
    with files("nlp.tags").joinpath("tags.csv").open(encoding="utf-8") as lines:
        rows += [(row["kind"].replace("_", " "), row["name"], row["definition"]) for row in csv.DictReader(lines)]
    with files("nlp").joinpath("headings.csv").open(encoding="utf-8") as lines:
        phrases: dict[str, list[str]] = {}
        for row in csv.DictReader(lines):
            phrases.setdefault(row["kind"], []).append(row["phrase"])
    rows += [
        ("section", kind, f"Lines below one of {len(of)} headings such as “{'”, “'.join(of[:4])}”")
        for kind, of in phrases.items()
        if kind != "same"  # a heading that leaves the section as it is
    ]
    return pd.DataFrame(rows, columns=["kind", "name", "definition"])


@cache
def metrics() -> dict[str, Any]:
    """Measurements of the shipped role model, as its model card has them."""
    found: dict[str, Any] = json.loads(files("nlp.roles").joinpath("metrics.json").read_text(encoding="utf-8"))
    return found


def role_scores() -> pd.DataFrame:
    """A row a way of judging and role (or all roles): judged_by, of, f1 (0-1), ci_low, ci_high, n (gold ads)."""
    found = metrics()
    n_of = found["read"]["gold"]["n_by_role"]
    rows = []
    for label, by in LABELS.items():
        one = found[label]
        rows.append((by, "all (macro-F1)", one["macro_f1"], *one["macro_f1_interval"], found["read"]["gold"]["n"]))
        rows += [(by, role, f1, *one["f1_interval"][role], n_of[role]) for role, f1 in one["f1"].items()]
    return pd.DataFrame(rows, columns=["judged_by", "of", "f1", "ci_low", "ci_high", "n"])


@cache
def random_ads_right() -> tuple[float, float, float, int]:
    """Share (0-1) of a random sample of read ads whose role is right, with its 95 % interval (Wilson's), and n."""
    from statsmodels.stats.proportion import proportion_confint

    n, share = metrics()["read"]["random"]["n"], metrics()["role"]["random"]["accuracy"]
    low, high = proportion_confint(round(share * n), n, method="wilson")
    return share, float(low), float(high), n


@cache
def model_card() -> str:
    """The model card as Markdown, without its title."""
    from nlp.training.model_card import model_card as written

    return written(metrics()).partition("-->")[2].replace("\n## ", "\n#### ")


@cache
def skill_scores() -> pd.DataFrame:
    """A row a measurement of what finds skills: measured, score, n."""
    with files("nlp.skills").joinpath("scores.csv").open(encoding="utf-8") as lines:
        return pd.DataFrame(csv.DictReader(lines))[["measured", "score", "n"]]


@cache
def shipped_label_version() -> str:
    """The version of the labels that the installed rolescope would make with its own model and table of skills."""
    from nlp.label_version import label_version

    return label_version()


@cache
def licence() -> str:
    """Licence of the program, as its package says; "" where it is not installed."""
    try:
        return str(metadata("rolescope").json.get("license_expression", ""))
    except PackageNotFoundError:
        return ""
