"""Two wordings of an ad side by side, line by line: what one has and the other lacks."""

from difflib import SequenceMatcher
from itertools import islice

from dashboard.highlight import Mark

MOST_LINES = 1000
"""Of either wording, beside the lines that both begin and end with: comparing more could take minutes."""
_AROUND = 2  # lines shown before and after a difference


def difference(before: str, now: str) -> tuple[str, list[Mark]] | None:
    """A text that holds the lines of both in their order, long runs of common ones cut short, and marks on those that only
    one has; None: too many lines differ to be compared."""
    old, new = before.split("\n"), now.split("\n")
    first, last = _common(old, new)
    middle_old, middle_new = old[first : len(old) - last], new[first : len(new) - last]
    if max(len(middle_old), len(middle_new)) > MOST_LINES:
        return None
    runs: list[tuple[str, list[str]]] = [("", old[:first])]
    for change, a, b, c, d in SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_opcodes():
        runs += (
            [("", middle_old[a:b])] if change == "equal" else [("removed", middle_old[a:b]), ("added", middle_new[c:d])]
        )
    runs.append(("", old[len(old) - last :]))
    text, marks = "", list[Mark]()
    for kind, lines in runs:
        if not lines:
            continue
        if not kind:
            text += _shortened(lines, marks, len(text))
            continue
        start = len(text)
        text += "\n".join(lines) + "\n"
        marks.append(Mark(start, len(text) - 1, kind, "only now" if kind == "added" else "only in the other wording"))
    return text.rstrip("\n"), marks


def _common(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines both begin with, and how many more they end with."""
    shorter = min(len(old), len(new))
    first = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    last = next((i for i in range(shorter - first) if old[-1 - i] != new[-1 - i]), shorter - first)
    return first, last


def _shortened(lines: list[str], marks: list[Mark], offset: int) -> str:
    """The lines, of which those in the middle are counted instead where there are many."""
    n_left_out = len(lines) - 2 * _AROUND
    if n_left_out < 2:
        return "\n".join(lines) + "\n"
    head, note = "\n".join(islice(lines, _AROUND)) + "\n", f"… {n_left_out:,} lines are the same …"
    start = offset + len(head)
    marks.append(Mark(start, start + len(note), "skipped", "the same in both"))
    return f"{head}{note}\n" + "\n".join(lines[-_AROUND:]) + "\n"
