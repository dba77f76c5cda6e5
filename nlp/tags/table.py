"""The tags (tags.csv), the phrases that stand for them (phrases.csv), and lists of words for both (words.csv).

A phrase is words with alternatives, "(large|big) (data sets|datasets)|big data"; an alternative may be empty, "{name}" stands
for a list, and a hyphen for itself or a space. ``before`` and ``after`` of a row name a list: one of its words must stand
before the phrase, or right after it. A row without a tag hides the others: what it matches says nothing.
"""

import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, get_args

Kind = Literal["duty", "lifecycle_stage", "use_case", "soft_skill", "background"]

_PART = re.compile(r"\([^()]*\)|[^\s()]+")


@dataclass(frozen=True)
class Tag:
    """A row of tags.csv."""

    kind: Kind
    tag: str
    """Its key."""
    name: str
    definition: str
    stage: str | None
    """Key of the stage of the life cycle that a duty belongs to; None: to none, or it is no duty."""


@dataclass(frozen=True)
class Phrase:
    """A row of phrases.csv."""

    tag: str
    """Key of its tag; "": it stands for none."""
    before: str
    """The list of which a word must stand before it; "": none need to."""
    forms: tuple[str, ...]
    after: str


def read_tags() -> tuple[Tag, ...]:
    """All tags in the order of the file. Raises ValueError where a kind or a stage is none, or a key comes twice."""
    rows = _rows("tags")
    tags = {row["tag"]: Tag(**{**row, "stage": row["stage"] or None}) for row in rows}  # type: ignore[arg-type]
    if len(tags) < len(rows):
        raise ValueError("tags.csv has a key twice")
    for tag in tags.values():
        if tag.kind not in get_args(Kind):
            raise ValueError(f"tags.csv: {tag.kind!r} is no kind of tag")
        if tag.stage and (tag.stage not in tags or tags[tag.stage].kind != "lifecycle_stage"):
            raise ValueError(f"tags.csv: {tag.stage!r} is no stage of the life cycle")
    return tuple(tags.values())


def read_words() -> dict[str, tuple[str, ...]]:
    """The words of each list."""
    return {row["list"]: tuple(row["words"].split("|")) for row in _rows("words")}


def read_phrases() -> tuple[Phrase, ...]:
    """All phrases with their forms. Raises ValueError where a tag or a list is not known."""
    words, known = read_words(), {"", *(tag.tag for tag in read_tags())}
    phrases = []
    for row in _rows("phrases"):
        if row["tag"] not in known:
            raise ValueError(f"phrases.csv: there is no tag {row['tag']!r}")
        if unknown := {row["before"], row["after"], *re.findall(r"\{(\w+)\}", row["phrase"])} - {"", *words}:
            raise ValueError(f"phrases.csv: there is no list {', '.join(sorted(unknown))} in words.csv")
        phrases.append(Phrase(row["tag"], row["before"], forms(row["phrase"], words), row["after"]))
    return tuple(phrases)


def forms(pattern: str, words: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Every phrase that a pattern stands for."""
    filled = re.sub(r"\{(\w+)\}", lambda match: f"({'|'.join(words[match[1]])})", pattern)
    # What stands in parentheses doesn't part the whole: hide its bars first.
    wholes = re.sub(r"\([^()]*\)", lambda match: match[0].replace("|", "\0"), filled).split("|")
    return tuple(dict.fromkeys(form for whole in wholes for form in _expand(whole)))


def _expand(whole: str) -> Iterator[str]:
    parts = [part.strip("()").split("\0") if part[0] == "(" else [part] for part in _PART.findall(whole)]
    for chosen in itertools.product(*parts):
        phrase = " ".join(part for part in chosen if part)
        first, *others = phrase.split("-")
        for joints in itertools.product("- ", repeat=len(others)):
            yield first + "".join(joint + other for joint, other in zip(joints, others, strict=True))


def _rows(name: str) -> list[dict[str, str]]:
    with files("nlp.tags").joinpath(f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
