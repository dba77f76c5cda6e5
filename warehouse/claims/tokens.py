"""The words and signs of a test, and a reader that takes them one after the other."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from warehouse import WarehouseError


class ClaimError(WarehouseError):
    """A test that can't be read; the message says where, what was expected, and the nearest names."""


class Token(NamedTuple):
    """A word, a name in quotes (then the text is what they hold), a sign, or the end; with its place from 0."""

    kind: str
    text: str
    start: int


class Tokens:
    """The tokens of a text, and how far they have been taken."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def peek(self, ahead: int = 0) -> Token:
        """The next token, or one behind it; the end, where there is none."""
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def sees(self, *texts: str) -> bool:
        """Whether these signs and words, in any case, come next."""
        ahead = [self.peek(i) for i in range(len(texts))]
        return all(
            t.kind in ("word", "sign") and t.text.casefold() == text for t, text in zip(ahead, texts, strict=True)
        )

    def skip(self, n: int = 1) -> None:
        """Takes the next n tokens."""
        self._at += n

    def take(self, *texts: str) -> bool:
        """Takes these signs and words if they come next, and says whether."""
        seen = self.sees(*texts)
        self._at += len(texts) * seen
        return seen

    def expect(self, sign: str) -> None:
        """Takes the sign. Raises ClaimError where another comes."""
        if not self.take(sign):
            raise self.error(f'"{sign}"')

    def name(self) -> tuple[int, str]:
        """How many tokens the next name has, and the name: words up to a sign or "first of"; quotes hold a whole one."""
        if self.peek().kind == "quoted":
            return 1, self.peek().text
        words: list[str] = []
        while (token := self.peek(len(words))).kind == "word":
            if token.text.casefold() == "first" and self.peek(len(words) + 1).text.casefold() == "of":
                break
            words.append(token.text)
        return len(words), " ".join(words)

    def error(self, expected: str, near: Iterable[str] = (), at: Token | None = None) -> ClaimError:
        """What to raise where something else was expected, there or at the next token."""
        token = at or self.peek()
        found = f'"{short(token.text)}"' if token.kind != "end" else "the end"
        nearest = ", ".join(near)
        hint = f". Nearest: {nearest}" if nearest else ""
        return ClaimError(f"Test, position {token.start + 1}: expected {expected}, found {found}{hint}")


def short(text: str) -> str:
    """As much of a text as a message shows."""
    return text if len(text) <= 40 else f"{text[:40]}…"


_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"[^"]*")|(?P<sign>>=|<=|["<>=!&|()\[\],;:%+])|(?P<word>[^\s"<>=!&|()\[\],;:%+]+(?:\+\+)?)|$)'
)


def _tokens(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind:
            yield Token(kind, match[kind].strip('"') if kind == "quoted" else match[kind], match.start(kind))
    yield Token("end", "", len(text))
