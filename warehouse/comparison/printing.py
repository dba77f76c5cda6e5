"""How comparisons are printed: tables that fit 80 columns and say more in 120, and CSV."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from warehouse.command_line import counted
from warehouse.comparison.strip import LABEL_WORDS, Strip
from warehouse.comparison.table import Comparison, Row
from warehouse.comparison.verdict import MARGIN, Sides
from warehouse.inference.clustered import Estimate
from warehouse.inference.similarity import Distance
from warehouse.learning_path.names import ROLE_NAMES

_SHORT = {"ai_engineer": "AI", "ml_engineer": "ML", "data_scientist": "DS", "full_stack_engineer": "FS"}
_STYLES = {"more": "green", "less": "red", "alike": "", "not enough ads": "dim"}
_WIDE = 118  # columns from which on the corrected and the adjusted difference fit


class Source(NamedTuple):
    """What the figures are of."""

    snapshot_id: str
    is_sample: bool
    is_labelled: bool


def print_comparison(found: Comparison, whole: Distance | None, source: Source, top: int) -> None:
    """The first ``top`` rows, the roles as wholes, and how it was counted."""
    console = Console(highlight=False)
    _head(console, found.role_a, found.role_b, found.of, source)
    if not found.rows:
        what = "Nothing to compare: " + (
            "a role has no openings." if not found.of.n_a or not found.of.n_b else "no ad names any of these."
        )
        console.print(what)
    else:
        _print_rows(console, found, top)
    if whole is not None and whole.observed is not None:
        console.print(Text(_whole(whole, found)))
    console.print(Text(_footnote(found, source, top)), style="dim")


def _print_rows(console: Console, found: Comparison, top: int) -> None:
    wide = console.width >= _WIDE
    a, b = _SHORT[found.role_a], _SHORT[found.role_b]
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(
        "tag" if found.of_tags else "skill",
        no_wrap=True,
        overflow="ellipsis",
        max_width=max(console.width - (100 if wide else 54), 8),
    )
    for name in (f"{a} %", f"{b} %", f"{a} – {b} (95 %)", "z", *(("q",) if wide else ())):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("corrected", "like with like") if wide else ():
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in found.rows[:top]:
        z = f"{row.odds.z:+.1f}" if row.odds else "–"
        more = (_chance(row.q), points(row.corrected, 0), points(row.adjusted, 0)) if wide else ()
        table.add_row(
            *(Text(row.name), f"{100 * row.share_a:.1f}", f"{100 * row.share_b:.1f}", points(row.difference), z),
            *(*more, Text(verdict_words(row), style=_STYLES[row.verdict])),
        )
    console.print(table)


def verdict_words(row: Row) -> str:
    """The verdict on role a; of too few ads, the difference that they would have shown."""
    if row.verdict == "alike":
        return f"alike ±{100 * MARGIN:.0f}"
    if row.verdict == "not enough ads" and row.could_show is not None:
        return f"too few: {100 * row.could_show:.0f}"
    return "too few" if row.verdict == "not enough ads" else row.verdict


def print_strip(one: Strip, source: Source) -> None:
    """A line for each way of counting, flagged where sign or verdict changes."""
    console = Console(highlight=False)
    _head(console, one.role_a, one.role_b, one.lines[0].of, source)
    needs = "requires" if one.need == "required" else "names"
    a, b = _SHORT[one.role_a], _SHORT[one.role_b]
    console.print(Text(f"{one.name} ({one.category}): share of openings whose ad {needs} it, {a} less {b}, in points"))
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("counted")
    for name in (f"{a} – {b} (95 %)", f"n {a}", f"n {b}"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for line in one.lines:
        which = f": {_clean(line.which)}" if line.which else ""
        if line.verdict is None:
            table.add_row(Text(line.what + which, style="dim"), "–", "", "", "")
            continue
        verdict = Text(_plain(line.verdict), style=_STYLES[line.verdict])
        if line.changes:
            verdict.append(f" ! {line.changes}", style="yellow")
        table.add_row(
            *(Text(line.what + which), points(line.estimate), f"{line.of.n_a:,}", f"{line.of.n_b:,}", verdict)
        )
    console.print(table)
    n_changed = sum(bool(line.changes) for line in one.lines)
    n_told = sum(line.verdict is not None for line in one.lines) - 1
    said = f"changes in {n_changed}" if n_changed else "changes in none"
    held = f"The verdict {said} of {counted(n_told, 'other way')} of counting. "
    console.print(
        Text(
            f"{held * (one.lines[0].verdict != 'not enough ads')}Roles: {LABEL_WORDS[one.label]}. Intervals are clustered by "
            f"employer; {_NO_Q} Snapshot {source.snapshot_id}."
        ),
        style="dim",
    )


_NO_Q = "they don't allow for other skills that were looked at before this one."


def points(estimate: Estimate, digits: int = 1) -> str:
    """ "+12.3 (+10.1 to +14.5)", in points; without the interval where there is none."""
    if estimate.value is None:
        return "–"
    value = f"{_signed(estimate.value, 1)}"
    if estimate.ci_low is None or estimate.ci_high is None:
        return f"{value} (no interval)" if digits else value
    return f"{value} ({_signed(estimate.ci_low, digits)} to {_signed(estimate.ci_high, digits)})"


def _signed(share: float, digits: int) -> str:
    number = round(100 * share, digits) + 0.0  # no "-0.0"
    return f"{number:+.{digits}f}"


def _plain(verdict: str) -> str:
    return {"alike": f"alike ±{100 * MARGIN:.0f}", "not enough ads": "too few"}.get(verdict, verdict)


def _chance(q: float | None) -> str:
    return "–" if q is None else "<.0001" if q < 0.0001 else f"{q:.4f}".removeprefix("0")


def _clean(name: str) -> str:
    return "".join(c for c in name if c.isprintable())[:40]


def _head(console: Console, role_a: str, role_b: str, of: Sides, source: Source) -> None:
    if source.is_sample:
        console.print("Sample data, which are invented.")
    sizes = ((role_a, of.n_a, of.n_employers_a), (role_b, of.n_b, of.n_employers_b))
    words = (f"{ROLE_NAMES[r]} ({counted(n, 'opening')} of {counted(e, 'employer')})" for r, n, e in sizes)
    console.print(Text(" against ".join(words)), style="bold")
    if of.are_few:
        console.print(
            "Too few to say anything: five openings of two employers on each side are the least.", style="yellow"
        )


def _whole(whole: Distance, found: Comparison) -> str:
    """The roles as wholes, in a sentence."""
    e, a, b = whole.estimate, _SHORT[found.role_a], _SHORT[found.role_b]
    halves = ", ".join(f"{r} {d:.2f}" for r, d in ((a, whole.within_a), (b, whole.within_b)) if d is not None)
    against = f"between random halves of one role: {halves or 'none'}"
    if e.ci_low is None or e.ci_high is None:
        return f"As wholes: Jensen–Shannon distance {whole.observed or 0:.2f} (no interval) of 0 to 1; {against}."
    return (
        f"As wholes: Jensen–Shannon distance {e.value or 0:.2f} ({e.ci_low:.2f} to {e.ci_high:.2f}) of 0 to 1, without what chance "
        f"adds; {whole.observed or 0:.2f} with it, and {against}."
    )


def _footnote(found: Comparison, source: Source, top: int) -> str:
    if not found.rows:
        return f"Roles: {LABEL_WORDS[found.label]}. Snapshot {source.snapshot_id}."
    hidden = max(len(found.rows) - top, 0)
    what = "Tags" if found.of_tags else "Skills"
    verb = "show" if found.of_tags else "require" if found.need == "required" else "name"
    more = f" {hidden:,} more with --top {len(found.rows)} or --csv." if hidden else ""
    return (
        f"{what} that at least 1 % of a role's ads {verb}, by |z|; {found.n_rare:,} rarer ones are left out.{more} Roles: "
        f"{LABEL_WORDS[found.label]}. Differences in points, clustered by employer (CR1, effective degrees of freedom); z: log-odds "
        f"with a Dirichlet prior; corrected: for the extractor's measured errors; like with like: same country, seniority and month "
        f"({found.n_alike_a:,} and {found.n_alike_b:,} openings). more and less: q ≤ 5 % over all {len(found.rows):,} rows "
        f"(Benjamini–Hochberg); alike: 90 % interval inside ±{100 * MARGIN:.0f} points; too few: N points would have been seen. "
        f"Snapshot {source.snapshot_id}."
    )


_ESTIMATE = ("", "_low", "_high")


def table_csv(found: Comparison) -> str:
    """Every row; shares and differences 0–1, empty where unknown."""
    head = (
        *("key", "name", "category", "n_a", "n_b", "n_employers_a", "n_employers_b", "n_with_a", "n_with_b"),
        *("share_a", "share_b", *_names("difference"), "q", "log_odds", "log_odds_low", "log_odds_high", "z"),
        *(*_names("corrected"), *_names("adjusted"), "verdict", "could_show"),
    )
    return _csv(
        head,
        (
            (
                *(row.key, row.name, row.category, *row.of, row.n_with_a, row.n_with_b, row.share_a, row.share_b),
                *(*row.difference[:3], row.q, *(row.odds or (None,) * 4)),
                *(*row.corrected[:3], *row.adjusted[:3], row.verdict, row.could_show),
            )
            for row in found.rows
        ),
    )


def strip_csv(one: Strip) -> str:
    """Every line; differences 0–1, empty where unknown."""
    head = (
        "counted",
        "which",
        "n_a",
        "n_b",
        "n_employers_a",
        "n_employers_b",
        *_names("difference"),
        "verdict",
        "changes",
    )
    return _csv(
        head,
        ((line.what, line.which, *line.of, *line.estimate[:3], line.verdict, line.changes) for line in one.lines),
    )


def _names(of: str) -> Sequence[str]:
    return [of + end for end in _ESTIMATE]


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return written.getvalue()
