"""What there is to ask: tables, views and macros with their comments, and the worked questions."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard.filtered import frame
from warehouse.questions import Question, questions

cached = st.cache_data(max_entries=10, show_spinner=False)


@cached
def relations(snapshot: Path) -> pd.DataFrame:
    """A row a view, macro or table: name, kind, call (how to name it in a query), meaning (what a row is)."""
    return frame(
        snapshot,
        """
        with relation as (
            select view_name as name, 'view' as kind, view_name as call, comment as meaning
            from duckdb_views() where not internal
            union all
            select function_name, 'macro', function_name || '(' || array_to_string(parameters, ', ') || ')', comment
            from duckdb_functions() where not internal and function_type = 'table_macro'
            union all
            select table_name, 'table', table_name, comment from duckdb_tables() where not internal
        )

        select name, kind, call, coalesce(meaning, '') as meaning
        from relation
        order by name != 'posting', kind = 'table', kind = 'macro', name
        """,
    )


@cached
def columns(snapshot: Path) -> pd.DataFrame:
    """A row a column of a view or table, in its order: name (of the view or table), column, type, meaning."""
    return frame(
        snapshot,
        """
        select
            table_name as name, column_name as column, data_type as type,
            coalesce(comment, '') as meaning
        from duckdb_columns()
        where not internal
        order by table_name, column_index
        """,
    )


def found(snapshot: Path, words: str) -> pd.DataFrame:
    """Columns, tables, views and macros whose name or meaning holds all the words: name, column ("": the whole), type, meaning."""
    whole = relations(snapshot).assign(column="", type=lambda rows: rows["kind"])
    rows = pd.concat([whole, columns(snapshot)])[["name", "column", "type", "meaning"]]
    text = (rows["name"] + " " + rows["column"] + " " + rows["meaning"]).str.lower()
    for word in words.lower().split():
        rows, text = rows[text.str.contains(word, regex=False)], text[text.str.contains(word, regex=False)]
    return rows.reset_index(drop=True)


@st.cache_data(max_entries=1, show_spinner=False)
def examples() -> dict[str, Question]:
    """The worked questions by what they ask, in their order."""
    return {question.question: question for question in questions()}
