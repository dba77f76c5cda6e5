"""Names of roles and skills as people write them, and the keys that they mean."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import duckdb

from warehouse import WarehouseError

ROLE_NAMES = {
    "ai_engineer": "AI engineer",
    "ml_engineer": "ML engineer",
    "data_scientist": "data scientist",
    "full_stack_engineer": "full-stack engineer",
}
"""The four roles that there is a path to; of "other", which is everything else, nothing could be advised."""

_OTHER_WAYS = {
    "AI": "ai_engineer", "artificial intelligence engineer": "ai_engineer", "AI developer": "ai_engineer",
    "ML": "ml_engineer", "MLE": "ml_engineer", "machine learning engineer": "ml_engineer",
    "DS": "data_scientist", "data science": "data_scientist",
    "FS": "full_stack_engineer", "full-stack": "full_stack_engineer", "full-stack developer": "full_stack_engineer",
}  # fmt: skip
_MOST_WRITTEN = 200  # characters of a name: no skill is longer, and the nearest names of more take long to find


class UnknownName(WarehouseError):
    """A role, skill or country that the warehouse does not know; the message says the nearest names."""


def fold(name: str) -> str:
    """Letters, digits and the signs that tell names apart ("C", "C++", "C#"), in lower case."""
    return re.sub(r"[^\w+#]|_", "", name.casefold())


def role_key(written: str) -> str:
    """The key of one of the four roles, from its key or a name of it in any case. Raises UnknownName."""
    ways = _OTHER_WAYS | {way: role for role, name in ROLE_NAMES.items() for way in (role, name)}
    folded = {fold(way): role for way, role in ways.items()}
    word = fold(written)
    found = folded.get(word) or folded.get(word.removesuffix("s"))
    if not found:
        near = nearest(written, ways)
        raise UnknownName(
            f"no role is called {_shown(written)}{near or ''}; the roles are {', '.join(ROLE_NAMES.values())}"
        )
    return found


def skill_keys(con: duckdb.DuckDBPyConnection, written: Sequence[str]) -> list[str]:
    """The keys of skills, from keys, names or aliases in any case, in the order given, each once.

    Where two skills share a way of writing, a key goes before a name, and a name before an alias. Raises UnknownName.
    """
    rows = con.execute("select skill, name, aliases from skill order by skill").fetchall()
    ways = [(skill, skill) for skill, _, _ in rows] + [(name, skill) for skill, name, _ in rows]
    ways += [(alias, skill) for skill, _, aliases in rows for alias in aliases]
    exact: dict[str, str] = {}
    folded: dict[str, str] = {}
    for way, skill in ways:
        exact.setdefault(way.casefold(), skill)
        folded.setdefault(fold(way), skill)
    found: dict[str, None] = {}
    for name in filter(None, (word.strip() for word in written)):
        key = exact.get(name.casefold()) or folded.get(fold(name))
        if key is None:
            raise UnknownName(f"no skill is called {_shown(name)}{nearest(name, [way for way, _ in ways])}")
        found[key] = None
    return list(found)


def nearest(written: str, names: Iterable[str]) -> str:
    """The three names most alike, as the end of a message: "; the nearest are …"; empty where none is alike."""
    by_lower = {name.casefold(): name for name in reversed(list(names))}
    near = get_close_matches(written.casefold()[:_MOST_WRITTEN], by_lower, n=3)
    if not near:
        return ""
    return f"; the nearest {'is' if len(near) == 1 else 'are'} {', '.join(by_lower[name] for name in near)}"


def _shown(written: str) -> str:
    return repr(written if len(written) <= 60 else written[:60] + "…")
