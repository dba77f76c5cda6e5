"""The screen of `rolescope review`: a session as lines of the terminal. Ads are shown as text, never read as markup."""

import csv
from collections.abc import Callable
from importlib.resources import files

from rich.bar import Bar
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.rule import Rule
from rich.segment import Segment, SegmentLines
from rich.table import Table
from rich.text import Text

from nlp.review.queue import Passage, ReviewAd
from nlp.review.session import NEIGHBOUR_KEYS, ROLE_KEYS, Session
from nlp.roles.explanation import Explanation
from nlp.roles.labels import ROLES
from nlp.roles.reasons import in_words, reasons

_WIDEST = 110  # characters of a line of text: longer ones are hard to read
_NARROWEST_REASON = 12
_READ_FIRST = frozenset({"duties", "required"})


def _role_table() -> dict[str, dict[str, str]]:
    with files("nlp").joinpath("roles.csv").open(encoding="utf-8") as lines:
        return {row["role"]: row for row in csv.DictReader(lines)}


class ReviewScreen:
    """Draws a session on a console, and remembers how far its text was scrolled."""

    def __init__(
        self,
        console: Console,
        n_before: int,
        order: str,
        explain: Callable[[str, str], Explanation | None] | None = None,
    ):
        """``explain``: why a title and a text have their role, as ``Explainer`` says it; None: no reasons are shown."""
        self._console, self._n_before, self._order, self._explain = console, n_before, order, explain
        self._why: tuple[str, Text] | None = None  # the reasons of the ad with that content_hash
        self._roles = _role_table()
        self._shown: tuple[object, ...] = ()
        self._lines: list[tuple[Text, str | None]] = []  # of the text, with the kind of their section
        self._top = self._room = 0

    def draw(self, session: Session) -> SegmentLines:
        """The whole screen, in the console's size; the text begins where the duties or the requirements do."""
        width, height = self._console.size
        self._wrap(session, min(width, _WIDEST))
        foot = self._rendered(self._foot(session))
        head = self._rendered(self._head(session))[: max(height - len(foot) - 2, 0)]
        self._room = max(height - len(head) - len(foot) - 1, 1)
        self.scroll("")
        body = self._lines[self._top : self._top + self._room]
        kind = (body[0][1] if body else None) or "the ad"
        last = self._top + len(body)
        where = f"lines {self._top + 1}–{last} of {len(self._lines)}" if body else "there is no text"
        rule = Rule(
            Text(f"{kind if session.mode != 'definitions' else 'the roles'} · {where}"), align="left", style="dim"
        )
        text = [line for line, _ in body] + [Text()] * (self._room - len(body))
        return SegmentLines([*head, *self._rendered(rule), *self._rendered(Group(*text)), *foot], new_lines=True)

    def scroll(self, key: str) -> None:
        """Move the text by a line or a page, where the key says so."""
        page = max(self._room - 1, 1)
        steps = {"page down": page, "b": -page, "page up": -page, "j": 1, "down": 1, "k": -1, "up": -1}
        self._top = max(min(self._top + steps.get(key, 0), len(self._lines) - self._room), 0)

    def _wrap(self, session: Session, width: int) -> None:
        """Make the lines of the text, where it is not the one that they are of."""
        definitions = session.mode == "definitions"
        shown = (session.ad.content_hash, definitions, width)
        if shown == self._shown:
            return
        self._shown = shown
        passages = (
            [_definition(row) for row in self._roles.values()] if definitions else map(_passage, session.ad.passages)
        )
        self._lines = []
        for text, kind in passages:
            self._lines += [(line, kind) for line in text.wrap(self._console, width)] + [(Text(), kind)]
        first = (i for i, (_, kind) in enumerate(self._lines) if kind in _READ_FIRST)
        self._top = next(first, 0)

    def _rendered(self, what: RenderableType) -> list[list[Segment]]:
        return self._console.render_lines(what, self._console.options.update(height=None))

    def _head(self, session: Session) -> RenderableType:
        labelled = f"{session.number} of {session.n_ads} · {self._n_before:,} labelled before by {session.reviewer}"
        progress = Text(f"{labelled} · {self._order}", style="dim", no_wrap=True, overflow="ellipsis")
        if session.mode == "definitions":
            return progress
        ad = session.ad
        facts = [
            (ad.hiring_organization or "employer not stated")[:40],
            f"language {ad.language}" if ad.language else "language unknown",
            f"posted {ad.posted_on:%Y-%m-%d}" if ad.posted_on else "date unknown",
            ad.job_location or "place not stated",  # last, since it may be long
        ]
        title = Text(ad.title, style="bold", no_wrap=True, overflow="ellipsis")
        line = Text(" · ".join(facts), no_wrap=True, overflow="ellipsis")
        if session.label_is_hidden:
            return Group(progress, title, line, Text("The present label is hidden until you have chosen.", style="dim"))
        return Group(progress, title, line, self._present_label(ad))

    def _present_label(self, ad: ReviewAd) -> RenderableType:
        """Six lines, and six reasons to the right of them where there is room."""
        table = Table(box=None, padding=(0, 1), pad_edge=False)
        table.add_column("present label")
        table.add_column("by both", width=9)
        for name in ("", "title", "text"):
            table.add_column(name, justify="right")
        for i, role in enumerate(ROLES):
            more = " · second role" if role == ad.secondary_role else ""
            more += f" · {_words(ad.adjacent)}" if role == "other" and ad.adjacent and ad.role == role else ""
            name = f"{'▸' if role == ad.role else ' '} {self._roles[role]['title']}{more}"
            columns = [_probability(answer, i) for answer in (ad.both, ad.by_title, ad.by_text)]
            style = "bold" if role == ad.role else ""
            table.add_row(Text(name, style=style, no_wrap=True), Bar(1, 0, ad.both[i], color="cyan"), *columns)
        free = self._console.width - self._console.measure(table).maximum - 3
        if self._explain is None or free < _NARROWEST_REASON:
            return table
        side_by_side = Table.grid(padding=(0, 3, 0, 0))
        side_by_side.add_row(table, self._reasons(ad, self._explain))
        return side_by_side

    def _reasons(self, ad: ReviewAd, explain: Callable[[str, str], Explanation | None]) -> Text:
        """Three lines for the present label and three against it; empty where another version or a part of the text gave
        it."""
        if self._why is None or self._why[0] != ad.content_hash:
            found = explain(ad.title, "\n\n".join(passage.text for passage in ad.passages))
            for_it, against = reasons(found, 3) if found and found.winner == ad.role else ([], [])
            titles = {role: row["title"] for role, row in self._roles.items()}
            signs = [("+", "green", signal) for signal in for_it] + [("−", "red", signal) for signal in against]
            lines = [Text(f"{sign} {in_words(signal, titles)}", style=style) for sign, style, signal in signs]
            self._why = (ad.content_hash, Text("\n", no_wrap=True, overflow="ellipsis").join(lines))
        return self._why[1]

    def _foot(self, session: Session) -> RenderableType:
        if session.mode == "neighbour":
            menu = [f"{key} {_words(neighbour)}" for key, neighbour in NEIGHBOUR_KEYS.items()]
            return Group(
                Text("Other – what comes nearest? (Enter: unknown, Esc: back)", style="bold"),
                Columns(map(Text, menu), equal=True),
            )
        roles = [f"{key} {self._roles[role]['title']}" for key, role in ROLE_KEYS.items()]
        read = "space/b j/k read"
        if session.mode == "second":
            return Group(
                Text("Which second role holds a third of the duties or more? (Enter: none)", style="bold"),
                Text("  ".join(roles[:4])),
            )
        if session.mode == "definitions":
            return Text(f"{read}  ? back to the ad  q quit")
        if session.mode == "chosen":
            on = "Enter end" if session.is_last else "Enter next ad"
            return Group(Text(self._outcome(session), style="bold"), Text(f"{on}  u undo  {read}  q quit"))
        message = session.message or self._outcome(session)
        if session.second and not session.message:
            message = f"Second role: {self._roles[session.second]['title']}. And the first?"
        same = "" if session.blind else "  y right"
        return Group(
            *([Text(message, style="bold")] if message else []),
            Text("  ".join(roles)),
            Text(f"2 second role{same}  s skip  u undo  {read}  ? roles  q quit"),
        )

    def _outcome(self, session: Session) -> str:
        """What was done with the last ad; empty: there is none."""
        if not session.done:
            return ""
        ad, label = session.done[-1]
        if label is None:
            return "Skipped."
        title = {role: row["title"] for role, row in self._roles.items()}
        chosen = f"Stored: {title[label.role]}" + (f", {_words(label.adjacent)}" if label.adjacent else "")
        chosen += f", and {title[label.secondary_role]} second" if label.secondary_role else ""
        same = "as the label says" if label.role == ad.role else f"the label says {title[ad.role]}"
        return f"{chosen} – {same}."


def _passage(passage: Passage) -> tuple[Text, str | None]:
    text = Text(passage.text)
    start = passage.text.find(passage.heading) if passage.heading else -1
    if passage.heading and start >= 0:
        text.stylize("bold", start, start + len(passage.heading))
    return text, passage.kind


def _definition(row: dict[str, str]) -> tuple[Text, str | None]:
    return Text.assemble((row["title"], "bold"), "\n", row["definition"]), None


def _probability(answer: tuple[float, ...] | None, i: int) -> Text:
    """One of five probabilities; the largest is bold and marked."""
    if answer is None:
        return Text("–  ", style="dim")
    largest = answer[i] == max(answer)
    return Text(f"{answer[i]:.2f} {'◂' if largest else ' '}", style="bold" if largest else "")


def _words(key: str) -> str:
    return key.replace("_", " ")
