"""The openings that claims are judged on, as arrays that are read once; each distinct thing's query runs once."""

from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from warehouse.claims.contents import sql, values_sql
from warehouse.claims.tree import ROLES, AllOf, AnyOf, AtLeast, LogPay, Mean, Not, Number, Side, Skill, Thing

LABELS = ("role_by_title", "role", "masked")
"""By what an opening's role is told: claims are tested by the first, and the others stand beside it."""


class Openings:
    """The openings that the macro ``opening`` counts and some label of LABELS gives one of the four roles, a row each, ordered by
    cluster_no."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        columns = _columns(con.execute(_OPENINGS, {"roles": list(ROLES.values())}))
        self.employer: NDArray[np.int32] = columns["employer_no"]
        # ads of one country and seniority can be compared by their pay; -1: the country is not known
        self.stratum: NDArray[np.intp] = columns["stratum"].astype(np.intp)
        self.source_names, self.source = np.unique(columns["collection"].astype(str), return_inverse=True)
        self.content: NDArray[np.int32] = columns["content_no"]
        # numbers from 1 in the order of ROLES; 0 is another role, or none
        self._roles = {name: columns[name] for name in ("role_by_title", "role", "role_by_text")}
        (self._n_contents,) = con.execute("select coalesce(max(content_no), 0) + 1 from posting_index").fetchall()[0]
        self._has: dict[Thing, NDArray[np.bool_]] = {}
        self._values: dict[Number | Mean | LogPay, NDArray[np.float64]] = {}
        self._masked: dict[str, NDArray[np.int8]] = {}
        self._pairs: tuple[NDArray[np.int32], NDArray[np.int16], dict[str, int]] | None = None

    def on(self, side: Side, label: str, group: str | None = None) -> NDArray[np.bool_]:
        """Which openings are on a side, by a label of LABELS; ``group`` is what is hidden for the masked one."""
        roles = self._masked_roles(group) if label == "masked" else self._roles[label]
        numbers = [number for number, role in enumerate(ROLES.values(), 1) if role in side.roles]
        there = np.isin(roles, numbers)
        return there & self.has(side.having) if side.having else there

    def has(self, thing: Thing) -> NDArray[np.bool_]:
        """Which openings have the thing."""
        if thing not in self._has:
            self._has[thing] = self._found(thing)
        return self._has[thing]

    def _found(self, thing: Thing) -> NDArray[np.bool_]:
        match thing:  # put together from what was asked before, as ``contents.sql`` puts the queries together
            case AnyOf(things):
                return np.asarray(np.any([self.has(one) for one in things], axis=0))
            case AllOf(things):
                return np.asarray(np.all([self.has(one) for one in things], axis=0))
            case AtLeast(n, things):
                return np.asarray(np.sum([self.has(one) for one in things], axis=0) >= n)
            case Not(inner):
                return ~self.has(inner)
        found = np.zeros(self._n_contents, bool)
        found[_columns(self.con.execute(*sql(thing)))["content_no"]] = True
        return np.asarray(found[self.content])

    def values(self, measure: Number | Mean | LogPay) -> NDArray[np.float64]:
        """The measure of each opening; NaN: it is not stated."""
        if measure not in self._values:
            found = np.full(self._n_contents, 0.0 if isinstance(measure, Number) else np.nan)
            columns = _columns(self.con.execute(*values_sql(measure)))
            found[columns["content_no"]] = columns["value"]
            self._values[measure] = found[self.content]
        return self._values[measure]

    def commonest(self, things: tuple[Thing, ...], rows: NDArray[np.bool_], n: int) -> list[Thing]:
        """The n of the things that most of the openings ``rows`` have, most common first."""
        contents, numbers, number_of = self._skill_pairs()
        ads = np.bincount(self.content[rows], minlength=self._n_contents)
        counts = np.bincount(numbers, ads[contents], len(number_of) + 1)

        def count(thing: Thing) -> float:
            if isinstance(thing, Skill):
                return float(counts[number_of[thing.key]]) if thing.key in number_of else 0.0
            return float(self.has(thing)[rows].sum())

        return sorted(things, key=count, reverse=True)[:n]

    def skill_profile(self, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
        """(place, skill, skills): each skill that an opening of ``rows`` names, by its place among the rows and by number."""
        contents, numbers, number_of = self._skill_pairs()
        of = self.content[rows]
        first, last = np.searchsorted(contents, of), np.searchsorted(contents, of, side="right")
        length = last - first
        place = np.repeat(np.arange(len(of)), length)
        within = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
        return place, numbers[first[place] + within].astype(np.intp), len(number_of) + 1

    def _masked_roles(self, group: str | None) -> NDArray[np.int8]:
        if group is None:
            return self._roles["role_by_text"]
        if group not in self._masked:
            columns = _columns(self.con.execute(_MASKED, {"roles": list(ROLES.values()), "group": group}))
            by_content = np.full(self._n_contents, -1, np.int8)
            by_content[columns["content_no"]] = columns["role"]
            masked = by_content[self.content]
            self._masked[group] = np.where(masked >= 0, masked, self._roles["role_by_text"])
        return self._masked[group]

    def _skill_pairs(self) -> tuple[NDArray[np.int32], NDArray[np.int16], dict[str, int]]:
        """Contents, in order, with the numbers of the skills that they name; and the number of each skill."""
        if self._pairs is None:
            columns = _columns(self.con.execute("select content_no, skill_no from skill_index order by content_no"))
            number_of = dict(self.con.execute("select skill, skill_no from skill_number").fetchall())
            self._pairs = columns["content_no"], columns["skill_no"], number_of
        return self._pairs


def employer_name(con: duckdb.DuckDBPyConnection, number: int) -> str:
    """The employer of a number, as some ad writes it."""
    row = con.execute(
        "select any_value(coalesce(hiring_organization, employer)) from posting_index where employer_no = ?", [number]
    ).fetchone()
    return str(row[0]) if row else str(number)


def _columns(con: duckdb.DuckDBPyConnection) -> dict[str, NDArray[Any]]:
    """The columns of the query that was just run; none of them has a NULL."""
    return {name: np.asarray(column) for name, column in con.fetchnumpy().items()}


_OPENINGS = """
    select
        content_no, employer_no, collection,
        (dense_rank() over (order by country, seniority) * (country is not null)::integer)::integer - 1 as stratum,
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

_MASKED = """
    select distinct p.content_no, coalesce(list_position($roles, m.role), 0)::tinyint as role
    from job_posting_role_masked as m
    join posting_index as p on p.content_hash = m.content_hash
    where m.skill_group = $group
"""
