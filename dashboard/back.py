"""Back in one step: the browser's button leads to the page that one came from, in the state in which one left it.

When a reader turns to another page, Streamlit 1.67 writes two entries into the browser's history: first the old page without
its own choices, then the new page. Back then opened the old page with its choices lost. Here the second takes the place of the
first. Without this script everything else works as before.
"""

import streamlit as st

_JS = """
export default function () {
  if (window.rolescopeBack) return;
  window.rolescopeBack = true;
  const push = history.pushState.bind(history);
  let between = false; // whether the page pushed an entry for the same path since the reader last did something
  for (const name of ["pointerdown", "click", "keydown", "popstate"])
    window.addEventListener(name, () => { between = false; }, true);
  history.pushState = (state, unused, url) => {
    const stays = new URL(url ?? "", location.href).pathname === location.pathname;
    if (!stays && between) history.replaceState(state, unused, url);
    else push(state, unused, url);
    between = stays;
  };
}
"""


def back_in_one_step() -> None:
    """Mend the history of this browser tab, from the first page on that calls it."""
    st.components.v2.component("rolescope.back", html="<span></span>", js=_JS)(key="back")
