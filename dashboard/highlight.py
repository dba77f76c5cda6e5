"""The text of an ad with what was read in it marked where it stands.

Ad text is hostile. It reaches the browser as data and becomes text nodes there: it is never part of any markup, neither
HTML nor Markdown, so nothing in it can run, load, link or style anything.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import streamlit as st


@dataclass(frozen=True)
class Mark:
    """Something read from characters ``start`` to ``end`` of a text."""

    start: int
    end: int
    kind: str
    """required, preferred, context, negated, fact, heading, for or against."""
    note: str
    """What it was read as, for the tooltip."""
    is_wanted: bool = False
    """True for the skill that the reader is looking for."""


def segments(text: str, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """The text cut where marks begin and end: pieces with ``text``, ``kinds``, ``note`` and ``wanted``.

    The pieces joined are the text, whatever the marks; marks outside of it, or empty, are left out. Cutting is done here
    because Python counts characters and a browser counts UTF-16 units."""
    inside = [m for m in marks if 0 <= m.start < m.end <= len(text)]
    cuts = sorted({0, len(text), *(m.start for m in inside), *(m.end for m in inside)})
    pieces = []
    for start, end in pairwise(cuts):
        over = [m for m in inside if m.start <= start and end <= m.end]
        pieces.append(
            {
                "text": text[start:end],
                "kinds": sorted({m.kind for m in over}),
                "note": "; ".join(dict.fromkeys(m.note for m in over)),
                "wanted": any(m.is_wanted for m in over),
            }
        )
    return pieces


def safe_url(url: str | None) -> str | None:
    """The address where it is one that a reader may be led to (http or https with a host), else None."""
    if url is None or any(ord(c) < 33 for c in url):
        return None
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def ad_head(head: dict[str, Any], key: str) -> None:
    """Show what is known of an ad. ``head``: title, lines (list of strings), url (or None), source, source_url
    (or None), facts (list of [name, value, note])."""
    _show({**head, "url": safe_url(head["url"])}, key)


def ad_text(pieces: list[dict[str, Any]], key: str, sides: dict[str, tuple[str, str]] | None = None) -> None:
    """Show the ``segments`` of a text. ``sides``: name and colour of the marks for and against, where there are any."""
    _show({"pieces": pieces, "sides": sides or {}}, key)


def _show(data: dict[str, Any], key: str) -> None:
    # made on every run: Streamlit forgets components of modules that were imported by another run
    show = st.components.v2.component("rolescope.ad", html="<article></article>", css=_CSS, js=_JS)
    show(data=data, key=key)


_CSS = """
article { font-family: var(--st-font); color: var(--st-text-color); line-height: 1.55; }
h2 { margin: 0 0 .25rem; font-size: 1.45rem; line-height: 1.25; overflow-wrap: anywhere; }
.line { margin: 0; opacity: .85; overflow-wrap: anywhere; }
a { color: var(--st-link-color); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .5rem 1rem; margin: .9rem 0;
  padding: .75rem .9rem; background: var(--st-secondary-background-color); border-radius: var(--st-base-radius); }
dt { font-size: .78rem; opacity: .75; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
dd small { display: block; font-weight: 400; opacity: .75; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem .9rem; margin: .9rem 0 .5rem; font-size: .85rem; align-items: center; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 46rem;
  border-top: 1px solid var(--st-border-color); padding-top: .8rem; }
mark { color: inherit; background: none; border-radius: 3px; padding: 0; }
.heading { font-weight: 700; }
.required { background: color-mix(in srgb, #0072B2 22%, transparent); border-bottom: 2px solid #0072B2; }
.preferred { background: color-mix(in srgb, #E69F00 22%, transparent); border-bottom: 2px dashed #C98500; }
.context { border-bottom: 2px dotted #808890; }
.negated { text-decoration: line-through; opacity: .7; }
.fact { box-shadow: 0 0 0 1.5px #009E73; }
.for { background: color-mix(in srgb, var(--for) 22%, transparent); border-bottom: 2px solid var(--for); }
.against { background: color-mix(in srgb, var(--against) 14%, transparent); border-bottom: 2px dashed var(--against); }
.wanted { outline: 2.5px solid var(--st-primary-color); outline-offset: 1px; font-weight: 700; }
"""

_JS = """
const LEGEND = [
  ["required", "required skill"], ["preferred", "preferred skill"], ["context", "named in passing"],
  ["negated", "named as not needed"], ["fact", "fact (pay, degree, years, work mode)"], ["heading", "section heading"],
];

function element(name, text, className) {
  const node = document.createElement(name);
  if (text !== undefined && text !== null) node.textContent = text;
  if (className) node.className = className;
  return node;
}

function link(url, name) {
  let address;
  try { address = new URL(url); } catch { return null; }
  if (address.protocol !== "https:" && address.protocol !== "http:") return null;
  const node = element("a", name ?? "Open the ad at " + address.hostname);
  node.href = address.href;
  node.target = "_blank";
  node.rel = "noopener noreferrer"; // no nofollow: some sources ask for links that search engines follow
  return node;
}

function facts(rows) {
  const list = element("dl");
  for (const [name, value, note] of rows) {
    const box = element("div");
    box.append(element("dt", name));
    const shown = element("dd", value);
    if (note) shown.append(element("small", note));
    box.append(shown);
    list.append(box);
  }
  return list;
}

function head(data) {
  const parts = [element("h2", data.title)];
  for (const line of data.lines) parts.push(element("p", line, "line"));
  const ad = data.url ? link(data.url) : null;
  const source = data.source_url ? link(data.source_url, data.source) : null;
  const where = element("p", ad ? null : "The source gives no public address for this ad.", "line");
  if (ad) where.append(ad);
  where.append(" · via ", source ?? data.source);
  parts.push(where);
  if (data.facts.length) parts.push(facts(data.facts));
  return parts;
}

function text(data, article) {
  const parts = [];
  const names = new Map(LEGEND);
  for (const [kind, [name, color]] of Object.entries(data.sides)) {
    names.set(kind, name);
    article.style.setProperty("--" + kind, color);
  }
  const found = new Set(data.pieces.flatMap((piece) => piece.kinds));
  if (found.size) {
    const legend = element("div", null, "legend");
    legend.append(element("span", "Marked:"));
    for (const [kind, name] of names) if (found.has(kind)) legend.append(element("mark", name, kind));
    parts.push(legend);
  }
  const body = element("div", null, "text");
  for (const piece of data.pieces) {
    if (!piece.kinds.length) { body.append(document.createTextNode(piece.text)); continue; }
    const mark = element("mark", piece.text, piece.kinds.join(" ") + (piece.wanted ? " wanted" : ""));
    mark.title = piece.note;
    body.append(mark);
  }
  return [...parts, body];
}

export default function ({ data, parentElement }) {
  const article = parentElement.querySelector("article");
  article.replaceChildren(...(data.pieces ? text(data, article) : head(data)));
}
"""
