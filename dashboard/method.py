"""Method: what the words mean, how the numbers are made, what they cannot say, and how to cite them."""

from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import columns, method_queries, queries
from dashboard.citation import citations
from dashboard.downloads import offer
from dashboard.filtered import Filters
from dashboard.roles import ROLE_TITLES
from dashboard.states import MIN_ADS, MIN_EMPLOYERS, nothing_labelled
from warehouse import CODE_VERSION, SCHEMA_VERSION
from warehouse.reference import about

_THREE_LINES = 82  # pixels of a row: Streamlit wraps text in rows of over 4 rem only
_NEEDS = """\
- **required**: the ad asks for it: "you have", "must", "5 years of", a list under *Requirements*. Of "Python or R" either one will do.
- **preferred**: it helps: "nice to have", "a plus", "ideally", a list under *Preferred*.
- **in passing**: it is named without being asked for: in the duties, in a description of the team or of what it works with.

The strongest of them counts. What an ad says it does *not* ask for is not counted."""
_COUNTED = """\
- **An opening counts once**, on however many boards it stands and however often it is posted again. Equal texts are one opening,
  and nearly equal ones of one employer and title. Where it is in doubt, they stay two.
- **What is not known is left out**, never guessed: ads without labels, ads of which the source gives the first words only (snippets),
  for months ads without a date, for countries those whose place is not understood, for pay those that state none.
- **A share** is the part of a role's openings that name a skill (or require it, if the side bar says so). That an ad does not
  name a skill does not mean that the work does without it.
- **Intervals** are 95 % and clustered by employer: a hundred ads of one employer say less than a hundred ads of a hundred. With one
  employer there is none. Where nothing varies, the ends are those of an exact binomial with one observation an employer.
- **Many at once**: of twenty intervals that tell of no difference one misses 0 by chance. Tables that hold many comparisons have
  q, which is corrected for that.
- **By the title, by the text, or by both** (*Role is judged by* in the side bar): a role that was read from the text proves nothing
  about the text, so that claims are judged by the title.
- **Two corrections** stand beside the raw numbers where they are asked for: of what is missed or made up in reading skills, by
  its measured rates; and of ads being of other countries, levels and months, by holding like with like."""
_LIMITS = """\
- Ads say what employers write, not what they need, pay or do; who is hired is not known.
- These are the boards that were collected, no random sample of jobs. A change over time may be a change of the boards.
- Differences are no causes: seniority, country and employer differ between roles, too.
- Roles and skills are read by a program, which errs at times; how often is measured above, on other ads than these.
- A skill that the table lacks is not found; the table knows the names of today better than those of 2015."""


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Method", anchor=False)
    st.markdown("What the words mean, how the numbers are made, what they cannot say, and how to cite them.")
    text = "About all ads: the filters of the side bar don't apply here."
    if filters == Filters():
        st.caption(text)
    else:
        st.info(text, icon=":material/filter_alt_off:")
    st.markdown(
        "[Definitions](#definitions) · [How numbers are made](#numbers) · [How often labels are right](#labels) · "
        "[Limits](#limits) · [Versions](#versions) · [How to cite](#cite) · [Sources](#sources)"
    )
    _definitions(snapshot)
    _numbers(snapshot)
    _labels(snapshot)
    st.header("Limits", anchor="limits")
    st.markdown(_LIMITS)
    _reference()
    _versions(snapshot)
    _cite(snapshot)
    _sources(snapshot)


def _definitions(snapshot: Path) -> None:
    st.header("Definitions", anchor="definitions")
    book, words = method_queries.codebook(), method_queries.terms(snapshot)
    st.subheader("The roles", anchor=False)
    st.markdown("It counts what a person will do, not what the title says; the title decides where the duties don't.")
    roles = book[book["kind"] == "role"]
    st.markdown("\n".join(f"- **{row.name}**: {row.definition}" for row in roles.itertuples(index=False)))
    st.subheader("How strongly a skill is asked for", anchor=False)
    st.markdown(_NEEDS)
    st.subheader("Words", anchor=False)
    st.caption(f"n = {len(words)}, each in the words of the table or column that holds it.")
    st.dataframe(
        words.drop(columns="kind"), hide_index=True, placeholder="–", row_height=_THREE_LINES, height=500,
        column_config={
            "name": columns.text("Word", 150), "definition": columns.text("Meaning", 620), "stands_in": columns.text("Stands in"),
        },
    )  # fmt: skip
    st.subheader("The codebook", anchor=False)
    rest = book[book["kind"] != "role"]
    st.caption(
        f"n = {len(rest)} kinds of skills, tags and sections that are read; which skills there are, the table `skill` has. "
        f"As rolescope {CODE_VERSION} reads them."
    )
    st.dataframe(
        rest, hide_index=True, row_height=_THREE_LINES, height=500,
        column_config={
            "kind": columns.text("Kind", 150), "name": columns.text("Name", 200), "definition": columns.text("Definition", 560),
        },
    )  # fmt: skip
    offer(
        snapshot, "codebook", pd.concat([book, words]).reset_index(drop=True), query="-- the files of the package, and the comments of tables"
    )  # fmt: skip


def _numbers(snapshot: Path) -> None:
    st.header("How numbers are made", anchor="numbers")
    st.markdown(_COUNTED)
    st.markdown(
        f"- **Small groups**: shares of fewer than {MIN_ADS} ads or {MIN_EMPLOYERS} employers are not drawn on the pages. In SQL they "
        "are there, with their n."
    )
    rows = method_queries.made(snapshot)
    st.caption(f"n = {len(rows)} views, macros and tables that the pages count with; under SQL they can be asked.")
    st.dataframe(
        rows, hide_index=True, placeholder="–", row_height=_THREE_LINES, height=400,
        column_config={"name": columns.text("Name", 210), "meaning": columns.text("What it counts", 700)},
    )  # fmt: skip
    offer(snapshot, "views", rows)


def _labels(snapshot: Path) -> None:
    st.header("How often labels are right", anchor="labels")
    newest, found = queries.snapshot_row(snapshot), method_queries.metrics()
    version = newest.get("model_version")
    if version is None:
        nothing_labelled()
    elif version != method_queries.shipped_label_version():
        st.warning(
            "The labels of this snapshot were made by another version than the one that was measured here: an older one, or a "
            "model or table of skills of your own.",
            icon=":material/rule:",
        )
    share, low, high, n = method_queries.random_ads_right()
    st.markdown(
        f"**Roles.** Of {n:,} ads, a random sample in English, {share:.1%} (95 % interval {low:.1%} to {high:.1%}) have the role that a "
        f"reader gives them. The table is of {found['read']['gold']['n']:,} ads that were chosen to be hard."
    )
    scores = method_queries.role_scores().replace({"of": ROLE_TITLES})
    st.dataframe(
        scores, hide_index=True, height=390,
        column_config={
            "judged_by": columns.text("Role is judged by"), "of": columns.text("Role"), "f1": columns.share("F1"),
            "ci_low": columns.share("95 % from"), "ci_high": columns.share("to"), "n": columns.count("Ads"),
        },
    )  # fmt: skip
    offer(snapshot, "role_scores", scores, query="-- nlp/roles/metrics.json of the package")
    st.markdown("**Skills**, held against what people marked. Score: a share, where it is none a count.")
    skills = method_queries.skill_scores()
    st.dataframe(
        skills, hide_index=True, placeholder="–", height=400,
        column_config={
            "measured": columns.text("What was measured", 620), "score": columns.text("Score"), "n": columns.text("n"),
        },
    )  # fmt: skip
    offer(snapshot, "skill_scores", skills, query="-- nlp/skills/scores.csv of the package")
    if st.toggle("Show the whole model card", key="card", bind="query-params"):
        st.markdown(method_queries.model_card())


def _reference() -> None:
    known = about()
    st.markdown(
        f"**The reference** (claims and shares that stand beside your own) is of {known.n_openings:,} openings of {known.n_employers:,} "
        f"employers, posted {known.first_posted_on} – {known.last_posted_on}. {known.sources} {known.not_to_be_taken_for}"
    )


def _versions(snapshot: Path) -> None:
    st.header("Versions", anchor="versions")
    newest, counts = queries.snapshot_row(snapshot), queries.posting_count(snapshot, Filters())
    if not newest:
        st.info("Nothing was loaded yet, so that there is no snapshot.", icon=":material/inbox:")
        return
    model, _, skills = str(newest["model_version"] or "none: not labelled").partition("-")
    facts = {
        "Snapshot": newest["snapshot_id"],
        "Published (UTC)": f"{newest['taken_at']:%d %B %Y, %H:%M}",
        "Made by rolescope": newest["code_version"],
        "Shown by rolescope": CODE_VERSION,
        "Schema of the tables": f"{newest['schema_version']}; this rolescope writes {SCHEMA_VERSION}",
        "Model and rules of the labels": model,
        "Table of skills": skills or "–",
        "Measured role model": method_queries.metrics()["version"],
        "Postings": f"{newest['n_posting']:,}, {newest['n_open']:,} of them open",
        "Openings, each once": f"{counts['n_ads']:,} of {counts['n_employers']:,} employers",
        "Openings with the whole ad": f"{counts['n_full_text']:,}, {counts['n_labelled']:,} of them labelled",
        "Posted": f"{counts['first_posted_on'] or '?'} – {counts['last_posted_on'] or '?'}",
        "Sample data": "yes: invented ads" if newest["is_sample"] else "no",
    }
    rows = pd.DataFrame({"what": list(facts), "version": [str(value) for value in facts.values()]})
    st.table(rows.set_index("what").rename_axis("").rename(columns={"version": "Version, or n"}).map(_plain))
    offer(snapshot, "versions", rows, query="from snapshot; from posting_count()")


def _plain(value: str) -> str:
    """The text for a cell of st.table, which reads Markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~$:" else c for c in value)


def _cite(snapshot: Path) -> None:
    st.header("How to cite this snapshot", anchor="cite")
    newest = queries.snapshot_row(snapshot)
    if not newest:
        st.info("There is no snapshot to cite yet.", icon=":material/inbox:")
        return
    st.markdown(
        "A snapshot never changes, so its id says which ads, labels and views a number is of. Beside it belong the link of the page "
        "(it holds the filters), n and the interval; downloads carry id and query in them."
    )
    for form, text in citations(newest, queries.posting_count(snapshot, Filters())).items():
        st.markdown(f"**{form}**")
        st.code(text, language=None, wrap_lines=True)


def _sources(snapshot: Path) -> None:
    st.header("Sources and licence", anchor="sources")
    licence = method_queries.licence()
    st.markdown(
        f"rolescope itself is under the {licence or 'licence that comes with it'}{' licence' if licence else ''}. The ads are not: each "
        "belongs to who wrote it, and each source has terms of its own. Whoever shows ads or passes them on names those whom the "
        "sources ask to be named (at the foot of every page)."
    )
    rows = method_queries.sources(snapshot)
    if rows.empty:
        st.info("No posting yet, so that there is no source to name.", icon=":material/inbox:")
        return
    st.caption(f"n = {int(rows['n_postings'].sum()):,} postings of {len(rows)} source{'s' if len(rows) != 1 else ''}.")
    st.dataframe(
        rows, hide_index=True, placeholder="–", row_height=_THREE_LINES, height=min(420, 40 + _THREE_LINES * len(rows)),
        column_config={
            "name": columns.text("Source", 180), "n_postings": columns.count("Postings"),
            "attribution": columns.text("To be named", 130), "attribution_url": columns.text("Link to", 150),
            "training_allowed": st.column_config.CheckboxColumn("Training allowed", width=130, help="Empty: it does not say."),
            "terms": columns.text("Terms, in short", 420),
        },
    )  # fmt: skip
    offer(snapshot, "sources", rows)
