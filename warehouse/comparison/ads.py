"""The openings of two roles, and which skills and tags they name, as arrays."""

from typing import Any, Literal, NamedTuple

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from warehouse import WarehouseError

Bools = NDArray[np.bool_]
Need = Literal["named", "required"]
_BITS: dict[Need, int] = {"named": 7, "required": 1}  # of skill_index.need_bit


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

    Raises WarehouseError for one role twice.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, role_a: str, role_b: str) -> None:
        if role_a == role_b:
            raise WarehouseError("a role differs from itself in nothing: name two roles")
        self.con, self._roles = con, [role_a, role_b]
        self.role_a, self.role_b = role_a, role_b
        columns = con.execute(_OPENINGS, {"roles": self._roles}).fetchnumpy()
        self.employer: NDArray[np.int32] = np.asarray(columns["employer_no"])
        self.source_names, self.source = np.unique(np.asarray(columns["collection"], str), return_inverse=True)
        country = np.asarray(columns["first_country"], str)
        self.country_names, number = np.unique(country, return_inverse=True)
        self.country = np.where(country == "", -1, number)  # -1: not known
        # country, seniority and month; -1: the country or the month is not known
        self.stratum: NDArray[np.int32] = np.asarray(columns["stratum"])
        self.content: NDArray[np.int32] = np.asarray(columns["content_no"])
        # 1 and 2 for the two roles, 0 for another one or none
        self._role = {name: np.asarray(columns[name]) for name in ("role_by_title", "role", "role_by_text")}
        self._n_contents = int(self.content.max(initial=-1)) + 1
        self._masked: dict[str, dict[str, NDArray[Any]]] = {}

    def sides(self, label: str, group: str | None = None) -> tuple[NDArray[np.intp], Bools]:
        """The openings of either role by a label of ``warehouse.claims.openings.LABELS``, and which of them are role a's;
        ``group`` (a category or kind of tags) is what is hidden for the masked one."""
        role = self._masked_roles(group) if label == "masked" else self._role[label]
        rows = np.flatnonzero(role)
        return rows, role[rows] == 1

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
    select
        content_no, employer_no, collection, coalesce(country, '') as first_country,
        case
            when country is null or posted_on is null then -1
            else dense_rank() over (order by country, seniority, date_trunc('month', posted_on))
        end::integer as stratum,
        coalesce(list_position($roles, l.role_by_title), 0)::tinyint as role_by_title,
        coalesce(list_position($roles, l.role), 0)::tinyint as role,
        coalesce(list_position($roles, l.role_by_text), 0)::tinyint as role_by_text
    from opening_label as l
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
