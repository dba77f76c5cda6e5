"""The language of claims: one line of text as a test that the warehouse can settle.

    test    := part (";" part)*                             all parts must hold
    part    := side cmp side ":" measure                    two sides differ:         ML > AI: pytorch
             | side cmp N "%" ":" thing                     share of one side's ads:  AI > 50%: required python
             | side ":" measure cmp measure                 within the same ads:      AI: docker > category ml_method
             | side ":" thing "first" "of" members          rank among rivals:        AI+ML: python first of category language
             | role "+" role ":" "skills" "differ"          two roles' profiles:      AI+ML: skills differ
    cmp     := ">" | "<" | "="                              in a share ">=" and "<=" mean the same as ">" and "<"
    side    := role ("+" role)* ["[" thing "]"]             in brackets: only ads that have it
    role    := AI | ML | DS | FS | all | others             others: those of the four that the other side leaves
    thing   := terms joined by "|" (either) or, binding closer, "&" (both)
    term    := "!" term | "(" thing ")" | any(thing, …) | all(thing, …) | at_least(N, thing, …)
             | required term | preferred term               of skills: asked for so; else named at all
             | category KEY | tag KEY | fact NAME[=VALUE] | NAME
    measure := thing | number of members | mean years_min | log pay | skill diversity
    members := member | any(member, …)
    member  := skills | tags KIND | category KEY | tag KEY | NAME

A NAME is a skill, else a category, else a tag, in any case and with blanks for hyphens; quotes allow any sign
("ui/ux (web)") and keep a name from being read as a word of the language. ``str`` of a test is a test again, the same one.

"=" asks for equivalence, so it compares shares only. ``skills differ``: the Jensen–Shannon distance between the two
roles' skill profiles is beyond that between halves of one role. ``skill diversity``: the entropy of a side's skill
profile at equal numbers of ads, one figure for a side instead of one for an ad.

The test that ``parse`` gives is of the classes in tree.py; contents.py says which ads have what.
"""

import re
from collections.abc import Mapping
from difflib import get_close_matches

from warehouse.claims.tokens import ClaimError as ClaimError
from warehouse.claims.tokens import Token, Tokens, short
from warehouse.claims.tree import (
    ROLES,
    AllOf,
    AnyOf,
    AtLeast,
    Category,
    Difference,
    Distance,
    Diversity,
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
    Test,
    Thing,
)
from warehouse.claims.vocabulary import FACTS, Vocabulary, plain

MAX_CHARS = 2_000
MAX_NESTING = 20


def parse(text: str, vocabulary: Vocabulary) -> Test:
    """The test that a line states. Raises ClaimError where it is none."""
    if len(text) > MAX_CHARS:
        raise ClaimError(f"A test may have {MAX_CHARS:,} characters; this one has {len(text):,}")
    return _Reader(text, vocabulary).test()


_SIDES = {**{name.casefold(): (key,) for name, key in ROLES.items()}, "all": (*ROLES.values(),), "others": ("others",)}


class _Reader(Tokens):
    """Reads a test from left to right, each token once."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        super().__init__(text)
        self._vocabulary = vocabulary
        self._depth = 0

    # parts

    def test(self) -> Test:
        parts = [self._part()]
        while self.take(";"):
            if self.peek().kind == "end":
                break
            parts.append(self._part())
        if self.peek().kind != "end":
            raise self.error('";" or the end; names with such signs go in quotes')
        return Test(tuple(parts))

    def _part(self) -> Part:
        start = self.peek()
        roles, having = self._side()
        if self.take(":"):
            if self.take("skills", "differ"):
                if having or len(roles) != 2 or "others" in roles:
                    raise self.error('two roles, as in "AI+ML: skills differ"', at=start)
                return Distance(Side(roles[:1]), Side(roles[1:]))
            return self._about_one(self._alone(roles, having, start))
        sign = self._sign(share=self.peek(1).text[:1].isdigit())
        if self.peek().text[:1].isdigit():
            side = self._alone(roles, having, start)
            percent = self._percent()
            self.expect(":")
            return Share(side, sign, percent, self._thing())
        other = self.peek()
        other_roles, other_having = self._side()
        a, b = self._sides(Side(roles, having), Side(other_roles, other_having), other)
        self.expect(":")
        measure_at = self.peek()
        measure = self._measure()
        if sign == "=" and isinstance(measure, Number | Mean | LogPay | Diversity):
            raise self.error('a thing that ads have or lack ("=" compares shares)', at=measure_at)
        return Difference(a, sign, b, measure)

    def _about_one(self, side: Side) -> Part:
        first = self._measure()
        if isinstance(first, Mean | LogPay | Diversity):
            raise self.error('a second side: "AI > ML: ' + str(first) + '"')
        if not isinstance(first, Number) and self.take("first", "of"):
            return Rank(side, first, self._members())
        sign = self._sign(share=False, others=' or "first of"')
        second_at = self.peek()
        second = self._measure()
        if isinstance(second, Mean | LogPay | Diversity) or isinstance(first, Number) != isinstance(second, Number):
            raise self.error("a measure of the same sort on both sides of the sign", at=second_at)
        if sign == "=" and isinstance(first, Number):
            raise self.error('things that ads have or lack ("=" compares shares)', at=second_at)
        return Paired(side, first, sign, second)

    def _sign(self, share: bool, others: str = "") -> str:
        for sign in ("<", ">", "="):
            if self.take(sign) or (share and sign != "=" and self.take(f"{sign}=")):
                return sign
        raise self.error('">", "<" or "="' + (others or ("" if share else ' (or ":")')))

    def _percent(self) -> float:
        token = self.peek()
        if not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", token.text, re.ASCII) or float(token.text) > 100:
            raise self.error("a number from 0 to 100")
        self.skip()
        self.expect("%")
        return float(token.text)

    # sides

    def _side(self) -> tuple[tuple[str, ...], Thing | None]:
        """Roles, of which "others" is yet to be told, and the thing in brackets."""
        roles: list[str] = []
        while not roles or self.take("+"):
            token = self.peek()
            word = token.text.casefold()
            if token.kind != "word" or word not in _SIDES:
                raise self.error(f"a role ({', '.join([*ROLES, 'all', 'others'])})")
            if {*_SIDES[word]} & {*roles} or (roles and "others" in (word, roles[0])):
                raise self.error("each role once")
            roles += _SIDES[word]
            self.skip()
        having = None
        if self.take("["):
            having = self._thing()
            self.expect("]")
        return tuple(roles), having

    def _alone(self, roles: tuple[str, ...], having: Thing | None, at: Token) -> Side:
        if "others" in roles:
            raise self.error('the roles themselves ("others" needs another side)', at=at)
        return Side(roles, having)

    def _sides(self, a: Side, b: Side, at: Token) -> tuple[Side, Side]:
        """The two sides with "others" filled in."""
        rest_of_a, rest_of_b = (tuple(role for role in ROLES.values() if role not in side.roles) for side in (a, b))
        if not rest_of_a or not rest_of_b or a.roles == b.roles == ("others",):
            raise self.error("a side that leaves others", at=at)
        if "others" in a.roles:
            a = Side(rest_of_b, a.having)
        if "others" in b.roles:
            b = Side(rest_of_a, b.having)
        apart = a.having and b.having and a.having != b.having
        if {*a.roles} & {*b.roles} and not apart:
            raise self.error("another role than on the other side, or brackets on both that tell the ads apart", at=at)
        return a, b

    # measures and things

    def _measure(self) -> Measure:
        if self.take("number", "of"):
            return Number(self._members())
        if self.take("mean", "years_min"):
            return Mean("years_min")
        if self.take("log", "pay"):
            return LogPay()
        if self.take("skill", "diversity"):
            return Diversity()
        return self._thing()

    def _members(self) -> tuple[Member, ...]:
        if self.take("any", "("):
            members = [self._member()]
            while self.take(","):
                members.append(self._member())
            self.expect(")")
            return tuple(members)
        return (self._member(),)

    def _member(self) -> Member:
        if self.take("tags"):
            return Kind(self._name("a kind of tags", self._vocabulary.kinds))
        if self.sees("skills") and self.peek(1).kind != "word":
            self.skip()
            return EverySkill()
        start = self.peek()
        thing = self._named()
        if not isinstance(thing, Skill | Category | Tag):
            raise self.error("skills, tags of a kind, a category, a tag or a skill, or any(…) of them", at=start)
        return thing

    def _thing(self) -> Thing:
        either = [self._both()]
        while self.take("|"):
            either.append(self._both())
        return either[0] if len(either) == 1 else AnyOf(tuple(dict.fromkeys(either)))

    def _both(self) -> Thing:
        both = [self._term()]
        while self.take("&"):
            both.append(self._term())
        return both[0] if len(both) == 1 else AllOf(tuple(dict.fromkeys(both)))

    def _term(self) -> Thing:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise self.error(f"at most {MAX_NESTING} levels of brackets and signs")
        thing = self._one()
        self._depth -= 1
        return thing

    def _one(self) -> Thing:
        if self.take("!"):
            return Not(self._term())
        if self.take("("):
            thing = self._thing()
            self.expect(")")
            return thing
        for need in ("required", "preferred"):
            if self.take(need):
                start = self.peek()
                asked = self._term()
                if not _only_skills(asked):
                    raise self.error(f'skills or categories, or any(…) of them, after "{need}"', at=start)
                return Needed(need, asked)
        for word, kind in (("any", AnyOf), ("all", AllOf)):
            if self.take(word, "("):
                return kind(self._things())
        if self.take("at_least", "("):
            start = self.peek()
            if not re.fullmatch(r"\d{1,3}", start.text, re.ASCII):
                raise self.error("a number")
            self.skip()
            self.expect(",")
            things = self._things()
            if not 1 <= int(start.text) <= len(things):
                raise self.error(f"a number from 1 to {len(things)}, as many as there are things", at=start)
            return AtLeast(int(start.text), things)
        return self._named()

    def _things(self) -> tuple[Thing, ...]:
        """Things up to the closing bracket; the opening one is taken."""
        things = [self._thing()]
        while self.take(","):
            things.append(self._thing())
        self.expect(")")
        return tuple(dict.fromkeys(things))

    def _named(self) -> Thing:
        if self.take("category"):
            return Category(self._name("a category", self._vocabulary.categories))
        if self.take("tag"):
            return Tag(self._name("a tag", self._vocabulary.tags))
        if self.take("fact"):
            return self._fact()
        v = self._vocabulary
        for kind, names in ((Skill, v.skills), (Category, v.categories), (Tag, v.tags)):
            key = self._known(names)
            if key:
                return kind(key)
        raise self.error("the name of a skill, category or tag", self._near({**v.tags, **v.categories, **v.skills}))

    def _fact(self) -> Fact:
        name = self._name("a fact", {plain(name): name for name in FACTS})
        values = FACTS[name][1]
        if not values:
            return Fact(name)
        self.expect("=")
        return Fact(name, self._name(f"{name} as {', '.join(values)}", {plain(value): value for value in values}))

    def _name(self, expected: str, names: Mapping[str, str]) -> str:
        key = self._known(names)
        if not key:
            raise self.error(expected, self._near(names))
        return key

    def _known(self, names: Mapping[str, str]) -> str | None:
        """The key of the name that comes next, which is then taken; None: it is not among the names."""
        words, name = self.name()
        key = names.get(plain(name)) if name else None
        self.skip(words if key else 0)
        return key

    def _near(self, names: Mapping[str, str]) -> list[str]:
        """The keys that the next name may have meant."""
        near = get_close_matches(plain(short(self.name()[1])), names, 5)
        return list(dict.fromkeys(names[name] for name in near))[:3]


def _only_skills(thing: Thing) -> bool:
    match thing:
        case Skill() | Category():
            return True
        case AnyOf(things) | AllOf(things) | AtLeast(_, things):
            return all(map(_only_skills, things))
    return False
