"""An ad that the reader pastes, read in memory by what labels the ads of the warehouse."""

from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import streamlit as st

from dashboard.ads_queries import Reading, reading
from dashboard.snapshot import changed_at

if TYPE_CHECKING:
    from nlp.reading import Reader

_KEY = "pasted"


def read(db: Path, title: str, text: str) -> Reading:
    """What the installed version reads in a text, with the model and the skills that label the warehouse ``db``.

    Nothing of it is stored, nor cached. Raises WarehouseError where the user's own model, ValueError where the user's own
    table of skills cannot be read."""
    from nlp.reading import Ad  # imports spaCy: a second that no other page should take
    from nlp.skills.table import own_skills
    from nlp.training.own_model import own_folder

    model, skills = own_folder(db), own_skills(db)
    reader, names, alone = _reader(db, changed_at(model), skills, changed_at(skills))
    with alone:
        tables = reader.tables([Ad(_KEY, title, text)])
    with duckdb.connect(":memory:", config={"threads": 1}) as con:
        version = pa.array(["installed"] * tables["job_posting_role"].num_rows, pa.string())
        tables["job_posting_role"] = tables["job_posting_role"].append_column("model_version", version)
        tables["label_version"] = pa.table({"model_version": ["installed"], "is_current": [True]})
        for name, table in (tables | names).items():
            con.register(name, table)
        return reading(con, _KEY)


@st.cache_resource(max_entries=1, show_spinner=False)
def _reader(
    db: Path, model_changed_at: int | None, skills: Path | None, skills_changed_at: int | None
) -> "tuple[Reader, dict[str, pa.Table], Lock]":
    """What reads ads, the names of skills and tags, and a lock, as it reads one text at a time. The times are those at which
    the user's own model and table were last written."""
    from nlp.reading import Reader
    from nlp.skills.table import skill_table
    from nlp.tags.table import read_tags
    from nlp.training.own_model import own_model

    names = {
        "skill": pa.Table.from_pylist([{"skill": skill.skill, "name": skill.name} for skill in skill_table(skills)]),
        "tag": pa.Table.from_pylist([asdict(tag) for tag in read_tags()]),
    }
    return Reader(own_model(db), skills), names, Lock()
