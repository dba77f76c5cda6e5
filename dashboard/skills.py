"""Skills: what the ads say of one skill, by role, month, country and level, and with what it comes."""

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from dashboard import ads, columns, queries, skills_charts, skills_queries, skills_role
from dashboard.drawn import drawn
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.highlight import safe_url
from dashboard.roles import FOUR, ROLE_TITLES
from dashboard.skills_queries import NEEDS
from dashboard.skills_tables import SHARE, least, parted, share_columns, table
from dashboard.states import MIN_ADS, nothing_labelled, nothing_passes, snippets_only
from warehouse import reference

_ROLES = {role: ROLE_TITLES[role] for role in FOUR}
_N_LISTED, _N_MONTHS = 100, 24
_REFERENCE_NEEDS = {"named": "skill", "required": "required"}


def show(snapshot: Path, filters: Filters) -> None:
    """The page."""
    st.title("Skills", anchor=False)
    note = "Counts all labelled ads, role judged by title and text: the filters of the side bar don't apply here."
    if filters == Filters():
        st.caption(note)
    else:
        st.info(f"{note} They do apply to the lists of ads that this page leads to.", icon=":material/filter_alt_off:")
    listed = skills_queries.skill_count(snapshot, _N_LISTED)
    if listed.empty:
        _nothing(snapshot)
        return
    names = queries.skill_names(snapshot)
    check_link("skill", list(names.values()), "skill")
    skill = st.selectbox(
        "Skill", list(names), index=None, placeholder="choose one, or type its name",
        format_func=lambda key: names.get(key, key), key="skill", bind="query-params",
    )  # fmt: skip
    if skill is None:
        _list(listed)
        return
    _entry(skills_queries.skill_row(snapshot, skill))
    known = skills_queries.reference_skill_share(snapshot, skill)
    _demand(snapshot, skill, names[skill], known, filters)
    _by_month(snapshot, skill, known)
    skills_role.show(snapshot, skill)


def _nothing(snapshot: Path) -> None:
    counts = queries.posting_count(snapshot, Filters())
    if counts["n_ads"] and not counts["n_full_text"]:
        snippets_only(counts["n_ads"])
    elif counts["n_ads"] and not counts["n_labelled"]:
        nothing_labelled()
    elif counts["n_ads"]:
        st.info("No ad of the four roles names a skill: collect more boards.", icon=":material/scale:")
    else:
        nothing_passes()


def _list(listed: pd.DataFrame) -> None:
    """The most named skills, to choose one of."""
    st.markdown(f"The {len(listed)} skills that most ads of the four roles name: select a row to look at one.")
    # the numbers before the category: on a phone there is room for three columns
    shown = listed[["name", "n_with", "n_ads"]].assign(category=listed["category"].str.replace("_", " "))
    st.dataframe(
        shown, key="most_named", hide_index=True, placeholder="–", height=560,
        on_select=partial(_choose, tuple(listed["skill"])), selection_mode="single-row",
        column_config={
            "name": columns.text("Skill"), "n_with": columns.count("Ads that name it"), "n_ads": columns.count("of ads"),
            "category": columns.text("Category"),
        },
    )  # fmt: skip


def _choose(skills: tuple[str, ...]) -> None:
    rows = st.session_state["most_named"]["selection"]["rows"]
    if rows:
        st.session_state["skill"] = skills[rows[0]]


def _entry(row: dict[str, Any]) -> None:
    """What the table of skills knows of it. Its rows may be the reader's own, so names are shown as they stand."""
    since = "first released" if row["since"] else None
    facts = [
        ("category", row["category"].replace("_", " ")), ("part of", row["parent_name"]), (since, row["since"]),
        ("also written", ", ".join(row["aliases"][:8])),
    ]  # fmt: skip
    st.text(" · ".join(f"{name} {value}" for name, value in facts if value))
    entries = [(name, url, note) for name, url, note in _entries(row) if url]
    if entries:
        with st.container(horizontal=True):
            for name, url, note in entries:
                st.link_button(name, url, help=note, icon=":material/open_in_new:", type="tertiary")


def _entries(row: dict[str, Any]) -> list[tuple[str, str | None, str]]:
    """Name, address and explanation of its entries in public vocabularies; address None: it has none there."""
    topic, tag, code = (
        row[name] and quote(row[name], safe="") for name in ("github_topic", "stackoverflow_tag", "onet_code")
    )
    return [
        ("GitHub topic", topic and f"https://github.com/topics/{topic}", "Repositories with this topic."),
        ("Stack Overflow tag", tag and f"https://stackoverflow.com/questions/tagged/{tag}", "Questions with this tag."),
        ("ESCO", safe_url(row["esco_uri"]), "European classification of skills and occupations."),
        (
            f"O*NET {code}".replace("*", r"\*"), code and "https://www.onetonline.org/search/tech/",
            "Technology skills of the US Department of Labor; the number is its kind of goods (UNSPSC), to be looked up there.",
        ),
    ]  # fmt: skip


def _demand(snapshot: Path, skill: str, name: str, known: pd.DataFrame, filters: Filters) -> None:
    st.subheader("Which ads ask for it", anchor=False)
    shares = _with_reference(skills_queries.skill_share_by_part(snapshot, skill, "role", NEEDS), known)
    order = [*_ROLES, *NEEDS]
    shares = shares.sort_values(["role", "of_what"], key=lambda names: names.map(order.index))
    large, small = parted(shares)
    if small["role"].nunique():
        st.info(f"Not enough ads to say: {_sizes(small.drop_duplicates('role'))}. {least()}", icon=":material/scale:")
    if large.empty:
        return
    chart = drawn(skills_charts.skill_demand, large)
    st.vega_lite_chart(chart)
    sizes = large.drop_duplicates("role")
    st.caption(
        f"Dot: share of the role's ads, n = {_sizes(sizes)}; line: 95 % interval, clustered by employer. As one of several: the "
        "ad requires it or another instead; “required” holds those ads too."
    )
    _reference_note(bool(large["reference_share"].notna().any()))
    links = st.columns(len(sizes))
    for column, row in zip(links, large[large["of_what"] == "skill"].to_dict("records"), strict=True):
        if row["n_with"]:
            # the list obeys the filters, this number does not
            n = f"all {row['n_with']:,} ads" if filters == Filters() else "its ads"
            column.page_link(
                ads.page(), label=f"{ROLE_TITLES[row['role']]}: read {n}", icon=":material/arrow_forward:",
                query_params={"role": ROLE_TITLES[row["role"]], "skill": name},
            )  # fmt: skip
    rows = large.assign(role=large["role"].map(ROLE_TITLES), asks=large["of_what"].map(skills_charts.NEED_TITLES))
    table(
        snapshot, skill, "demand",
        rows[["role", "asks", *SHARE, "reference_share", "reference_ci_low", "reference_ci_high", "reference_n_ads"]],
        {
            "role": "Role", "asks": "It is", **share_columns(),
            "reference_share": columns.share("Reference"), "reference_ci_low": columns.share("95 % from "),
            "reference_ci_high": columns.share("to "), "reference_n_ads": columns.count("of its ads"),
        },
        chart,
    )  # fmt: skip


def _with_reference(shares: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    every_year = known[known["year"] == reference.ALL].assign(of_what=known["need"].map(_REFERENCE_NEEDS))
    beside = every_year[["role", "of_what", "share", "ci_low", "ci_high", "n_ads"]]
    names = {name: f"reference_{name}" for name in ("share", "ci_low", "ci_high", "n_ads")}
    return shares.merge(beside.rename(columns=names), on=["role", "of_what"], how="left")


def _reference_note(is_shown: bool) -> None:
    about = reference.about()
    if is_shown:
        st.caption(
            f"Grey: the **reference** that ships with rolescope, not this warehouse: {about.n_openings:,} openings of "
            f"{about.n_employers:,} employers, posted {about.first_posted_on[:4]}–{about.last_posted_on[:4]}, from public "
            "research datasets. No random sample of jobs.",
            help=f"{about.sources} {about.not_to_be_taken_for}",
        )
    else:
        st.caption(
            f"The reference that ships with rolescope has nothing to hold beside it: fewer than {about.limits.n_with} of its ads "
            "of these roles name it."
        )


def _by_month(snapshot: Path, skill: str, known: pd.DataFrame) -> None:
    st.subheader("When they were posted", anchor=False)
    shares = skills_queries.skill_share_by_part(snapshot, skill, "month", ("skill",))
    shares = shares.assign(month=pd.to_datetime(shares["part"]))
    newest = sorted(shares["month"].unique())[-_N_MONTHS:]
    shares = shares[shares["month"].isin(newest)]
    enough = shares[shares["n_ads"] >= MIN_ADS]
    if enough["month"].nunique() < 2:
        st.info(
            f"A course over time takes two months of at least {MIN_ADS} ads of a role: collect for longer, or from boards that "
            "say when an ad was posted.",
            icon=":material/calendar_month:",
        )
        return
    # an interval of a handful of ads must not flatten the rest
    sound = (
        enough[enough["n_ads"] >= skills_charts.FEW_ADS] if (enough["n_ads"] >= skills_charts.FEW_ADS).any() else enough
    )
    most = skills_charts.reach(sound)
    years = _years(known, newest)
    roles = [role for role in _ROLES if (enough["role"] == role).any()]
    for pair in (roles[:2], roles[2:]):
        for column, role in zip(st.columns(2, gap="large"), pair, strict=False):
            column.vega_lite_chart(
                drawn(
                    skills_charts.skill_share_by_month,
                    enough[enough["role"] == role],
                    years[years["role"] == role],
                    role,
                    most,
                )
            )
    left_out = len(shares) - len(enough)
    st.caption(
        f"Share of a month's ads that name it, the last {len(newest)} months that have ads; band: 95 % interval, clustered by "
        f"employer. Faint and hollow: a month of fewer than {skills_charts.FEW_ADS} ads, which says little"
        f"{f'; {left_out} of fewer than {MIN_ADS} are left out' if left_out else ''}. Which sources were collected changes from "
        f"month to month, so a change may be one of sources.{' Grey, dashed: the reference, in each year.' if len(years) else ''}"
    )
    rows = enough.assign(role=enough["role"].map(ROLE_TITLES)).sort_values(["month", "role"], ascending=[False, True])
    table(
        snapshot, skill, "by-month", rows[["month", "role", *SHARE]],
        {"month": st.column_config.DateColumn("Month", format="YYYY-MM"), "role": "Role", **share_columns()},
    )  # fmt: skip


def _years(known: pd.DataFrame, months: list[pd.Timestamp]) -> pd.DataFrame:
    """The reference's shares of the years that the months touch: role, start, end (dates), share, n_with, n_ads."""
    years = known[(known["need"] == "named") & (known["year"] != reference.ALL)]
    first, last = months[0], months[-1]
    years = years[years["year"].astype(int).between(first.year, last.year)]
    years = years.assign(
        start=[max(pd.Timestamp(int(year), 1, 1), first) for year in years["year"]],
        end=[min(pd.Timestamp(int(year), 12, 31), last) for year in years["year"]],
    )
    return years[["role", "start", "end", "share", "n_with", "n_ads"]]


def _sizes(rows: pd.DataFrame) -> str:
    return ", ".join(
        f"{ROLE_TITLES[role]} {n_ads:,} ads of {n_employers:,} employers"
        for role, n_ads, n_employers in zip(rows["role"], rows["n_ads"], rows["n_employers"], strict=True)
    )
