"""Which period and which boards the page Trends is of, what it says where there are none, and what happened meanwhile."""

from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import columns, downloads, trends_period, trends_queries
from dashboard.filtered import Filters
from dashboard.filters import check_link
from dashboard.states import MIN_ADS, nothing_passes
from dashboard.trends_period import MIN_PARTS, Period, in_words
from dashboard.trends_queries import Span

FIXED, ALL = "a fixed set", "all boards"


def within_dates(boards: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """The rows of parts that the dates of the side bar leave something of."""
    parts = pd.to_datetime(boards["part"])
    if filters.posted_from:
        first = parts[parts <= pd.Timestamp(filters.posted_from)].max()
        boards = boards[(parts >= first) | pd.isna(first)]
    if filters.posted_to:
        boards = boards[pd.to_datetime(boards["part"]) <= pd.Timestamp(filters.posted_to)]
    return boards


def not_yet(snapshot: Path, filters: Filters, boards: pd.DataFrame, every: str, all_would_do: bool) -> None:
    """What most see in the first weeks: why there is no trend, and from when on there will be one."""
    known = trends_queries.collected(snapshot, filters.sources)
    if not known["n_postings"]:
        nothing_passes()
        return
    n_whole = boards.loc[boards["is_whole"], "part"].nunique()
    st.info(
        f"**No trend yet.** That takes boards with ads in each of {MIN_PARTS} {every}s in a row, {MIN_ADS} ads together at least, "
        f"collected all through and over by now. {_so_far(n_whole, every)}",
        icon=":material/hourglass_empty:",
    )
    n = known["n_boards"]
    said = [
        f"{known['n_postings']:,} ads of {n:,} board{'' if n == 1 else 's'} are here, collected since {known['read_from']:%d %b %Y}; "
        f"the newest snapshot is of {known['taken_on']:%d %b %Y}."
    ]
    if known["first_on"] < known["read_from"]:
        said.append(
            f"They were posted from {known['first_on']:%d %b %Y} on. But of the time before collecting began only those ads are "
            "here that were still open: no sample of what was posted then, so they are in no trend."
        )
    st.markdown(" ".join(said))
    steps = []
    if filters.posted_from or filters.posted_to:
        steps.append("Take the dates in the sidebar away, or widen them.")
    ready = {name: trends_period.ready_on(known["read_from"], name) for name in ("week", "month")}
    coming = {name: day for name, day in ready.items() if day > known["taken_on"]}
    if coming:
        when = " and ".join(f"by {name} from {day:%d %b %Y}" for name, day in coming.items())
        steps.append(f"Run `rolescope crawl` at least once a week, then `rolescope label`: a trend can be told {when}.")
    else:
        steps.append(
            "Run `rolescope crawl` at least once a week, then `rolescope label`; choose longer parts of time above."
        )
    steps.append("Or import what was posted earlier, with its dates: `rolescope import FILE`.")
    if all_would_do:
        steps.append(f"“{ALL.capitalize()}” above shows what is here nonetheless, and what is wrong with it.")
    st.markdown("\n".join(f"- {step}" for step in steps))


def _so_far(n: int, every: str) -> str:
    if not n:
        return f"There is no such {every} yet."
    return (
        f"There is 1 such {every}."
        if n == 1
        else f"There are {n} such {every}s, but not with the same boards in a row."
    )


def choose_period(boards: pd.DataFrame, parts: list[date], every: str, best: Period | None) -> Period | None:
    """The period that the reader chooses, at first the longest that has a fixed set; None: it is too short."""
    names = {part: in_words(part, every) for part in parts}
    keys = f"from_{every}", f"to_{every}"
    for key, name in zip(keys, ("from", "to"), strict=True):
        check_link(key, list(names.values()), name)
    first, last = (best.first, best.last) if best else (parts[0], parts[-1])
    picked = [
        column.selectbox(
            label, parts, index=parts.index(default), format_func=lambda day: names.get(day, str(day)), key=key,
            bind="query-params",
        )
        for column, label, default, key in zip(st.columns(2), ("From", "To"), (first, last), keys, strict=True)
    ]  # fmt: skip
    start, end = (parts.index(day) for day in picked)
    if end - start + 1 < MIN_PARTS:
        st.info(f"Choose a period of at least {MIN_PARTS} {every}s.", icon=":material/date_range:")
        return None
    return trends_period.period(boards, parts, *picked)


def say_boards(
    snapshot: Path, filters: Filters, chosen: Period, every: str, is_fixed: bool, best: Period | None
) -> bool:
    """Say which boards the numbers are of; whether there are any."""
    words = f"{in_words(chosen.first, every)} – {in_words(chosen.last, every)}"
    holds = f"{chosen.n_postings:,} of {chosen.n_all:,} ads, {chosen.n_postings / max(chosen.n_all, 1):.0%}"
    n = f"{chosen.n_boards:,} board{'' if chosen.n_boards == 1 else 's'}"
    if not is_fixed:
        only = (
            f"Only {n} {'has' if chosen.n_boards == 1 else 'have'} ads in every {every} ({holds})."
            if chosen.n_boards
            else f"No board has ads in every {every}."
        )
        begun = trends_queries.collected(snapshot, filters.sources)["read_from"]
        late = (
            f" Collecting began on {begun:%d %b %Y}: of the time before there are only ads that were still open then."
            if chosen.first < begun
            else ""
        )
        st.warning(
            f"**All boards: which boards there are ads of changes from {every} to {every}**, so a rise may be one of who was collected. "
            f"{only}{late}",
            icon=":material/warning:",
        )
        return True
    if not chosen.n_boards:
        st.info(
            f"**No board has ads in every {every} of {words}**, so whatever changed from one to the next may be the boards. "
            "Choose a shorter period, or longer parts of time.",
            icon=":material/link_off:",
        )
        _offer_best(best, every)
        return False
    st.markdown(f"**{n} with ads in every one of the {chosen.n_parts} {every}s {words}**: {holds}.")
    fixed = trends_queries.fixed_boards(snapshot, Span(every, chosen.first, chosen.last, fixed=True), filters.sources)
    if chosen.n_postings < trends_period.MUCH * chosen.n_all:
        st.warning(
            "That is the smaller part of the ads: these boards may say little of the rest, and of each month they may have few.",
            icon=":material/warning:",
        )
        if best and (best.first, best.last) != (chosen.first, chosen.last):
            _offer_best(best, every)
    if chosen.n_boards == 1:
        st.caption("With one board only, whatever changed there looks like a change of jobs.")
    if (fixed["source"] == "import").any():
        st.caption(
            "An imported file counts as one board. Where its ads come from several places the mix of them may change within it, "
            "which can't be seen from here."
        )
    with st.expander("Which boards"):
        shown = fixed[["name", "board", "n_postings"]]
        shown.attrs["query"] = fixed.attrs["query"]
        st.dataframe(
            shown, hide_index=True, placeholder="–",
            column_config={"name": columns.text("Source"), "board": columns.text("Board"), "n_postings": columns.count("Ads")},
        )  # fmt: skip
        downloads.offer(snapshot, "trend-boards", shown)
    return True


def _offer_best(best: Period | None, every: str) -> None:
    if best:
        st.button(
            f"Show {in_words(best.first, every)} – {in_words(best.last, every)}, the longest period with a fixed set of most ads"
            if best.n_postings >= trends_period.MUCH * best.n_all
            else f"Show {in_words(best.first, every)} – {in_words(best.last, every)}, the longest period with a fixed set",
            on_click=_show_period, args=(best.first, best.last, every), icon=":material/date_range:",
        )  # fmt: skip


def _show_period(first: date, last: date, every: str) -> None:
    st.session_state[f"from_{every}"], st.session_state[f"to_{every}"] = first, last


def events_of(snapshot: Path, boards: pd.DataFrame, parts: list[date], span: Span) -> pd.DataFrame:
    """What a change may be one of, a row an event: part (date), words, and detail (a sentence)."""
    found = []
    for row in trends_queries.label_changes(snapshot).to_dict("records"):
        detail = f"The ads were read anew by version {row['model_version']}: all of them, older ones too, so the lines do not break."
        found.append((row["changed_on"], "labels made anew", detail))
    if not span.fixed:
        begun = boards["read_from"].min()
        if begun is not None and pd.Timestamp(parts[0]) < pd.Timestamp(begun):
            detail = "Before, there are only ads that were still open then: no sample of what was posted."
            found.append((begun, "collecting begins", detail))
        for row in trends_period.board_events(boards, parts).to_dict("records"):
            detail = (
                f"{row['n_joined']:,} boards have their first ads ({row['share_joined']:.0%} of all of the {span.every}); "
                f"{row['n_left']:,} had their last before ({row['share_left']:.0%} of all then)."
            )
            found.append((row["part"], row["words"], detail))
    events = pd.DataFrame(found, columns=["part", "words", "detail"])
    events["part"] = pd.to_datetime(events["part"])
    inside = events["part"].between(
        pd.Timestamp(parts[0]), pd.Period(parts[-1], trends_period.EVERY[span.every]).end_time
    )
    return events[inside].sort_values("part")


def events_note(events: pd.DataFrame, span: Span) -> None:
    """What the rules in the charts mark; that there is none."""
    if len(events):
        with st.expander("What the dashed rules mark"):
            st.dataframe(
                events, hide_index=True,
                column_config={"part": columns.day("From"), "words": columns.text("Mark"), "detail": columns.text("What happened")},
            )  # fmt: skip
    else:
        same = "the boards are the same throughout" if span.fixed else "no boards of a tenth of the ads came or went"
        st.caption(f"Nothing is marked: the extractor did not change in this period, and {same}.")
