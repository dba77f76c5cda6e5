"""Learn next: which of a role's ads one's skills cover, and which skill would open most of the others."""

import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import ads, columns, downloads, learn_charts, learn_queries, queries
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.learn_queries import MOST_CHARACTERS
from dashboard.roles import FOUR, ROLE_TITLES
from dashboard.states import nothing_labelled
from warehouse.inference.clustered import Estimate
from warehouse.learning_path.steps import LEAST_EMPLOYERS, LEAST_OPENINGS, MUCH, LearningPath, Step

_COUNTED = {"each employer the same": True, "each ad the same": False}


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Learn next", anchor=False)
    st.markdown("Which of a role's ads ask for nothing that you lack, and which skill would open most of the others?")
    _say_unfiltered(filters)
    names = queries.skill_names(snapshot)
    if not names or queries.current_label_version(snapshot) is None:
        nothing_labelled()
        return
    role, country, by_employer = _controls(snapshot)
    have = _skills(names)
    found = learn_queries.way(snapshot, role, country, have, by_employer)
    if found.is_too_small:
        st.info(
            f"Too few ads to say anything: {found.n_openings:,} of {found.n_employers:,} employers require a known skill, and "
            f"{found.n_silent:,} require none. At least {LEAST_OPENINGS} ads of {LEAST_EMPLOYERS} employers are needed: choose "
            "another country, or collect more boards.",
            icon=":material/scale:",
        )
        return
    if not have:
        st.info("Choose skills that you have: until then, the way starts from nothing.", icon=":material/checklist:")
    _covered(found)
    wanted = learn_queries.asked(snapshot, role, country, have, by_employer)
    _advice(snapshot, found, role, wanted, _command(role, country, have, by_employer))
    _matches(snapshot, role, country, have, by_employer)


def _say_unfiltered(filters: Filters) -> None:
    text = "Counts all ads by their title and text: the filters of the side bar don't apply here."
    if filters == Filters():
        st.caption(text)
    else:
        st.info(text, icon=":material/filter_alt_off:")


def _controls(snapshot: Path) -> tuple[str, str | None, bool]:
    options = learn_queries.countries(snapshot)
    check_link("learn_role", [ROLE_TITLES[role] for role in FOUR], "role")
    check_link("learn_country", options, "country")
    check_link("weigh", _COUNTED, "weight")
    first, second, third = st.columns(3)
    role = first.selectbox(
        "Role you want", FOUR, format_func=ROLE_TITLES.__getitem__, key="learn_role", bind="query-params"
    )
    country = second.selectbox(
        "Country of the ads", options, index=None, placeholder="all", key="learn_country", bind="query-params"
    )
    counted = third.selectbox(
        "In a share weighs", list(_COUNTED), key="weigh", bind="query-params",
        help="Each employer the same: one with hundreds of ads says no more than one with a single ad.",
    )  # fmt: skip
    return role, country, _COUNTED[counted]


def _skills(names: dict[str, str]) -> tuple[str, ...]:
    """Keys of the skills that the reader has: ticked, or found in the text of a CV."""
    check_link("have", list(names.values()), "skill")
    have = st.multiselect(
        "Skills you have", list(names), format_func=lambda key: names.get(key, key), key="have", bind="query-params",
        placeholder="choose or type",
    )  # fmt: skip
    with st.expander("Paste a CV", icon=":material/description:"), st.form("cv_form", border=False):
        st.caption(
            f"It is read in the memory of the computer that runs this dashboard, for skills only; never stored, logged or put into "
            f"the link. At most {MOST_CHARACTERS:,} characters. The skills found are added above, and to the link."
        )
        st.text_area("Text of the CV", key="cv", height=180, max_chars=MOST_CHARACTERS, label_visibility="collapsed")
        st.form_submit_button("Find skills", on_click=_read_cv, args=(names,), icon=":material/search:")
    _say_found(st.session_state.pop("cv_read", None))
    return tuple(sorted(have))


def _read_cv(names: dict[str, str]) -> None:
    """Add the skills of the pasted text to those chosen, and forget the text."""
    text = st.session_state.pop("cv", None) or ""
    st.session_state["cv"] = ""
    try:
        found = learn_queries.skills_in(text)
    except ValueError as error:
        st.session_state["cv_read"] = str(error)
        return
    before = st.session_state.get("have", [])
    known = [key for key in found if key in names]
    new = [key for key in known if key not in before]
    st.session_state["have"] = [*before, *new]
    st.session_state["cv_read"] = (len(known), len(new), len(found) - len(known), len(text) > MOST_CHARACTERS)


def _say_found(read: Any) -> None:
    if read is None:
        return
    if isinstance(read, str):
        st.warning("The table of skills cannot be read, so nothing was looked for.", icon=":material/rule:")
        st.text(read)
        return
    n_known, n_new, n_foreign, is_cut = read
    said = f"{_counted(n_known, 'skill')} found, {n_new:,} of them new; the text is forgotten. "
    said += "Take away what is wrong, and add what the text does not name." if n_known else "Choose your skills above."
    if n_foreign:
        said += f" {_counted(n_foreign, 'more')} left out: this snapshot was labelled without knowing them."
    if is_cut:
        said += f" Only the first {MOST_CHARACTERS:,} characters were read."
    st.success(said, icon=":material/task_alt:") if n_known else st.info(said, icon=":material/search_off:")


def _covered(found: LearningPath) -> None:
    first, second, third = st.columns(3)
    first.metric("Covered now", _percent(found.covered.value), border=True, help="Every skill they require, you have.")
    first.caption(
        f"95 % interval {_interval(found.covered)}; {found.n_covered:,} of {_counted(found.n_openings, 'ad')}"
    )
    second.metric("Ads that require a known skill", f"{found.n_openings:,}", border=True)
    second.caption(
        f"of {_counted(found.n_employers, 'employer')}; {found.n_silent:,} more require nothing known and are left out"
    )
    lacking = f"{found.median_lacking} or more" if found.median_lacking else "nothing"
    third.metric("Half of them lack", lacking, border=True, help="Requirements that you do not meet.")
    bands = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 10**9))
    n_of = [sum(n for lacks, n in found.n_lacking.items() if low <= lacks <= high) for low, high in bands]
    said = [f"{low}{' or more' if high > low else ''}: {n:,}" for (low, high), n in zip(bands, n_of, strict=True)]
    third.caption(f"ads by requirements you do not meet: {'; '.join(said)}")


def _advice(snapshot: Path, found: LearningPath, role: str, asked: pd.DataFrame, command: str) -> None:
    if not found.next_skills:
        st.success("Nothing lacks: you have what every one of these ads requires.", icon=":material/task_alt:")
        return
    best = max(found.next_skills, key=lambda step: step.opened.value or 0)
    if (best.opened.value or 0) < MUCH:
        st.warning(
            f"**No single skill opens much.** The best opens {_percent(best.opened.value)} of the ads (95 % interval {_interval(best.opened)}). Half of them have "
            f"{found.median_lacking} or more requirements that you do not meet: what is asked for most is the better guide.",
            icon=":material/signpost:",
        )
    next_rows = _rows(found.next_skills, found.n_openings)
    way_rows = _rows(found.sequence, found.n_openings)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("The next skill", anchor=False)
        next_chart = drawn(learn_charts.shares, 
                next_rows.assign(
                    label=next_rows["skill"], share=next_rows["opened"], n=next_rows["n_opened"],
                    ci_low=next_rows["opened_low"], ci_high=next_rows["opened_high"],
                ), role, "Share of ads that it alone would open",
        )  # fmt: skip
        st.vega_lite_chart(next_chart)
        st.caption(
            f"Opens: the ads of which it is all that lacks. Line: 95 % interval, clustered by employer. n = "
            f"{_counted(found.n_openings, 'ad')} of {_counted(found.n_employers, 'employer')}."
        )
        _table(next_rows, ["skill", "n_opened", "opened", "opened_low", "opened_high", "wanted"])
        downloads.offer(snapshot, "learn-next", next_rows.assign(role=role), next_chart, command)
    with right:
        st.subheader("One after the other", anchor=False)
        way_chart = drawn(learn_charts.shares, 
                way_rows.assign(
                    label=[f"{i}. {name}" for i, name in enumerate(way_rows["skill"], 1)], share=way_rows["covered"],
                    n=way_rows["n_covered"], ci_low=way_rows["covered_low"], ci_high=way_rows["covered_high"],
                ), role, "Share of ads that are covered then",
        )  # fmt: skip
        st.vega_lite_chart(way_chart)
        st.caption(
            "Each is the skill that then opens most; a better choice of all of them together may exist. "
            "What ads ask for is not what makes one be hired."
        )
        _table(way_rows, ["skill", "n_opened", "n_covered", "covered", "covered_low", "covered_high"])
        downloads.offer(snapshot, "learn-sequence", way_rows.assign(role=role), way_chart, command)
        st.subheader("Asked for most, of what you lack", anchor=False)
        asked = asked.assign(n_openings=found.n_openings)
        asked_chart = drawn(learn_charts.shares, 
                asked.assign(
                    label=asked["skill"], share=asked["wanted"], n=asked["n_asking"],
                    ci_low=asked["wanted_low"], ci_high=asked["wanted_high"],
                ), role, "Share of ads that require it",
        )  # fmt: skip
        st.vega_lite_chart(asked_chart)
        st.caption("Ads that take something instead that you have are not counted.")
        _table(asked, ["skill", "n_asking", "wanted", "wanted_low", "wanted_high"])
        downloads.offer(snapshot, "learn-asked", asked.assign(role=role), asked_chart, command)


def _matches(snapshot: Path, role: str, country: str | None, have: tuple[str, ...], by_employer: bool) -> None:
    st.subheader("Ads that you would match now", anchor=False)
    rows = learn_queries.matches(snapshot, role, country, have)
    if rows.empty:
        st.info("None yet: each of them requires something that you lack.", icon=":material/search_off:")
    else:
        n_all = learn_queries.way(snapshot, role, country, have, by_employer).n_covered
        shown = f"The latest {len(rows):,} of {n_all:,}" if n_all > len(rows) else f"All {n_all:,}"
        st.caption(
            f"{shown}, closed ones too. By skills alone: experience, degree, place and language are not looked at."
        )
        _ads(rows, "matches")
    near = learn_queries.nearest(snapshot, role, country, have, by_employer)
    if len(near):
        st.markdown("**Near misses**: ads that lack fewest")
        _ads(near, "near")


def _ads(rows: pd.DataFrame, key: str) -> None:
    """A list of ads, of which one can be opened. Titles and employers' names stay in cells, which show them as they stand."""
    shown = [
        name for name in ("title", "employer", "lacks", "job_location", "posted_on", "is_open") if name in rows.columns
    ]
    # a new list is a new widget: a row selected in the old one would be another ad in this one
    chosen = st.dataframe(
        rows[shown], key=f"{key}-{hash(tuple(rows['posting_id']))}", on_select="rerun", selection_mode="single-row",
        hide_index=True, placeholder="–", height="auto" if len(rows) < 8 else 300,
        column_config={
            "title": columns.text("Title"), "employer": columns.text("Employer"), "lacks": columns.text("Lacks"),
            "job_location": columns.text("Place"), "posted_on": columns.day("Posted"),
            "is_open": st.column_config.CheckboxColumn("Open", width=55),
        },
    )["selection"]["rows"]  # fmt: skip
    if chosen and chosen[0] < len(rows):
        st.page_link(
            ads.page(), label="Read the chosen ad", icon=":material/arrow_forward:",
            query_params={"ad": str(rows["posting_id"].iloc[chosen[0]])},
        )  # fmt: skip
    else:
        st.caption("Choose a row to read the ad.")


def _rows(steps: list[Step], n_openings: int) -> pd.DataFrame:
    """A row a step, with shares from 0 to 1; NaN: no interval."""
    rows = [
        (step.name, step.n_opened, *step.opened[:3], step.wanted, step.n_covered, *step.covered[:3], n_openings)
        for step in steps
    ]
    shares = ["opened", "opened_low", "opened_high", "wanted", "covered", "covered_low", "covered_high"]
    names = ["skill", "n_opened", *shares[:4], "n_covered", *shares[4:], "n_openings"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(shares, "float64"))


def _table(rows: pd.DataFrame, shown: list[str]) -> None:
    with st.expander("Table"):
        st.dataframe(
            rows[[*shown, "n_openings"]], hide_index=True, placeholder="–",
            column_config={
                "skill": columns.text("Learn"), "n_opened": columns.count("Opens"), "opened": columns.share("Share"),
                "opened_low": columns.share("95 % from"), "opened_high": columns.share("to"),
                "wanted": columns.share("Asked for"), "n_asking": columns.count("Ads that require it"),
                "wanted_low": columns.share("95 % from"), "wanted_high": columns.share("to"), "n_covered": columns.count("Covered then"),
                "covered": columns.share("Share"), "covered_low": columns.share("95 % from"),
                "covered_high": columns.share("to"), "n_openings": columns.count("of ads"),
            },
        )  # fmt: skip


def _command(role: str, country: str | None, have: tuple[str, ...], by_employer: bool) -> str:
    """What says the same in a shell."""
    options = ["--role", ROLE_TITLES[role], *(["--country", country] if country else [])]
    options += [*(["--have", ",".join(have)] if have else []), "--count", "employers" if by_employer else "openings"]
    return shlex.join(["rolescope", "path", *options])


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'s' if n != 1 and noun != 'more' else ''}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _interval(share: Estimate) -> str:
    if share.ci_low is None or share.ci_high is None:
        return "not known (one employer, or nothing varies)"
    return f"{share.ci_low:.1%} to {share.ci_high:.1%}"
