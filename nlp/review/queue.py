"""Which ads a person should label, in which order, and what of an ad is shown for it."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import duckdb

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Passage:
    """A stretch of an ad's text; ``kind`` and ``heading`` as in job_posting_section, None outside of known sections."""

    text: str
    kind: str | None
    heading: str | None


@dataclass(frozen=True)
class ReviewAd:
    """An ad as it is shown: every text is free of control characters. None: not stated, or not known."""

    content_hash: str
    title: str
    hiring_organization: str | None
    job_location: str | None
    language: str | None
    posted_on: date | None
    role: str
    """The present label."""
    adjacent: str | None
    secondary_role: str | None
    both: tuple[float, ...]
    """Probabilities in the order of ROLES, by title and text; ``by_title``, ``by_text``: by one alone, None where that
    one says nothing."""
    by_title: tuple[float, ...] | None
    by_text: tuple[float, ...] | None
    passages: tuple[Passage, ...]


def review_queue(
    con: duckdb.DuckDBPyConnection, reviewed: Collection[str], n: int, role: str | None = None, seed: int | None = None
) -> list[str]:
    """The content_hash of at most ``n`` openings to be labelled, the one that the current labels are least sure of first.

    ``reviewed`` are contents whose openings are left out; so are those of which there is a snippet only, and those whose
    role is not ``role`` (None: any). With ``seed`` they are a plain random sample, in an order that stays the same while
    ads are reviewed or come in: what is labelled over several evenings is a random sample too.
    """
    rows = con.execute(
        """
        with reviewed_opening as (
            select cluster_id from job_posting where content_hash in (select unnest($reviewed::varchar[]))
        ),

        waiting as (
            select distinct
                o.content_hash,
                greatest(r.p_ai_engineer, r.p_ml_engineer, r.p_data_scientist, r.p_full_stack_engineer, r.p_other) as sureness
            from opening() as o
            join job_posting_role as r on r.content_hash = o.content_hash
            join label_version as v on v.model_version = r.model_version and v.is_current
            where ($role::varchar is null or o.role = $role) and o.cluster_id not in (select cluster_id from reviewed_opening)
        )

        select content_hash
        from waiting
        order by
            case when $seed::bigint is null then sureness end,
            case when $seed::bigint is null then content_hash else md5($seed::varchar || ' ' || content_hash) end
        limit $n
        """,
        {"reviewed": list(reviewed), "role": role, "seed": seed, "n": n},
    ).fetchall()
    return [content_hash for (content_hash,) in rows]


def review_ad(con: duckdb.DuckDBPyConnection, content_hash: str) -> ReviewAd:
    """An ad of ``review_queue``, with employer, place and date of its first-seen posting."""
    (row,) = con.execute(
        """
        select
            p.title, p.hiring_organization, p.job_location, p.language, p.posted_on, p.description,
            r.role, r.adjacent, r.secondary_role,
            [r.p_ai_engineer, r.p_ml_engineer, r.p_data_scientist, r.p_full_stack_engineer, r.p_other],
            [r.p_title_ai_engineer, r.p_title_ml_engineer, r.p_title_data_scientist, r.p_title_full_stack_engineer, r.p_title_other],
            [r.p_text_ai_engineer, r.p_text_ml_engineer, r.p_text_data_scientist, r.p_text_full_stack_engineer, r.p_text_other]
        from posting as p
        join job_posting_role as r on r.content_hash = p.content_hash
        join label_version as v on v.model_version = r.model_version and v.is_current
        where p.content_hash = ? and p.full_text
        order by p.first_seen_at, p.posting_id
        limit 1
        """,
        [content_hash],
    ).fetchall()
    title, employer, place, language, posted_on, text, role, adjacent, second, both, by_title, by_text = row
    sections = con.execute(
        "select kind, start_char, end_char, heading from job_posting_section where content_hash = ? order by start_char",
        [content_hash],
    ).fetchall()
    return ReviewAd(
        content_hash=content_hash,
        title=_line(title) or "",
        hiring_organization=_line(employer),
        job_location=_line(place),
        language=language,
        posted_on=posted_on,
        role=role,
        adjacent=adjacent,
        secondary_role=second,
        both=tuple(both),
        by_title=None if None in by_title else tuple(by_title),
        by_text=None if None in by_text else tuple(by_text),
        passages=_passages(text, sections),
    )


def _passages(text: str, sections: list[tuple[str, int, int, str | None]]) -> tuple[Passage, ...]:
    """The whole text, cut where sections begin and end; passages without a word are left out."""
    passages, at = [], 0
    for kind, start, end, heading in [*sections, (None, len(text), len(text), None)]:
        passages += [Passage(plain(text[at:start]), None, None), Passage(plain(text[start:end]), kind, _line(heading))]
        at = end
    return tuple(passage for passage in passages if passage.text)


def plain(text: str) -> str:
    """The text without anything that could steer a terminal: only printable characters, single spaces for other white
    space, line feeds with at most one empty line between."""
    kept = (c if c.isprintable() or c == "\n" else " " if c.isspace() else "" for c in text)
    return _BLANK_LINES.sub("\n\n", "".join(kept)).strip()


def _line(text: str | None) -> str | None:
    """The text as one line; None where nothing is left of it."""
    return " ".join(plain(text).split()) or None if text is not None else None
