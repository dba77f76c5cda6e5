"""What a test of a claim says, as a tree of small frozen classes; ``str`` writes it in the language again."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ROLES: Mapping[str, str] = {
    "AI": "ai_engineer",
    "ML": "ml_engineer",
    "DS": "data_scientist",
    "FS": "full_stack_engineer",
}
"""Roles by the name that a test gives them."""


@dataclass(frozen=True)
class Skill:
    """Ads that name a skill."""

    key: str

    def __str__(self) -> str:
        return _quoted(self.key)


@dataclass(frozen=True)
class Category:
    """Ads that name some skill of a category."""

    key: str

    def __str__(self) -> str:
        return f"category {_quoted(self.key)}"


@dataclass(frozen=True)
class Tag:
    """Ads that show a tag: a duty, stage, use case, soft skill or background."""

    key: str

    def __str__(self) -> str:
        return f"tag {_quoted(self.key)}"


@dataclass(frozen=True)
class Fact:
    """Ads of which a fact of FACTS holds; value is None where the fact takes none."""

    name: str
    value: str | None = None

    def __str__(self) -> str:
        return f"fact {self.name}" + (f"={_quoted(self.value)}" if self.value else "")


@dataclass(frozen=True)
class Needed:
    """Ads that require (or prefer) what the thing, made of skills and categories alone, names."""

    need: str
    thing: "Thing"

    def __str__(self) -> str:
        return f"{self.need} {self.thing}"


@dataclass(frozen=True)
class Not:
    """All other ads."""

    thing: "Thing"

    def __str__(self) -> str:
        return f"!{self.thing}"


@dataclass(frozen=True)
class AnyOf:
    """Ads that have one of the things."""

    things: tuple["Thing", ...]

    def __str__(self) -> str:
        return f"any({_listed(self.things)})"


@dataclass(frozen=True)
class AllOf:
    """Ads that have every one of the things."""

    things: tuple["Thing", ...]

    def __str__(self) -> str:
        return f"all({_listed(self.things)})"


@dataclass(frozen=True)
class AtLeast:
    """Ads that have at least n of the things."""

    n: int
    things: tuple["Thing", ...]

    def __str__(self) -> str:
        return f"at_least({self.n}, {_listed(self.things)})"


Thing = Skill | Category | Tag | Fact | Needed | Not | AnyOf | AllOf | AtLeast


@dataclass(frozen=True)
class EverySkill:
    """All skills, to be counted."""

    def __str__(self) -> str:
        return "skills"


@dataclass(frozen=True)
class Kind:
    """All tags of a kind, to be counted."""

    key: str

    def __str__(self) -> str:
        return f"tags {_quoted(self.key)}"


Member = Skill | Category | Tag | EverySkill | Kind


@dataclass(frozen=True)
class Number:
    """How many different skills and tags of the members an ad has; 0 for an ad that ``values_sql`` does not give."""

    members: tuple[Member, ...]

    def __str__(self) -> str:
        return f"number of {_members(self.members)}"


@dataclass(frozen=True)
class Mean:
    """Mean of a number that ads state; those that state none are left out."""

    fact: str

    def __str__(self) -> str:
        return f"mean {self.fact}"


@dataclass(frozen=True)
class LogPay:
    """Natural logarithm of the middle of the yearly pay in US dollars; ads that state none are left out."""

    def __str__(self) -> str:
        return "log pay"


@dataclass(frozen=True)
class Diversity:
    """Entropy of a side's skill profile at equal numbers of ads: a figure of the side, not of an ad."""

    def __str__(self) -> str:
        return "skill diversity"


Measure = Thing | Number | Mean | LogPay | Diversity


@dataclass(frozen=True)
class Side:
    """Openings of the roles (keys as in opening.role), those alone that have the thing, if there is one."""

    roles: tuple[str, ...]
    having: Thing | None = None

    def __str__(self) -> str:
        short = {key: name for name, key in ROLES.items()}
        return "+".join(short[role] for role in self.roles) + (f"[{self.having}]" if self.having else "")


@dataclass(frozen=True)
class Difference:
    """a has more (>), less (<) or as much (=) of the measure as b. The sides have no role in common, or else a thing
    in brackets each; an opening that is on both then counts on neither."""

    a: Side
    sign: str
    b: Side
    measure: Measure

    def __str__(self) -> str:
        return f"{self.a} {self.sign} {self.b}: {self.measure}"


@dataclass(frozen=True)
class Share:
    """More (>) or less (<) than so many per cent of a side's ads have the thing, or as many (=)."""

    side: Side
    sign: str
    percent: float
    thing: Thing

    def __str__(self) -> str:
        return f"{self.side} {self.sign} {self.percent:g}%: {self.thing}"


@dataclass(frozen=True)
class Paired:
    """In the ads of one side the first measure is more (>), less (<) or as much (=) as the second. Both are things, or
    both are numbers."""

    side: Side
    first: Measure
    sign: str
    second: Measure

    def __str__(self) -> str:
        return f"{self.side}: {self.first} {self.sign} {self.second}"


@dataclass(frozen=True)
class Rank:
    """More of a side's ads have the thing than have any other of the members (``rivals`` lists them)."""

    side: Side
    thing: Thing
    members: tuple[Member, ...]

    def __str__(self) -> str:
        return f"{self.side}: {self.thing} first of {_members(self.members)}"


@dataclass(frozen=True)
class Distance:
    """The skill profiles of two roles differ."""

    a: Side
    b: Side

    def __str__(self) -> str:
        return f"{self.a}+{self.b}: skills differ"


Part = Difference | Share | Paired | Rank | Distance


@dataclass(frozen=True)
class Test:
    """What must hold for a claim to be true: every part."""

    __test__ = False  # pytest takes classes of this name for its own

    parts: tuple[Part, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))


def _listed(things: Iterable[object]) -> str:
    return ", ".join(map(str, things))


def _members(members: tuple[Member, ...]) -> str:
    return str(members[0]) if len(members) == 1 else f"any({_listed(members)})"


def _quoted(name: str) -> str:
    return name if re.fullmatch("[a-z0-9][a-z0-9_.-]*", name) and name not in _WORDS else f'"{name}"'


_WORDS = frozenset(
    "all any at_least category fact first log mean number preferred required skill skills tag tags".split()
)
