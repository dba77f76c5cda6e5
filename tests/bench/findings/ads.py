"""The openings behind the page, read once as arrays, and how their figures are written."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from warehouse.inference.clustered import Estimate, difference

ROLES = {
    "ai_engineer": "AI engineer",
    "ml_engineer": "ML engineer",
    "data_scientist": "data scientist",
    "full_stack_engineer": "full-stack engineer",
}
SHORT = dict(zip(ROLES, ("AI", "ML", "DS", "FS"), strict=True))
SOURCES = {
    "linkedin_2022_2026.parquet": "LinkedIn 2023–2026",
    "builtin_ai_2026.parquet": "Builtin 2026",
    "glassdoor_us_2023.parquet": "Glassdoor 2023",
    "hackernews_2026.parquet": "Hacker News 2026",
    "india_2020.parquet": "India 2020",
    "various.parquet": "various",
}
SAID_BY_TITLE = ("artificial-intelligence", "machine-learning", "data-science", "full-stack-development")
"""Skills that stand in the titles by which roles are told: that they differ says nothing."""
FEWEST_ADS, FEWEST_EMPLOYERS = 30, 10  # on a side, below which a part of the ads is not looked at by itself
Rows = NDArray[np.bool_]


class Thing(NamedTuple):
    """Something that an ad does or does not have."""

    kind: str
    """skill, tag or fact."""
    key: str
    name: str


class Contrast(NamedTuple):
    """Two sides, each of roles as ``ROLES`` names them."""

    a: tuple[str, ...]
    b: tuple[str, ...]

    def __str__(self) -> str:
        sides = (SHORT[side[0]] if len(side) == 1 else "the others" for side in self)
        return " – ".join(sides)


AGAINST_OTHERS = [Contrast((role,), tuple(other for other in ROLES if other != role)) for role in ROLES]
PAIRS = [Contrast((a,), (b,)) for i, a in enumerate(ROLES) for b in list(ROLES)[i + 1 :]]


class Ads:
    """Openings that some label gives one of the four roles, a row each, ordered by cluster_no."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        columns = _columns(con.execute(_OPENINGS, {"roles": list(ROLES)}))
        self.content, self.employer, self.year = columns["content_no"], columns["employer_no"], columns["year"]
        self.labels = {name: columns[name] for name in ("role_by_title", "role", "role_by_text")}
        """Numbers from 1 in the order of ROLES; 0 is another role, or none."""
        names, self.source = np.unique(columns["source"].astype(str), return_inverse=True)
        self.source_names = [SOURCES.get(name, name) for name in names]
        self.country, self.level = columns["country"].astype(str), columns["seniority"].astype(str)
        self.title, self.pay = columns["title"].astype(str), columns["pay"]
        self.unnamed = columns["unnamed"].astype(bool)
        """Whether the opening states no employer: those of a source count as one."""
        self._place = np.full(int(self.content.max(initial=0)) + 1, -1)
        self._place[self.content] = np.arange(len(self.content))
        self.column = {Thing("skill", *row): no for no, *row in con.execute(_SKILL_NAMES).fetchall()}
        self.column |= {Thing("tag", *row): no for no, *row in con.execute(_TAG_NAMES).fetchall()}
        pairs = _columns(con.execute(_SKILLS))
        self.named = self._matrix(pairs["content_no"], pairs["skill_no"])
        asked = pairs["need_bit"] & 1 > 0
        self.required = self._matrix(pairs["content_no"][asked], pairs["skill_no"][asked])
        pairs = _columns(con.execute(_TAGS))
        self.tagged = self._matrix(pairs["content_no"], pairs["tag_no"])
        self.facts = {Thing("fact", key, name): self._found(query) for (key, name), query in _FACTS.items()}
        self.n_skills = np.asarray(self.named.sum(axis=1)).ravel()

    def has(self, thing: Thing, *, required: bool = False) -> Rows:
        """Which openings have it."""
        if thing.kind == "fact":
            return self.facts[thing]
        matrix = self.tagged if thing.kind == "tag" else self.required if required else self.named
        found: Rows = matrix[:, [self.column[thing]]].toarray().ravel() > 0
        return found

    def on(self, roles: Iterable[str], label: str | NDArray[Any] = "role_by_title") -> Rows:
        """Which openings have one of the roles."""
        numbers = [list(ROLES).index(role) + 1 for role in roles]
        return np.isin(self.labels[label] if isinstance(label, str) else label, numbers)

    def sides(
        self, contrast: Contrast, label: str | NDArray[Any] = "role_by_title", within: Rows | None = None
    ) -> tuple[NDArray[np.intp], Rows]:
        """(rows, is_a): the openings of both sides, and which are of the first."""
        a = self.on(contrast.a, label)
        both = a | self.on(contrast.b, label)
        rows = np.flatnonzero(both if within is None else both & within)
        return rows, a[rows]

    def largest_employer(self, rows: NDArray[np.intp]) -> int:
        """The employer that most of the rows are of, of those that state one."""
        return int(np.bincount(self.employer[rows[~self.unnamed[rows]]]).argmax())

    def enough(self, rows: NDArray[np.intp], is_a: Rows) -> bool:
        """Whether both sides are large enough to be looked at by themselves."""
        sides = rows[is_a], rows[~is_a]
        return all(
            len(side) >= FEWEST_ADS and len(np.unique(self.employer[side])) >= FEWEST_EMPLOYERS for side in sides
        )

    def compare(self, y: NDArray[Any], rows: NDArray[np.intp], is_a: Rows) -> Estimate | None:
        """The difference of the sides; None where one is too small."""
        return difference(y[rows], is_a, self.employer[rows]) if self.enough(rows, is_a) else None

    def strata(self, rows: NDArray[np.intp], *by: NDArray[Any]) -> NDArray[np.intp]:
        """A number for each combination of the values of ``by`` among the rows."""
        _, number = np.unique(np.stack([values.astype(str)[rows] for values in by]), axis=1, return_inverse=True)
        return np.asarray(number.ravel())

    def masked(self, group: str) -> NDArray[Any] | None:
        """The role by text with that group of skills hidden as well; None where the warehouse holds no such labels."""
        if not self._holds_masked():
            return None
        columns = _columns(self.con.execute(_MASKED, {"roles": list(ROLES), "group": group}))
        roles, (place, known) = self.labels["role_by_text"].copy(), self._places(columns["content_no"])
        roles[place] = columns["role"][known]
        return roles

    def _holds_masked(self) -> bool:
        tables = self.con.execute(
            "select 1 from duckdb_tables() where table_name = 'job_posting_role_masked'"
        ).fetchall()
        return bool(tables and self.con.execute("select 1 from job_posting_role_masked limit 1").fetchall())

    def _places(self, contents: NDArray[Any]) -> tuple[NDArray[np.intp], Rows]:
        inside = contents < len(self._place)
        place = np.where(inside, self._place[np.minimum(contents, len(self._place) - 1)], -1)
        return place[place >= 0], place >= 0

    def _matrix(self, contents: NDArray[Any], column: NDArray[Any]) -> Any:
        place, known = self._places(contents)
        shape = len(self.content), int(column.max(initial=0)) + len(self.column) + 1
        matrix = sparse.csc_array((np.ones(len(place), np.int32), (place, column[known])), shape=shape)
        matrix.data[:] = 1
        return matrix

    def _found(self, where: str) -> Rows:
        contents = _columns(self.con.execute(_FACT.format(where)))["content_no"]
        found = np.zeros(len(self.content), bool)
        found[self._places(contents)[0]] = True
        return found


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, NDArray[Any]]:
    return {name: np.asarray(column) for name, column in con.fetchnumpy().items()}


# The macro opening with all labels at once, what it is posted as, and pay. Imports have one source, but each file is a
# collection of its own.
_OPENINGS = """
    select
        arg_min(content_no, seen_no) as content_no,
        min(employer_no) as employer_no,
        arg_min(case when source = 'import' then board else source end, seen_no) as source,
        coalesce(year(min(posted_on)), 0) as year,
        coalesce(arg_min(country, seen_no), '–') as country,
        arg_min(coalesce(seniority, 'unstated'), seen_no) as seniority,
        arg_min(title, seen_no) as title,
        bool_and(hiring_organization is null) as unnamed,
        coalesce(arg_min((yearly_salary_usd_min + yearly_salary_usd_max) / 2, seen_no), 'nan'::double) as pay,
        coalesce(list_position($roles, arg_min(i.role_by_title, seen_no)), 0)::tinyint as role_by_title,
        coalesce(list_position($roles, arg_min(i.role, seen_no)), 0)::tinyint as role,
        coalesce(list_position($roles, arg_min(i.role_by_text, seen_no)), 0)::tinyint as role_by_text
    from posting_index as i
    where i.role is not null and full_text
    group by cluster_no
    having role_by_title + role + role_by_text > 0
    order by cluster_no
"""
_SKILL_NAMES = "select skill_no, skill, name from skill_number join skill using (skill) order by skill_no"
_SKILLS = "select content_no, skill_no, need_bit from skill_index"
_TAG_NAMES = (
    "select row_number() over (order by tag), tag, name || ' (' || replace(kind, '_', ' ') || ')' from tag order by tag"
)
_TAGS = """
    select distinct content_no, tag_no from posting_index join job_posting_tag using (content_hash)
    join (select row_number() over (order by tag) as tag_no, tag from tag) using (tag)
"""
_FACT = "select distinct content_no from posting_index where content_hash in (select content_hash from job_posting_fact where {})"
_FACTS = {
    ("degree_any", "asks for any degree"): "degree_required in ('bachelor', 'master', 'phd')",
    ("degree_advanced", "requires a master's or doctorate"): "degree_required in ('master', 'phd')",
    ("degree_phd", "requires or prefers a doctorate"): "degree_required = 'phd' or degree_preferred = 'phd'",
    ("years_5", "asks for 5 years or more"): "years_min >= 5",
    ("remote", "is remote"): "work_mode = 'remote'",
    ("visa", "offers visa sponsorship"): "visa_sponsorship",
}  # fmt: skip
_MASKED = """
    select distinct p.content_no, coalesce(list_position($roles, m.role), 0)::tinyint as role
    from job_posting_role_masked as m
    join posting_index as p on p.content_hash = m.content_hash
    where m.skill_group = $group
"""


def table(head: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> str:
    """A Markdown table; the first ``left`` columns are words, the others numbers."""
    rule = ["---" if i < left else "---:" for i in range(len(head))]
    return "\n".join(
        "| " + " | ".join(row) + " |"
        for row in (head, rule, *([cell.replace("|", "\\|") for cell in row] for row in rows))
    )


def percent(value: float | None) -> str:
    """A share in percent."""
    return "–" if value is None else f"{100 * value:.1f} %"


def points(one: Estimate | None) -> str:
    """A difference of shares in points, with its interval."""
    if one is None or one.value is None:
        return "–"
    if one.ci_low is None or one.ci_high is None:
        return f"{100 * one.value:+.1f} (no interval)"
    return f"{100 * one.value:+.1f} ({100 * one.ci_low:+.1f} to {100 * one.ci_high:+.1f})"


def share(n_with: int, n: int) -> str:
    """A share in percent with its counts."""
    return f"{percent(n_with / n)} ({n_with:,} of {n:,})" if n else "–"


def near_end(one: Estimate) -> float:
    """The end of the interval that is nearer to 0, signed: how much of a difference is sure; 0 where it holds 0 or there is none."""
    if one.ci_low is None or one.ci_high is None or one.ci_low <= 0 <= one.ci_high:
        return 0.0
    return one.ci_low if one.ci_low > 0 else one.ci_high


def chance(q: float | None) -> str:
    """A q or p value."""
    return "–" if q is None else "< 0.001" if q < 0.001 else f"{q:.3f}"


def sql(*queries: str) -> str:
    """What makes a table's counts, folded under it."""
    return "<details><summary>Query</summary>\n\n```sql\n" + ";\n".join(queries) + ";\n```\n\n</details>"
