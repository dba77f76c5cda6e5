"""The Streamlit app: `streamlit run dashboard/app.py`, or `rolescope dashboard`."""

from pathlib import Path

import streamlit as st

from dashboard import pages

_ICON = str(Path(__file__).with_name("icon.svg"))

st.set_page_config(page_title="rolescope", page_icon=_ICON, layout="wide")
# Streamlit's own margin is wider; its captions, its code and the words on its blue in the dark theme are too faint to read
st.html("""<style>
.stMainBlockContainer { padding: 3.2rem clamp(1rem, 3vw, 3.2rem) 4rem; }
.stApp [data-testid="stCaptionContainer"] { opacity: .8; }
.stApp [data-testid="stBaseButton-primary"], .stApp [data-testid="stBaseButton-primaryFormSubmit"],
.stApp .stMultiSelect [data-tag] * { color: light-dark(#FFFFFF, #11171D); }
.stApp .stCode pre .token { color: inherit; }
.stApp .stCode pre .token.keyword { color: light-dark(#1F5A8A, #7DB7E8); }
</style>""")
pages.show()
