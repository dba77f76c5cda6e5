"""Which contents of the warehouse have what a claim is about: a thing as SQL, and what it rests on."""

from collections import Counter
from collections.abc import Iterable, Iterator

from warehouse.claims.tree import (
    AllOf,
    AnyOf,
    AtLeast,
    Category,
    Difference,
    EverySkill,
    Fact,
    Kind,
    LogPay,
    Mean,
    Measure,
    Member,
    Needed,
    Not,
    Number,
    Paired,
    Part,
    Rank,
    Share,
    Side,
    Skill,
    Tag,
    Thing,
)
from warehouse.claims.vocabulary import FACTS, Vocabulary

Query = tuple[str, list[str | int]]
"""A query and the values of its question marks, in order."""

_SKILLS = "from skill_index join skill_number using (skill_no)"
_TAGS = "from posting_index join job_posting_tag using (content_hash)"

_NAMED = {
    Skill: f"select distinct content_no {_SKILLS} where skill in ({{}})",
    Category: f"select distinct content_no {_SKILLS} join skill using (skill) where category in ({{}})",
    Tag: "select distinct content_no from posting_index where content_hash in "
    "(select content_hash from job_posting_tag where tag in ({}))",
}


def sql(thing: Thing) -> Query:
    """Query of the content_no, each once, of the contents that have the thing."""
    return _contents(thing, "")


def _contents(thing: Thing, need: str) -> Query:
    # The one place where SQL is put together in Python: a thing can be of any shape. Names go in as values.
    match thing:
        case Skill() | Category() | Tag():
            return _any((thing,), need)
        case AnyOf(things):
            return _any(things, need)
        case Fact(name, value):
            facts = "from posting_index as p join job_posting_fact as f using (content_hash)"
            return f"select distinct content_no {facts} where {FACTS[name][0]}", [value] if value else []
        case Needed(which, inner):
            return _contents(inner, f" and need_bit & {1 if which == 'required' else 2} > 0")
        case Not(inner):
            query, values = _contents(inner, need)
            return f"select content_no from posting_index except ({query})", values  # noqa: S608
        case AllOf(things):
            return _joined([_contents(thing, need) for thing in things], " intersect ")
        case AtLeast(n, things):
            query, values = _joined([_contents(thing, need) for thing in things], " union all ")
            return f"select content_no from ({query}) group by content_no having count(*) >= ?", [*values, n]  # noqa: S608


def _any(things: tuple[Thing, ...], need: str) -> Query:
    """Names of one sort are looked up together."""
    queries: list[Query] = []
    for sort in (Skill, Category, Tag):
        keys: list[str | int] = [thing.key for thing in things if isinstance(thing, sort)]
        if keys:
            queries.append((_NAMED[sort].format(", ".join("?" * len(keys))) + need, keys))
    queries += [_contents(thing, need) for thing in things if type(thing) not in _NAMED]
    return _joined(queries, " union ")


def _joined(queries: list[Query], word: str) -> Query:
    if len(queries) == 1:
        return queries[0]
    return word.join(f"({query})" for query, _ in queries), [value for _, values in queries for value in values]


def values_sql(measure: Number | Mean | LogPay) -> Query:
    """Query of (content_no, value) of the contents that have a value; what the others have, the measure says."""
    match measure:
        case Number(members):
            keys, values = _joined([_keys(member) for member in members], " union ")
            return f"select content_no, count(*)::double as value from ({keys}) group by content_no", values  # noqa: S608
        case Mean():
            return (
                "select distinct content_no, years_min as value from posting_index join job_posting_fact using (content_hash) "
                "where years_min is not null"
            ), []
        case LogPay():
            return (
                "select content_no, ln(avg((yearly_salary_usd_min + yearly_salary_usd_max) / 2)) as value from posting_index "
                "where yearly_salary_usd_min + yearly_salary_usd_max > 0 group by content_no"
            ), []


def _keys(member: Member) -> Query:
    """Query of (content_no, which), each pair once: the skills and tags of a member that contents have."""
    match member:
        case EverySkill():
            return f"select content_no, skill as which {_SKILLS}", []
        case Skill(key):
            return f"select content_no, skill as which {_SKILLS} where skill = ?", [key]
        case Category(key):
            return f"select content_no, skill as which {_SKILLS} join skill using (skill) where category = ?", [key]
        case Tag(key):
            return f"select distinct content_no, 'tag ' || tag as which {_TAGS} where tag = ?", [key]
        case Kind(key):
            return f"select distinct content_no, 'tag ' || tag as which {_TAGS} where kind = ?", [key]


def literal(query: str, values: Iterable[str | int]) -> str:
    """The query with its values written out, to paste. Raises ValueError where their numbers differ."""
    pieces = query.split("?")
    written = [str(v) if isinstance(v, int) else "'" + v.replace("'", "''") + "'" for v in values]
    return "".join(piece + value for piece, value in zip(pieces, [*written, ""], strict=True))


def rivals(rank: Rank, vocabulary: Vocabulary) -> tuple[Thing, ...]:
    """The skills and tags that a rank is held against: its members, categories and kinds by their single ones, without the
    thing itself."""
    found: dict[Thing, None] = {}
    for member in rank.members:
        match member:
            case Skill() | Tag():
                found[member] = None
            case Category(key):
                found |= {Skill(skill): None for skill, category in vocabulary.category_of.items() if category == key}
            case Kind(key):
                found |= {Tag(tag): None for tag, kind in vocabulary.kind_of.items() if kind == key}
            case EverySkill():
                found |= {Skill(skill): None for skill in vocabulary.category_of}
    return tuple(thing for thing in found if thing != rank.thing)


def groups(part: Part, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The categories and kinds of tags that a part rests on, the most frequent first; empty: facts, pay or all skills."""
    found = Counter(vocabulary.group(leaf) for leaf in _leaves(part))
    return tuple(group for group, _ in found.most_common() if group)


def _leaves(node: Part | Measure | Member | Side | None) -> Iterator[Thing | Member]:
    """The skills, categories, tags and facts that a part or thing names, what is measured before what is in brackets."""
    match node:
        case Difference(a, _, b, measure):
            below: tuple[Part | Measure | Member | Side | None, ...] = (measure, a, b)
        case Share(side, _, _, thing):
            below = (thing, side)
        case Paired(side, first, _, second):
            below = (first, second, side)
        case Rank(side, thing, members):
            below = (thing, *members, side)
        case AnyOf(things) | AllOf(things) | AtLeast(_, things):
            below = things
        case Number(members):
            below = members
        case Needed(_, thing) | Not(thing):
            below = (thing,)
        case Side(_, having):
            below = (having,)
        case Skill() | Category() | Tag() | Fact() | Kind() | EverySkill():
            yield node
            return
        case _:
            below = ()
    for one in below:
        yield from _leaves(one)
