"""The text of an ad with what was read in it marked where it stands.

Ad text is hostile. It reaches the browser as data and becomes text nodes there: it is never part of any markup, neither
HTML nor Markdown, so nothing in it can run, load, link or style anything.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
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
    """A key of LOOKS."""
    note: str
    """What it was read as, for the tooltip."""
    is_wanted: bool = False
    """True for the skill that the reader is looking for."""
    label: str = ""
    """What is written behind it, where the words don't say what they were read as."""


LOOKS = {
    "required": "required skill", "preferred": "preferred skill", "context": "skill named in passing",
    "negated": "named as not needed", "fact": "fact", "duty": "duty", "lifecycle_stage": "stage of the life cycle",
    "use_case": "use case", "soft_skill": "soft skill", "background": "background", "heading": "section heading",
    "found": "searched word", "for": "speaks for the role", "against": "speaks against it",
    "added": "only in the wording of now", "removed": "only in the other wording", "skipped": "lines that are the same, left out",
}  # fmt: skip
"""What each kind of mark means, in the order of the legend; each has a rule of that name in the style sheet."""


def segments(text: str, marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """The text cut where marks begin and end: pieces with ``text``, ``kinds``, ``note``, ``label`` and ``wanted``.

    The pieces joined are the text, whatever the marks; marks outside of it, or empty, are left out. Cutting is done here
    because Python counts characters and a browser counts UTF-16 units."""
    inside = sorted((m for m in marks if 0 <= m.start < m.end <= len(text)), key=lambda m: m.start)
    cuts = sorted({0, len(text), *(m.start for m in inside), *(m.end for m in inside)})
    pieces, over, n_begun = [], list[Mark](), 0
    for start, end in pairwise(cuts):
        over = [m for m in over if m.end > start]
        while n_begun < len(inside) and inside[n_begun].start == start:
            over.append(inside[n_begun])
            n_begun += 1
        pieces.append(
            {
                "text": text[start:end],
                "kinds": sorted({m.kind for m in over}),
                "note": "; ".join(dict.fromkeys(m.note for m in over)),
                "label": ", ".join(dict.fromkeys(m.label for m in over if m.label and m.end == end)),
                "wanted": any(m.is_wanted for m in over),
            }
        )
    return pieces


def legend(marks: Sequence[Mark], sides: Mapping[str, tuple[str, str]] | None = None) -> list[list[Any]]:
    """Kind, name and number of the marks of each kind that there are. ``sides``: as for ``ad_text``."""
    counts = Counter(m.kind for m in marks)
    names = LOOKS | {kind: name for kind, (name, _) in (sides or {}).items()}
    return [[kind, name, counts[kind]] for kind, name in names.items() if counts[kind]]


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
    """Show what is known of an ad. ``head``: title, lines (list of strings), url (or None), source (None: it is not from a
    warehouse), source_url (or None), facts (list of [name, value, note])."""
    _show({**head, "url": safe_url(head["url"])}, key)


def ad_text(
    text: str, marks: Sequence[Mark], key: str, sides: Mapping[str, tuple[str, str]] | None = None, name: str = "Text of the ad"
) -> None:  # fmt: skip
    """Show a text with its marks and what they mean. ``sides``: name and colour of the marks for and against, where there are
    any; ``name``: what the text is, for those who don't see it."""
    data = {
        "pieces": segments(text, marks),
        "legend": legend(marks, sides),
        "colors": {kind: color for kind, (_, color) in (sides or {}).items()},
        "name": name,
    }
    _show(data, key)


def _show(data: dict[str, Any], key: str) -> None:
    # made on every run: Streamlit forgets components of modules that were imported by another run
    show = st.components.v2.component("rolescope.ad", html="<article></article>", css=_CSS, js=_JS)
    show(data=data, key=key)


_CSS = """
article { font-family: var(--st-font); color: var(--st-text-color); line-height: 1.55; }
h2 { margin: 0 0 .25rem; font-size: 1.45rem; line-height: 1.25; overflow-wrap: anywhere; unicode-bidi: plaintext; }
.line { margin: 0; opacity: .85; overflow-wrap: anywhere; }
a { color: var(--st-link-color); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .5rem 1rem; margin: .9rem 0;
  padding: .75rem .9rem; background: var(--st-secondary-background-color); border-radius: var(--st-base-radius); }
dt { font-size: .78rem; opacity: .8; }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
dd small { display: block; font-weight: 400; opacity: .8; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem .9rem; margin: .9rem 0 .5rem; padding: 0; font-size: .85rem; list-style: none; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; max-width: 46rem; unicode-bidi: plaintext;
  border-top: 1px solid var(--st-border-color); padding-top: .8rem; }
mark, ins, del { color: inherit; background: none; border-radius: 3px; padding: 0; text-decoration: none; }
[data-label]::after { content: attr(data-label); margin-left: .25em; padding: 0 .3em; border-radius: 3px; font-size: .68em; font-weight: 400;
  vertical-align: .15em; background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color); white-space: nowrap; }
.heading { font-weight: 700; }
.required { background: color-mix(in srgb, #0072B2 22%, transparent); border-bottom: 2px solid #0072B2; }
.preferred { background: color-mix(in srgb, #E69F00 22%, transparent); border-bottom: 2px dashed #C98500; }
.context { border-bottom: 2px dotted #808890; }
.negated { text-decoration: line-through; opacity: .7; }
.fact { box-shadow: 0 0 0 1.5px #009E73; }
.duty { border-bottom: 2px solid #A05A8A; }
.lifecycle_stage { border-bottom: 4px double #A05A8A; }
.use_case { border-bottom: 2px dashed #A05A8A; }
.soft_skill { text-decoration: underline dotted #A05A8A 2px; text-underline-offset: 3px; }
.background { text-decoration: underline wavy #A05A8A 1px; text-underline-offset: 3px; }
.found { background: color-mix(in srgb, #F0E442 45%, transparent); outline: 1.5px dashed currentColor; }
.for { background: color-mix(in srgb, var(--for) 22%, transparent); border-bottom: 2px solid var(--for); }
.against { background: color-mix(in srgb, var(--against) 14%, transparent); border-bottom: 2px dashed var(--against); }
.wanted { outline: 2.5px solid var(--st-primary-color); outline-offset: 1px; font-weight: 700; }
.added { background: color-mix(in srgb, #0072B2 20%, transparent); text-decoration: underline; }
.removed { background: color-mix(in srgb, #D55E00 16%, transparent); text-decoration: line-through; }
.skipped { opacity: .75; font-style: italic; }
"""

_JS = """
const NAMES = { added: "ins", removed: "del" };

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
  if (data.source) {
    const ad = data.url ? link(data.url) : null;
    const source = data.source_url ? link(data.source_url, data.source) : null;
    const where = element("p", ad ? null : "The source gives no public address for this ad.", "line");
    if (ad) where.append(ad);
    where.append(" · via ", source ?? data.source);
    parts.push(where);
  }
  if (data.facts.length) parts.push(facts(data.facts));
  return parts;
}

function text(data, article) {
  const parts = [];
  for (const [kind, color] of Object.entries(data.colors)) article.style.setProperty("--" + kind, color);
  if (data.legend.length) {
    const legend = element("ul", null, "legend");
    legend.setAttribute("aria-label", "Marked in the text");
    for (const [kind, name, n] of data.legend) {
      const item = element("li");
      item.append(element("mark", name, kind), " " + n);
      legend.append(item);
    }
    parts.push(legend);
  }
  const body = element("div", null, "text");
  body.setAttribute("role", "region");
  body.setAttribute("aria-label", data.name);
  for (const piece of data.pieces) {
    if (!piece.kinds.length) { body.append(document.createTextNode(piece.text)); continue; }
    const name = NAMES[piece.kinds[0]] ?? "mark";
    const mark = element(name, piece.text, piece.kinds.join(" ") + (piece.wanted ? " wanted" : ""));
    mark.title = piece.note;
    if (piece.label) mark.dataset.label = piece.label;
    body.append(mark);
  }
  return [...parts, body];
}

export default function ({ data, parentElement }) {
  const article = parentElement.querySelector("article");
  article.replaceChildren(...(data.pieces ? text(data, article) : head(data)));
}
"""
