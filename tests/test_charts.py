"""Charts are pure functions from frames to specifications; what a specification says is what a reader sees."""

import ast
import inspect

import pandas as pd
import pytest

from dashboard import charts, roles


def test_charts_know_nothing_of_streamlit_or_the_warehouse():
    tree = ast.parse(inspect.getsource(charts))
    imported = {n.name for node in ast.walk(tree) if isinstance(node, ast.Import) for n in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"altair", "pandas", "dashboard.chart_parts", "dashboard.roles"}


def test_every_role_has_one_colour_and_one_shape_of_its_own():
    for kept in (roles.ROLE_COLORS, roles.ROLE_SHAPES):
        assert list(kept) == list(roles.ROLE_TITLES)
        assert len(set(kept.values())) == len(kept)


@pytest.mark.parametrize(
    ("chart", "words"),
    [
        (
            charts.role_count(
                pd.DataFrame(
                    {
                        "role": ["ai_engineer", "other"],
                        "n_ads": [1234, 6],
                        "n_employers": [9, 2],
                        "share": [0.995, 0.005],
                    }
                )
            ),
            ["AI engineer: 1,234 ads", "99.5%"],
        ),
        (
            charts.role_count_by_month(
                pd.DataFrame(
                    {
                        "month": pd.to_datetime(["2026-01-01", "2026-02-01"]),
                        "role": ["other", "other"],
                        "n_ads": [1, 2],
                        "n_ads_month": [1, 2],
                    }
                )
            ),
            ["January 2026 to February 2026"],
        ),
        (
            charts.skill_share(
                pd.DataFrame(
                    {
                        "name": ["SQL"],
                        "share": [0.5],
                        "ci_low": [0.4],
                        "ci_high": [0.6],
                        "n_with": [5],
                        "n_ads": [10],
                        "n_employers": [7],
                    }
                ),
                "data_scientist",
            ),
            ["Data scientist", "SQL 50%"],
        ),
        (
            charts.role_probability(
                pd.DataFrame(
                    {
                        "role": ["ai_engineer", "other"] * 2,
                        "answer": ["title", "title", "text", "text"],
                        "probability": [0.9, 0.1, 0.2, 0.8],
                    }
                )
            ),
            ["title, AI engineer: 90%", "text, Other: 80%"],
        ),
        (
            charts.role_reason(
                pd.DataFrame({"reason": ["title: AI", "datum.x"], "weight": [0.9, -0.25]}), "ai_engineer", "other"
            ),
            ["spoke for AI engineer", "for Other", "title: AI +0.90", "datum.x -0.25"],
        ),
    ],
)
def test_charts_say_in_words_what_they_show(chart, words):
    description = chart.to_dict()["description"]
    assert all(word in description for word in words)


def test_a_chart_of_nothing_is_still_a_chart():
    nothing = pd.DataFrame(columns=["role", "n_ads", "n_employers", "share", "month", "n_ads_month"])
    assert charts.role_count(nothing).to_dict()["height"] > 0
    assert charts.role_count_by_month(nothing).to_dict()["height"] > 0
    no_reason = pd.DataFrame(columns=["reason", "weight"])
    assert charts.role_reason(no_reason, "ai_engineer", "other").to_dict()["height"] > 0
