"""The names that a test of a claim may use: skills, categories, tags and facts."""

import re
from collections.abc import Iterable, Mapping

import duckdb

from warehouse.claims.tree import Category, Kind, Member, Skill, Tag, Thing

FACTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "degree_required": ("f.degree_required = ?", ("none_stated", "bachelor", "master", "phd")),
    "degree_min": (
        "list_position(['bachelor', 'master', 'phd'], f.degree_required) >= list_position(['bachelor', 'master', 'phd'], ?)",
        ("bachelor", "master", "phd"),
    ),
    "degree_preferred": ("f.degree_preferred = ?", ("bachelor", "master", "phd")),
    "degree_field": (
        "list_contains(f.degree_fields, ?)",
        (
            *("computer_science", "information_systems", "software_engineering", "data_science"),
            *("artificial_intelligence", "statistics", "mathematics", "physics", "engineering", "economics"),
            *("operations_research", "business", "finance", "accounting", "marketing", "life_sciences"),
            *("natural_sciences", "social_sciences", "design", "quantitative", "stem"),
        ),
    ),
    "degree_equivalent_ok": ("f.degree_equivalent_ok", ()),
    "non_degree_ok": ("f.non_degree_ok", ()),
    "seniority": ("p.seniority = ?", ("intern", "junior", "mid", "senior", "lead", "manager", "unstated")),
    "work_mode": ("p.work_mode = ?", ("remote", "hybrid", "onsite", "unstated")),
    "visa_sponsorship": ("f.visa_sponsorship", ()),
    "clearance_required": ("f.clearance_required", ()),
    "states_years": ("f.years_min is not null", ()),
    "pays": ("(p.yearly_salary_usd_min is not null or p.yearly_salary_usd_max is not null)", ()),
}
"""Facts that can be asked for: the condition on posting_index p and job_posting_fact f, and the values it takes (none: it
is true or not). degree_min is that degree or a higher one, required; pays means base pay in a currency whose rate is known."""


class Vocabulary:
    """The skills, categories and tags that tests may name.

    ``skills``: (key, name, category, aliases) each; ``tags``: (kind, key, name) each. Where two skills have a name in
    common, a key goes before a name and a name before an alias.
    """

    def __init__(
        self, skills: Iterable[tuple[str, str, str, Iterable[str]]], tags: Iterable[tuple[str, str, str]]
    ) -> None:
        skills, tags = list(skills), list(tags)
        self.category_of = {key: category for key, _, category, _ in skills}
        self.kind_of = {key: kind for kind, key, _ in tags}
        self.skills = _by_name([(key, key) for key, *_ in skills], [(name, key) for key, name, *_ in skills])
        self.skills = {**_by_name([(alias, key) for key, _, _, aliases in skills for alias in aliases]), **self.skills}
        self.categories = _by_name([(category, category) for category in self.category_of.values()])
        self.tags = _by_name([(key, key) for _, key, _ in tags], [(name, key) for _, key, name in tags])
        self.kinds = _by_name([(kind, kind) for kind in self.kind_of.values()])

    @classmethod
    def of(cls, con: duckdb.DuckDBPyConnection) -> "Vocabulary":
        """What the current labels know; nothing, where nothing is labelled."""
        return cls(
            con.execute("select skill, name, category, aliases from skill order by skill").fetchall(),
            con.execute("select kind, tag, name from tag order by kind, tag").fetchall(),
        )

    def group(self, leaf: Thing | Member) -> str | None:
        """The category or kind of tags that a skill or tag belongs to; None: a fact, or all skills."""
        match leaf:
            case Skill(key):
                return self.category_of.get(key)
            case Tag(key):
                return self.kind_of.get(key)
            case Category(key) | Kind(key):
                return key
        return None


def _by_name(*lists: list[tuple[str, str]]) -> dict[str, str]:
    """Key by plain name; where a name comes twice the first one counts."""
    return {plain(name): key for names in reversed(lists) for name, key in reversed(names)}


def plain(name: str) -> str:
    """How names are compared: in lower case, with blanks for hyphens and underscores."""
    return " ".join(re.split(r"[\s_-]+", name.strip().casefold()))
