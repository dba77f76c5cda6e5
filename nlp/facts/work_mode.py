"""Where the work is done: remote, hybrid or on site."""

import re

from nlp.facts.context import Ad, find
from nlp.facts.patterns import any_of, named

_EVIDENCE = re.compile(rf"(?<![a-z])(?:{named('work_mode', 'onsite', 'hybrid', 'remote')})")
_TITLE = re.compile(
    r"(?P<hybrid>\bhybrid\w*|\bh[íi]brido)|(?P<remote>\bremot[eo]\b(?! sens)|work from home|\bwfh\b|teletrabajo|telecommute)|(?P<onsite>\bon-?site\b|in[- ]office|in[- ]person)"
)
_NOT = re.compile(rf"\b{any_of('work_mode', 'others')}[\w ,]{{0,20}}$")


def read_work_mode(title: str, location: str | None, ad: Ad) -> tuple[str, int | None, int | None]:
    """Mode and the span in the text that states it; no span where the title or the place says it."""
    votes: dict[str, tuple[int, int]] = {}
    for match in find(_EVIDENCE, ad.low, ad.anchors("work_mode"), 60, 90):
        kind = match.lastgroup
        if kind is None or (kind != "onsite" and _NOT.search(ad.low, max(0, match.start() - 60), match.start())):
            continue
        votes.setdefault(kind, match.span())
    text = _decide(votes)
    stated = _of_words(title) or _of_words(location or "")
    if stated and stated != text:
        if text in votes and stated == "remote" and text == "hybrid" and "#li" in ad.low[slice(*votes["hybrid"])]:
            return text, *votes[text]
        span = votes.get(stated)
        return (stated, *span) if span else (stated, None, None)
    return (text, *votes[text]) if text in votes else (text, None, None)


def _of_words(words: str) -> str | None:
    kinds = {match.lastgroup for match in _TITLE.finditer(words.lower())}
    if not kinds:
        return None
    return kinds.pop() if len(kinds) == 1 else "hybrid"


def _decide(votes: dict[str, tuple[int, int]]) -> str:
    if not votes:
        return "unstated"
    if "hybrid" in votes:
        return "hybrid"
    if len(votes) == 2:
        return min(votes, key=lambda kind: votes[kind][0])
    return next(iter(votes))
