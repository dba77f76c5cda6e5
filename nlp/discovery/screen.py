"""The screen of `rolescope skills discover`: a proposal as lines of the terminal. Words of ads are shown as text, never
read as markup."""

from rich.console import Console, Group, RenderableType
from rich.segment import SegmentLines
from rich.text import Text

from nlp.discovery.proposals import Proposal
from nlp.discovery.session import Session

_AMBIGUITY = {
    "": "not ambiguous",
    "case": "ambiguous: counts only with its capital",
    "context": "ambiguous: counts only with evidence beside it",
    "acronym": "acronym: counts only in capitals",
}


def draw(session: Session, console: Console) -> SegmentLines:
    """The whole screen, in the console's size; what has no room at its end is left out, the keys never."""
    foot = Group(
        Text(session.outcome, style="dim", no_wrap=True, overflow="ellipsis"),
        Text("a accept  r reject  s skip  q quit", style="bold"),
    )
    options = console.options.update(height=None)
    below = console.render_lines(foot, options)
    room = max(console.height - len(below) - 1, 1)
    body = console.render_lines(_body(session), options)[:room]
    body += [[] for _ in range(room - len(body))]
    return SegmentLines([*body, *below], new_lines=True)


def _body(session: Session) -> RenderableType:
    proposal = session.proposal
    lines = [
        Text(f"{session.number} of {session.n_proposals}", style="dim"),
        Text(proposal.name, style="bold"),
        *_facts(proposal),
        Text(),
    ]
    for example in proposal.examples:
        line = Text(f"• {example}")
        line.highlight_words([proposal.name, *proposal.variants], style="bold", case_sensitive=False)
        lines += [line]
    return Group(*lines)


def _facts(proposal: Proposal) -> list[Text]:
    facts = [
        ("also written", ", ".join(proposal.variants)),
        ("named by", f"{proposal.n_openings:,} openings of {proposal.n_employers:,} employers"),
        ("rise", in_words(proposal.rise)),
        ("in lists with", ", ".join(proposal.neighbours)),
        ("spelled like", ", ".join(proposal.alike)),
        ("category", f"{proposal.category}, by what stands beside it"),
        ("bare name", _AMBIGUITY[proposal.ambiguity]),
    ]
    return [Text.assemble((f"{name:14}", "dim"), value or "–") for name, value in facts]


def in_words(rise: float | None) -> str:
    """How a share of employers has changed, such as "2.4 times as often of late"; empty: not known."""
    return f"{rise:.1f} times as often of late" if rise is not None else ""
