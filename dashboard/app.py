"""The Streamlit app: `streamlit run dashboard/app.py`, or `rolescope dashboard`."""

from pathlib import Path

import streamlit as st

from dashboard import pages

_ICON = str(Path(__file__).with_name("icon.svg"))

st.set_page_config(page_title="rolescope", page_icon=_ICON, layout="wide")
# less empty margin than Streamlit's own
st.html("<style>.stMainBlockContainer { padding: 3.2rem clamp(1rem, 3vw, 3.2rem) 4rem; }</style>")
pages.show()
