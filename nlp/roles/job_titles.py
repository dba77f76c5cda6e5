"""Which lines of an ad begin with a job title, by the words of title_words.csv and the shape of the line."""

import csv
import re
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from nlp.roles.features import Batch, Words, word_ids

_LONGEST = 14
"""Tokens of a title, at most."""
_MOST_CHARACTERS = 120


def _title_words() -> dict[str, frozenset[str]]:
    """The words of title_words.csv by kind: nouns that name a ``job``, of those the ones that stand ``before`` a field
    ("Head Marketing"), what may come ``after`` them, ``level``s, words that ``never`` stand in a title; verbs that look
    like a noun at its start ("Lead the …"); ``small`` words, written so in titles too."""
    kinds: dict[str, frozenset[str]] = {}
    for row in csv.DictReader((files("nlp.roles") / "title_words.csv").read_text(encoding="utf-8").splitlines()):
        kinds[row["kind"]] = kinds.get(row["kind"], frozenset()) | frozenset(row["words"].split())
    return kinds


_KINDS = _title_words()
_JOB, _BEFORE, _NEVER, _SMALL = (_KINDS[kind] for kind in ("job", "before", "never", "small"))
_AFTER = _KINDS["after"] | frozenset(",/&+*-–")
_JOB_IDS, _BEFORE_IDS, _NEVER_IDS = (Words(word_ids(words)) for words in (_JOB, _BEFORE, _NEVER))
_START_IDS = Words(word_ids([*"•*·▪●>=+/-–—.:)]12345", "\n", "\n\n"]))
_END_IDS = Words(word_ids([*_AFTER, *":;.([|→—•", "\n", "\n\n", "http", "https", "www"]))

_STOP = re.compile(r"(?P<inside>\([^()]{0,60}\))|[:|→•\[(]| (?:[-–—=]{1,2}>?|\*|//)(?= |$)|—|[,;]? ?(?:https?:|www\.)")
_CLOSED = re.compile(r"[^()]{1,120}\([^()]{0,60}\)(?= \w)")
_DASH = re.compile(r" [-–—] ")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]")
_WORD = re.compile(r"[^\W_]+[+#]*")
_BRACKETS = re.compile(r"\([^()]*\)")
_EDGE = " *.;,"


def title_tokens(tokens: Batch) -> NDArray[np.intp]:
    """Places of the tokens that may be the job noun of a title at the start of a line or after a mark: all of those,
    and few others. A closer look at every line of every ad would cost a tenth of its reading."""
    job = np.flatnonzero(_JOB_IDS.hold(tokens.ids))
    last = np.isin(job + 1, tokens.bounds)
    job = job[last | _END_IDS.hold(tokens.ids[np.where(last, job, job + 1)]) | _BEFORE_IDS.hold(tokens.ids[job])]
    before = job[:, None] - np.arange(1, _LONGEST + 1)
    first = tokens.bounds[np.searchsorted(tokens.bounds, job, side="right") - 1][:, None]
    ids = tokens.ids[np.maximum(before, first)].ravel()
    starts = _START_IDS.hold(ids).reshape(before.shape) | (before < first)
    never = _NEVER_IDS.hold(ids).reshape(before.shape) & ~np.logical_or.accumulate(starts, axis=1)
    return job[starts.any(axis=1) & ~never.any(axis=1)]


def title_at(line: str, start: int, *, field: bool = True) -> str | None:
    """The job title that begins at an offset of a line, as written; None: none does.

    It ends at a colon, a bar, a dash between spaces, an open bracket or an address. With ``field``, what stands behind
    the dash belongs to it where it is written as a title is ("Engineer - Data Platform")."""
    end = _end(line, start)
    if (closed := _CLOSED.match(line, start, end)) and is_title(closed[0]):
        return closed[0].strip(_EDGE)
    if not is_title(line[start:end]):
        return None
    if field and _DASH.match(line, end):
        further = _end(line, end + 3)
        words = _TOKEN.findall(line[end + 3 : further])
        plain = not any(word.isdigit() or word.lower() in _NEVER for word in words)
        if 0 < len(words) <= _LONGEST // 2 and plain and is_capitalised(line[end + 3 : further]):
            end = further
    return line[start:end].strip(_EDGE)


def _end(line: str, start: int) -> int:
    most = min(len(line), start + _MOST_CHARACTERS)
    return next((stop.start() for stop in _STOP.finditer(line, start, most) if not stop["inside"]), most)


def is_title(words: str) -> bool:
    """Whether the words, without those in brackets, are a job title and no more."""
    written = _TOKEN.findall(_BRACKETS.sub(" ", words[:_MOST_CHARACTERS]).strip(_EDGE))
    found = [word.lower() for word in written]
    if not 0 < len(found) <= _LONGEST or found[0] in _SMALL or not _NEVER.isdisjoint(found):
        return False
    if not {"a", "an", "the"}.isdisjoint(written):
        return False
    if found[0] in _KINDS["verb"] and written[1:] and written[1].islower() and found[1] not in ("of", "ios"):
        return False
    for i, (word, after) in enumerate(zip(found, [*found[1:], "*"], strict=True)):
        verb = i == 0 and after in ("and", "or", "in", "for")  # "Architect and build …"
        if word in _BEFORE or (word in _JOB and after in _AFTER and not verb):
            return True
    return False


def is_capitalised(title: str) -> bool:
    """Whether all words but the small ones have a capital, those in brackets left aside."""
    return all(not word.islower() or word in _SMALL for word in _TOKEN.findall(_BRACKETS.sub(" ", title)))


def job_words(title: str, *, brackets: bool = False, level: bool = False) -> frozenset[str]:
    """The words that tell one job from another: lower case, in the singular, without those in ``brackets`` and of a
    ``level``."""
    words = _WORD.findall((title if brackets else _BRACKETS.sub(" ", title)).lower())
    return frozenset(word.removesuffix("s") for word in words if level or word not in _KINDS["level"])


def n_jobs(titles: Sequence[str], *, brackets: bool = False, level: bool = False) -> int:
    """How many different jobs the titles name."""
    return len({job_words(title, brackets=brackets, level=level) for title in titles})
