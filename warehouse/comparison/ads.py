"""The openings of two roles, and which skills and tags they name, as arrays."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from warehouse import WarehouseError

Bools = NDArray[np.bool_]
Need = Literal["named", "required", "preferred", "context"]
_BITS: dict[Need, int] = {"named": 7, "required": 1, "preferred": 2, "context": 4}  # of skill_index.need_bit
OTHERS = "others"
"""How several roles together are called where they are the second one."""


class Only(NamedTuple):
    """Which postings count: the arguments of the macro filtered_posting; None: all."""

    sources: Sequence[str] | None = None
    countries: Sequence[str] | None = None
    languages: Sequence[str] | None = None
    seniorities: Sequence[str] | None = None
    posted_from: date | None = None
    posted_to: date | None = None
    only_open: bool = False


EVERYTHING = Only()


class Things(NamedTuple):
    """Skills or tags, and which openings name them."""

    keys: list[str]
    names: list[str]
    groups: list[str]
    """The category of each skill, the kind of each tag."""
    named: Any
    """Sparse matrix, openings × things: 1 where named."""


class Ads:
    """The openings that the macro ``opening`` counts and some label gives one of two roles, a row each, ordered by cluster_no.

    The second role may be several, which are then one. Raises WarehouseError for one role twice.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, role_a: str, role_b: str | Sequence[str], only: Only = EVERYTHING
    ) -> None:
        self.con, self._roles = con, [role_a, *([role_b] if isinstance(role_b, str) else role_b)]
        if len(set(self._roles)) < max(len(self._roles), 2):
            raise WarehouseError("a role differs from itself in nothing: name two roles")
        self.role_a, self.role_b = role_a, role_b if isinstance(role_b, str) else OTHERS
        columns = con.execute(_OPENINGS, {"roles": self._roles, **only._asdict()}).fetchnumpy()
        self.employer: NDArray[np.int32] = np.asarray(columns["employer_no"])
        self.source_names, self.source = np.unique(np.asarray(columns["collection"], str), return_inverse=True)
        country = np.asarray(columns["first_country"], str)
        self.country_names, number = np.unique(country, return_inverse=True)
        self.country = np.where(country == "", -1, number)  # -1: not known
        # country, seniority and month; -1: the country or the month is not known
        self.stratum: NDArray[np.int32] = np.asarray(columns["stratum"])
        self.content: NDArray[np.int32] = np.asarray(columns["content_no"])
        # 1 for the first role, 2 and on for the others, 0 for one that is none of them or not known
        self._role = {name: np.asarray(columns[name]) for name in ("role_by_title", "role", "role_by_text")}
        self._n_contents = int(self.content.max(initial=-1)) + 1
        self._masked: dict[str, dict[str, NDArray[Any]]] = {}

    def sides(self, label: str, group: str | None = None) -> tuple[NDArray[np.intp], Bools]:
        """The openings of either role by a label of ``warehouse.claims.openings.LABELS``, and which of them are role a's;
        ``group`` (a category or kind of tags) is what is hidden for the masked one."""
        role = self._numbers(label, group)
        rows = np.flatnonzero(role)
        return rows, role[rows] == 1

    def by_role(self, label: str, group: str | None = None) -> dict[str, NDArray[np.intp]]:
        """The openings of each single role, the first one first, by a label as in ``sides``."""
        role = self._numbers(label, group)
        return {name: np.flatnonzero(role == number) for number, name in enumerate(self._roles, 1)}

    def mixture(self, label: str, group: str | None = None) -> dict[str, float]:
        """How many openings there are of each single role: to what errors are weighted."""
        return {name: float(len(rows)) for name, rows in self.by_role(label, group).items()}

    def skills(self, need: Need, category: str | None = None) -> Things:
        """All skills of the table (of a category), in the order of their keys, and who names or requires them."""
        known = self.con.execute(_SKILLS, {"category": category}).fetchall()
        parameters = {"roles": self._roles, "bits": _BITS[need], "category": category}
        return self._things(known, self.con.execute(_NAMED, parameters).fetchnumpy())

    def tags(self, kind: str) -> Things:
        """All tags of a kind, in the order of their keys, and who shows them."""
        known = self.con.execute(_TAGS, {"kind": kind}).fetchall()
        numbers = {"kind": kind, "keys": [key for key, *_ in known]}
        return self._things(
            [(number, *tag) for number, tag in enumerate(known, 1)], self.con.execute(_TAGGED, numbers).fetchnumpy()
        )

    def has(self, skill: str, need: Need) -> Bools:
        """Which openings name or require a skill."""
        found = np.zeros(self._n_contents, bool)
        contents = np.asarray(self.con.execute(_HAS, {"skill": skill, "bits": _BITS[need]}).fetchnumpy()["content_no"])
        found[contents[contents < self._n_contents]] = True
        return np.asarray(found[self.content])

    def _things(self, known: list[tuple[int, str, str, str]], pairs: dict[str, Any]) -> Things:
        """``known``: number, key, name, group; ``pairs``: contents and the numbers of things that they name."""
        column = np.full(max((number for number, *_ in known), default=0) + 1, -1)
        column[[number for number, *_ in known]] = np.arange(len(known))
        content, thing = np.asarray(pairs["content_no"]), column[np.asarray(pairs["number"])]
        there = (content < self._n_contents) & (thing >= 0)
        content, thing = content[there], thing[there]
        by_content = sparse.csr_array(
            (np.ones(len(content)), (content, thing)), shape=(self._n_contents, len(known)), dtype=np.float64
        )
        _, keys, names, groups = zip(*known, strict=True) if known else ((), (), (), ())
        return Things(list(keys), list(names), list(groups), by_content[self.content])

    def _numbers(self, label: str, group: str | None) -> NDArray[np.int8]:
        return self._masked_roles(group) if label == "masked" else self._role[label]

    def _masked_roles(self, group: str | None) -> NDArray[np.int8]:
        """The role by text, with the group hidden where that makes a difference."""
        by_text = self._role["role_by_text"]
        if group is None:
            return by_text
        if not self._masked:
            columns = self.con.execute(_MASKED, {"roles": self._roles}).fetchnumpy()
            arrays = {name: np.asarray(columns[name]) for name in ("content_no", "role")}
            groups = np.asarray(columns["skill_group"], str)
            self._masked = {
                str(one): {name: values[groups == one] for name, values in arrays.items()} for one in np.unique(groups)
            }
        if group not in self._masked:
            return by_text
        by_content = np.full(self._n_contents, -1, np.int8)
        content, role = self._masked[group]["content_no"], self._masked[group]["role"]
        by_content[content[content < self._n_contents]] = role[content < self._n_contents]
        masked = by_content[self.content]
        return np.where(masked >= 0, masked, by_text)


_OPENINGS = """
    with found as (  -- by any label, without filters
        select cluster_no
        from posting_index
        where
            list_contains($roles, role_by_title) or list_contains($roles, role) or list_contains($roles, role_by_text)
            or content_hash in (select content_hash from job_posting_role_masked where list_contains($roles, role))
    ),

    label as (  -- what the view opening_label has, of the postings that pass
        select
            cluster_no,
            arg_min(content_no, seen_no) as content_no,
            min(employer_no) as employer_no,
            arg_min(case when source = 'import' then board else source end, seen_no) as collection,
            arg_min(country, seen_no) as country,
            arg_min(seniority, seen_no) as seniority,
            min(posted_on) as posted_on,
            arg_min(role_by_title, seen_no) as role_by_title,
            arg_min(role, seen_no) as role,
            arg_min(role_by_text, seen_no) as role_by_text
        from filtered_posting(
            sources := $sources::varchar[], countries := $countries::varchar[], languages := $languages::varchar[],
            seniorities := $seniorities::varchar[], posted_from := $posted_from::date, posted_to := $posted_to::date,
            only_open := $only_open::boolean
        )
        where role is not null and full_text and cluster_no in (from found)
        group by cluster_no
    )

    select
        content_no, employer_no, collection, coalesce(country, '') as first_country,
        case
            when country is null or posted_on is null then -1
            else dense_rank() over (order by country, seniority, date_trunc('month', posted_on))
        end::integer as stratum,
        coalesce(list_position($roles, l.role_by_title), 0)::tinyint as role_by_title,
        coalesce(list_position($roles, l.role), 0)::tinyint as role,
        coalesce(list_position($roles, l.role_by_text), 0)::tinyint as role_by_text
    from label as l
    where
        list_contains($roles, l.role_by_title) or list_contains($roles, l.role) or list_contains($roles, l.role_by_text)
        or content_no in (
            select p.content_no
            from job_posting_role_masked as m
            join posting_index as p on p.content_hash = m.content_hash
            where list_contains($roles, m.role)
        )
    order by cluster_no
"""

_SKILLS = """
    select skill_no, skill, name, category from skill_number join skill using (skill)
    where $category is null or category = $category order by skill
"""

_NAMED = """
    select content_no, skill_no as number
    from skill_index
    where
        need_bit & $bits != 0
        and content_no in (
            select content_no from posting_index
            where
                role_by_title in $roles or role in $roles or role_by_text in $roles
                or content_hash in (select content_hash from job_posting_role_masked where role in $roles)
        )
        and ($category is null or skill_no in (select skill_no from skill_number join skill using (skill) where category = $category))
"""

_HAS = """
    select content_no from skill_index join skill_number using (skill_no) where skill = $skill and need_bit & $bits != 0
"""

_TAGS = "select tag, name, kind from tag where kind = $kind order by tag"

_TAGGED = """
    select distinct p.content_no, list_position($keys, t.tag)::integer as number
    from job_posting_tag as t
    join posting_index as p on p.content_hash = t.content_hash
    where t.kind = $kind and list_contains($keys, t.tag)
"""

_MASKED = """
    select distinct m.skill_group, p.content_no, coalesce(list_position($roles, m.role), 0)::tinyint as role
    from job_posting_role_masked as m
    join posting_index as p on p.content_hash = m.content_hash
"""
