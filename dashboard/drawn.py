"""Charts as the page shows them: made once for the same rows, whoever looks."""

from collections.abc import Callable
from types import FunctionType
from typing import Any

import altair as alt
import streamlit as st

alt.theme.enable("none")  # what they look like is Streamlit's theme, and what the charts say themselves

Spec = dict[str, Any]
"""A chart in Vega-Lite's words, with its rows."""


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@st.cache_data(max_entries=500, show_spinner=False, hash_funcs={FunctionType: _name})
def drawn(chart: Callable[..., alt.TopLevelMixin], *of: Any) -> Spec:
    """What the function ``chart`` makes ``of`` its arguments, for st.vega_lite_chart.

    Altair takes some 60 ms for a chart, a third of it to check it by Vega-Lite's schema, which tests do: ten readers feel it."""
    spec: Spec = chart(*of).to_dict(validate=False)
    return spec
