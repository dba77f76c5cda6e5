"""What is on screen, to be taken along: rows as CSV, the chart as SVG or PNG, with snapshot and query inside of each."""

import io
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd
import streamlit as st

from dashboard import queries
from dashboard.drawn import Spec

_WIDTH = 720  # pixels of a chart that takes the width of the page on screen
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def offer(
    snapshot: Path,
    name: str,
    rows: pd.DataFrame,
    chart: Spec | None = None,
    query: str | None = None,
    snapshot_id: str | None = None,
) -> None:
    """A button that opens what can be downloaded: the rows, and the chart of them where there is one.

    ``name``: of the files, and different for each call on a page. ``query``: how to get the rows in a shell; None: what
    ``dashboard.filtered.frame`` noted on them. ``snapshot_id``: where they were counted; None: in the snapshot shown."""
    newest = queries.snapshot_row(snapshot)
    taken_at = newest.get("taken_at") if snapshot_id is None else None
    snapshot_id = snapshot_id or newest.get("snapshot_id", "")
    query = query or rows.attrs.get("query", "")
    with st.popover("Download", icon=":material/download:", type="tertiary", key=f"offer-{name}"):
        st.caption(f"Snapshot `{snapshot_id}`. {len(rows):,} rows.")
        if query:
            st.code(query, language="sql", wrap_lines=True, height=160)
        kinds: list[tuple[str, str, Callable[[], bytes]]] = [
            ("csv", "text/csv", partial(csv, rows, snapshot_id, query))
        ]
        if chart is not None:
            note = footer(snapshot_id, taken_at)
            kinds += [
                ("svg", "image/svg+xml", partial(svg, chart, note, query)),
                ("png", "image/png", partial(png, chart, note, query)),
            ]
        for kind, mime, content in kinds:
            st.download_button(
                kind.upper(), content, f"{name}_{snapshot_id}.{kind}", mime, key=f"{kind}-{name}", on_click="ignore"
            )


def csv(rows: pd.DataFrame, snapshot_id: str, query: str) -> bytes:
    """The rows as CSV with two columns more: the snapshot that was shown, and the query in one line; where the rows have such a
    column, theirs gets a "_". A text that a spreadsheet would take for a formula stands behind an apostrophe."""
    added = {"shown_snapshot_id": snapshot_id, "query": " ".join(query.split())}
    safe = rows.rename(columns=lambda name: _not_a_formula(f"{name}_" if name in added else name)).assign(**added)
    for column in safe.select_dtypes(["object", "string", "category"]):
        safe[column] = [_not_a_formula(value) for value in safe[column]]
    return safe.to_csv(index=False).encode()


def _not_a_formula(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def footer(snapshot_id: str, taken_at: datetime | None) -> str:
    """The line under a chart that leaves the page."""
    return f"rolescope · snapshot {snapshot_id}" + (f" of {taken_at:%d %b %Y}" if taken_at else "")


def svg(chart: Spec, note: str, query: str) -> bytes:
    """The chart as SVG with ``note`` under it and the query as its metadata."""
    import vl_convert  # takes a second: only whoever takes a picture waits for it

    drawn: str = vl_convert.vegalite_to_svg(_spec(chart, note))
    start = drawn.index(">", drawn.index("<svg")) + 1
    return f"{drawn[:start]}<metadata>{escape(query)}</metadata>{drawn[start:]}".encode()


def png(chart: Spec, note: str, query: str) -> bytes:
    """The chart as PNG with ``note`` under it and the query as the text "query"."""
    import vl_convert
    from PIL import Image, PngImagePlugin

    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("query", query)
    texts.add_itxt("Source", note)
    content = io.BytesIO()
    with Image.open(io.BytesIO(vl_convert.vegalite_to_png(_spec(chart, note), scale=2))) as image:
        image.save(content, "PNG", pnginfo=texts)
    return content.getvalue()


def _spec(chart: Spec, note: str) -> Spec:
    """The chart with the note under it and a width where it has none."""
    small = {
        "orient": "bottom",
        "anchor": "start",
        "fontSize": 10,
        "fontWeight": "normal",
        "color": "#666",
        "offset": 12,
    }
    spec = {**chart, "title": {"text": note, **small}, "background": "white"}
    if "layer" in spec or "mark" in spec:
        spec.setdefault("width", _WIDTH)
    return spec
