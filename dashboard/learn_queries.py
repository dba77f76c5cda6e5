"""What one's skills cover of a role's openings, and what one would learn next; and the skills that a text names."""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from dashboard.snapshot import changed_at, connection, database
from warehouse.inference.clustered import mean
from warehouse.learning_path.openings import Required, required
from warehouse.learning_path.steps import LearningPath, learning_path

if TYPE_CHECKING:
    from spacy.language import Language

MOST_CHARACTERS = 50_000
"""Longest text that is read."""
N_NEXT, N_ASKED, _N_MATCHES = 12, 6, 200


@st.cache_resource(max_entries=12, show_spinner=False)
def _required(snapshot: Path, role: str, country: str | None) -> Required:
    """What a role's openings require: a resource, as its arrays are only read and copies would take longer than answers."""
    with connection(snapshot).cursor() as con:
        return required(con, role, country)


@st.cache_data(max_entries=60, show_spinner=False)
def countries(snapshot: Path) -> list[str]:
    """Countries that postings are in, the most frequent first."""
    with connection(snapshot).cursor() as con:
        rows = con.execute(
            "select country from posting_index where country is not null group by country order by count(*) desc, country"
        ).fetchall()
    return [country for (country,) in rows]


@st.cache_data(max_entries=60, show_spinner=False)
def way(snapshot: Path, role: str, country: str | None, have: tuple[str, ...], by_employer: bool) -> LearningPath:
    """The way from the skills whose keys are ``have`` to a role: see ``warehouse.learning_path``."""
    return learning_path(_required(snapshot, role, country), have, N_NEXT, by_employer)


@st.cache_data(max_entries=60, show_spinner=False)
def asked(snapshot: Path, role: str, country: str | None, have: tuple[str, ...], by_employer: bool) -> pd.DataFrame:
    """What a role's openings ask for most, of what one lacks: see ``most_asked``."""
    return most_asked(_required(snapshot, role, country), have, by_employer)


@st.cache_data(max_entries=60, show_spinner=False)
def matches(snapshot: Path, role: str, country: str | None, have: tuple[str, ...]) -> pd.DataFrame:
    """The latest openings of which one has all that they require: posting_id (of the first-seen posting), title, employer,
    job_location, posted_on, is_open. At most 200."""
    return _openings(snapshot, covered(_required(snapshot, role, country), have))


@st.cache_data(max_entries=60, show_spinner=False)
def nearest(snapshot: Path, role: str, country: str | None, have: tuple[str, ...], by_employer: bool) -> pd.DataFrame:
    """The openings that lack fewest requirements, but some: as ``matches`` has them, and lacks."""
    found = way(snapshot, role, country, have, by_employer).nearest
    openings = _openings(snapshot, np.array([cluster for cluster, _ in found], dtype=np.int64))
    lacks = {cluster: ", ".join(names) for cluster, names in found}
    return openings.assign(lacks=openings["cluster_no"].map(lacks))


def covered(wanted: Required, have: tuple[str, ...]) -> NDArray[np.int64]:
    """posting_index.cluster_no of the openings all of whose requirements ``have`` meets."""
    lacks = np.zeros(len(wanted.cluster), dtype=bool)
    lacks[wanted.opening[_unmet(wanted, have)]] = True
    return wanted.cluster[~lacks]


def most_asked(wanted: Required, have: tuple[str, ...], by_employer: bool) -> pd.DataFrame:
    """What most openings require, and take nothing instead that one has: skill (its name), n_asking, wanted (share from 0 to 1)
    with its 95 % interval, clustered by employer; NaN: no interval."""
    rows = _unmet(wanted, have)
    n_skills = max(len(wanted.skills), 1)
    opening, skill = np.divmod(np.unique(wanted.opening[rows] * n_skills + wanted.skill[rows]), n_skills)
    n_of = np.bincount(wanted.employer)
    weight = 1 / n_of[wanted.employer] / max(len(n_of), 1) if by_employer else np.ones(len(wanted.employer))
    asked = np.bincount(skill, weight[opening], n_skills)
    found = []
    for number in np.argsort(-asked.round(9), kind="stable")[:N_ASKED].tolist():
        asks = np.bincount(opening[skill == number], minlength=len(wanted.employer)) > 0
        if not asks.any():
            break
        shares = np.bincount(wanted.employer, asks, len(n_of)) / n_of
        share = mean(shares, np.arange(len(n_of))) if by_employer else mean(asks, wanted.employer)
        low, high = (None if end is None else min(max(end, 0.0), 1.0) for end in (share.ci_low, share.ci_high))
        found.append((wanted.names[number], int(asks.sum()), share.value, low, high))
    numbers = ["wanted", "wanted_low", "wanted_high"]
    return pd.DataFrame(found, columns=["skill", "n_asking", *numbers]).astype(dict.fromkeys(numbers, "float64"))


def _unmet(wanted: Required, have: tuple[str, ...]) -> NDArray[np.bool_]:
    """Which rows of ``wanted`` are of a requirement that nothing of ``have`` meets."""
    meets = np.isin(np.array(wanted.skills)[wanted.skill], have) if have else np.zeros(len(wanted.skill), dtype=bool)
    met = np.zeros(int(wanted.requirement.max(initial=-1)) + 1, dtype=bool)
    met[wanted.requirement[meets]] = True
    return ~met[wanted.requirement]


def _openings(snapshot: Path, clusters: NDArray[np.int64]) -> pd.DataFrame:
    with connection(snapshot).cursor() as con:
        return con.execute(
            """
            select
                cluster_no, arg_min(posting_id, seen_no) as posting_id, arg_min(title, seen_no) as title,
                arg_min(coalesce(hiring_organization, board), seen_no) as employer,
                arg_min(job_location, seen_no) as job_location, min(posted_on) as posted_on, bool_or(is_open) as is_open
            from posting_index
            where cluster_no in (select unnest($clusters::integer[]))
            group by cluster_no
            order by posted_on desc nulls last, cluster_no
            limit $n_rows
            """,
            {"clusters": clusters.tolist(), "n_rows": _N_MATCHES},
        ).df()


def skills_in(text: str) -> list[str]:
    """Keys of the skills that a text names and does not deny, in its order, each once.

    The text is read in memory and forgotten: nothing here is cached, and the words that the reader learns from it are freed.
    Raises ValueError where the user's own table of skills contradicts the shipped one."""
    from nlp.skills.matcher import mentions  # imports spaCy: a second that opening the page should not take
    from nlp.skills.table import own_skills

    own = own_skills(database())
    nlp, alone = _reader(own, changed_at(own))
    text = text[:MOST_CHARACTERS].encode(errors="replace").decode()  # half a character, which a browser may send
    with alone, nlp.memory_zone():
        return list(dict.fromkeys(m.key for m in mentions(nlp(text)) if not m.negated))


@st.cache_resource(max_entries=1, show_spinner=False)
def _reader(own: Path | None, own_changed_at: int | None) -> "tuple[Language, Lock]":
    """What finds skills, and a lock, as it reads one text at a time; ``own_changed_at`` is when the own table was last written."""
    from nlp.pipeline import pipeline

    nlp = pipeline(own)
    nlp.select_pipes(disable=["tags", "spans"])
    return nlp, Lock()
