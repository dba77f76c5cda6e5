"""Seniority of a job: by its title, then by its text."""

import csv
import re
from functools import cache
from importlib.resources import files
from itertools import pairwise

from nlp.facts.context import Ad, find

_ORDER = ("intern", "junior", "mid", "senior", "lead", "manager")
_JOB = (
    r"(?:[\w/&+#.-]+ ){0,5}?(?:engineer|developer|scientist|analyst|architect|programmer|consultant|researcher|specialist|manager|designer|administrator|professional"
    r"|entwickler|ingenieur|développeu|ingénieur|desarrollador|sviluppatore|ontwikkelaar|desenvolvedor)"
)
_WORD = r"(?P<word>senior|sr\.?|junior|jr\.?|mid|medior|intermediate|entry|lead|principal|staff)"
_WORDS = ("senior", "sr", "junior", "jr", "mid", "medior", "intermediate", "entry", "lead", "principal", "staff")
_LEVELLED_JOB = re.compile(rf"(?<![a-z]){_WORD}(?:[- ]level|[- ]career)?[ ,]+{_JOB}")
_SOUGHT = re.compile(
    r"(?:looking for|seeking|search(?:ing)? for|hiring|recruiting|need|recherchons|suchen|\bas|\bfor|join us as|role:|position:|title:|job:|cerchiamo|zoeken|buscamos)"
    r" (?:(?:an?|our|the|your|new|some|is|un|une|een|einen?|una|for|\d|to hire) ){0,2}(?:(?:talented|motivated|experienced|highly|skilled|passionate"
    r"|driven|strong|dynamic|hands-on|innovative|exceptional|creative|detail-oriented|remote|full[- ]time),? ){0,3}$"
)
_FIELD = re.compile(
    rf"(?:seniority|experience|career|job|position|role|professional)?[ -]?level(?: of experience)? ?(?:\(s\))?[:\s–-]{{1,4}}(?:is )?{_WORD}(?![a-z])(?! ?(?:/|,|to|or|-) ?(?:senior|mid|lead|junior))"
)
_LEVEL_WORD = re.compile(
    r"(?<![a-z])(?P<word>mid|senior|junior|entry)[- ](?:to[- ])?level (?:position|role|opportunity|engineer|developer|scientist|analyst|software|full|data|machine|ai|individual|contributor|talent)"
)
_NEW = re.compile(
    r"\bfreshers?\b(?! (?:look|air|food|ideas))|recent (?:college |university )?grad(?:uate)?s?\b|new grad(?:uate)?s?\b|entry[- ]level|early[- ]career|young graduate|jeunes? diplômé|berufseinsteiger|neolaureat"
    r"|(?<![\d.])0 ?(?:-|–|to) ?[12] (?:years?|yrs?)"
)
_NEWCOMERS = ("fresher", "grad", "entry", "early", "jeune", "berufseinst", "neolaur", "0-", "0–", "0 ")
_OTHERS = re.compile(
    r"(?:report|mentor|coach|support|manag|supervis|guid|train|work|collaborat|assist|help|teach|lead|alongside|with|other|both|for|like|from|and|non-|all|not an?|to)\w* (?:[\w,]+ ){0,4}$"
)


def read_seniority(title: str, ad: Ad) -> tuple[str, str | None]:
    """Level and where it is from ("title", "text"; None when unstated). Several levels offered are unstated."""
    level = by_title(title)
    if level is not None:
        return level, "title" if level != "unstated" else None
    level = _by_text(ad)
    return (level, "text") if level else ("unstated", None)


def by_title(title: str) -> str | None:
    """Level in a title; "unstated" where it offers several, None where it names none."""
    low = title.lower()
    found = []
    for match in _phrases().finditer(low):
        level = _levels()[match.group().rstrip(".")]
        is_word = match.group() != "i" or title[match.start() : match.end()] == "I"
        if level and is_word and not _is_other_sense(match.group(), low, match.start(), match.end()):
            found.append((level, match.start(), match.end()))
    levels = {level for level, _, _ in found}
    if not levels:
        return None
    if "intern" in levels:
        return "intern"
    if "manager" in levels:
        above = min((start for level, start, _ in found if level == "manager"))
        return _ranked(levels - {"manager"}) if _assistant_vp(low, above) and len(levels) > 1 else "manager"
    return _offered(low, found) or _ranked(levels)


def _offered(low: str, found: list[tuple[str, int, int]]) -> str | None:
    """The level of "junior/senior" (unstated) or "mid/senior" (mid); None where levels are not alternatives."""
    for (level, _, end), (after, start, _) in pairwise(found):
        between = low[end:start].strip(" .")
        if level != after and between in ("/", "or", "to", "-", "–", "&", "and", "|", ",", "/ "):
            low_level, high_level = sorted((_ORDER.index(level), _ORDER.index(after)))
            are_neighbours = high_level - low_level == 1 and len(found) == 2 and "lead" not in (level, after)
            return _ORDER[low_level] if are_neighbours else "unstated"
    return None


def _ranked(levels: set[str]) -> str:
    return max(levels, key=_ORDER.index)


def _assistant_vp(low: str, at: int) -> bool:
    """True for bank titles (VP, AVP) that say little about leading people where another level stands beside them."""
    return re.match(r"[as]?vp\b|(?:assistant |associate )?vice president", low[at:]) is not None


def _is_other_sense(word: str, low: str, start: int, end: int) -> bool:
    """True where a level word is something else in this title."""
    after = low[end : end + 14]
    if word == "i":
        return low[end : end + 1] in ("/", "&") or low[max(0, start - 3) : start].strip() in ("&", "a", "+")
    if word in ("associate", "graduate", "grad"):
        others = ("director", "vice", "vp", "professor", "school", "partner", "principal", "studies", "manager")
        return after.lstrip().startswith(others) or (word == "associate" and re.match(r" [a-z]", after) is None)
    if word == "head":
        return not re.match(r"\s*(?:of|,|-|–|$)", after)
    if word == "lead":
        return after.startswith(("s ", "ing"))
    if word == "stage":
        return not (start == 0 or low[:start].rstrip().endswith(("-", "–", "|", "(", "de")))
    if word in ("vie", "mid"):
        return after.startswith(("-market", " market", "west", "-size"))
    return False


def _by_text(ad: Ad) -> str | None:
    low = ad.low
    said = set()
    for match in find(_LEVELLED_JOB, low, ad.present(_WORDS), 0, 90):
        before = low[max(0, match.start() - 90) : match.start()]
        sought = _SOUGHT.search(before)
        if sought and not _OTHERS.search(before[: sought.start()]):
            said.add(_level(match["word"]))
    said |= {_level(match["word"]) for match in find(_FIELD, low, ad.present(("level",)), 16, 40)}
    said |= {
        _level(match["word"])
        for match in find(_LEVEL_WORD, low, ad.present(("level ",)), 16, 40)
        if not _names_others(low, match.start())
    }
    if len(said) == 1:
        return said.pop()
    if said:
        return None
    new = next(find(_NEW, low, _NEWCOMERS, 8, 40), None)
    return "junior" if new and not _names_others(low, new.start()) else None


def _names_others(low: str, at: int) -> bool:
    """True where the words before speak of other people ("mentor junior engineers")."""
    return _OTHERS.search(low, max(0, at - 50), at) is not None


def _level(word: str) -> str:
    return _levels()["mid" if word == "mid" else "entry level" if word == "entry" else word.rstrip(".")]


@cache
def _levels() -> dict[str, str]:
    lines = files("nlp.facts").joinpath("seniority.csv").read_text(encoding="utf-8").splitlines()
    return {row["words"]: row["level"] for row in csv.DictReader(lines)}


@cache
def _phrases() -> re.Pattern[str]:
    """Every phrase of the table, longest first, as whole words."""
    words = sorted(_levels(), key=len, reverse=True)
    return re.compile(rf"(?<![\w+#&-])(?<!\.)(?:{'|'.join(map(re.escape, words))})(?![\w+#-])")
