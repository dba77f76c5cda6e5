"""The few strongest reasons for a role and against it, as people read them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from spacy.attrs import LOWER
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.vocab import Vocab

from nlp.roles.classifier import RoleClassifier
from nlp.roles.explanation import Answer, Explanation, Signal, explain
from nlp.sections import Sections
from nlp.tokenizer import RegexTokenizer

_FUNCTION_WORDS = STOP_WORDS | frozenset(
    "der die das den dem des ein eine und oder mit von zu im für auf wir de la le les el los las du des et ou en un une "
    "para por con y o e da do di il che per het een van voor met".split()
)
_SMALL = 0.3
"""Log-odds below which a function word isn't worth a line."""
_AMONG = 5
"""So many times as many signals as are shown are looked at for words to be added to pairs."""
_CUE_NAMES = {"llm": "LLMs", "train": "training models", "serve": "serving models", "insight": "insights"}


class Explainer:
    """The model and what it takes to read an ad for it, without skills; calling it explains an ad."""

    def __init__(self, model: RoleClassifier | None = None):
        self._model = model or RoleClassifier.load()
        self._tokenize = RegexTokenizer(Vocab(lex_attr_getters={LOWER: str.lower}))
        self._sections = Sections()

    def __call__(self, title: str, text: str, answer: Answer = "both") -> Explanation | None:
        """As ``explain``: None where there is nothing to judge by."""
        return explain(self._model, self._tokenize(title), self._sections(self._tokenize(text)), answer)

    def of_part(self, title: str, text: str, start: int, end: int, answer: Answer = "both") -> Explanation | None:
        """The same of one of the jobs that ``text`` lists, from ``start`` to ``end``, as labels are made of it: every word
        of it is read. Spans are those of the whole text."""
        part = self._tokenize(text[start:end])
        part.user_data["sections"] = []
        found = explain(self._model, self._tokenize(title), part, answer)
        if found is None:
            return None
        signals = (s._replace(spans=tuple((a + start, b + start) for a, b in s.spans)) for s in found.signals)
        return replace(found, signals=tuple(signals))


def reasons(explanation: Explanation, n: int) -> tuple[list[Signal], list[Signal]]:
    """The ``n`` strongest signals for the winner, and the ``n`` strongest against it, each side in order of weight.

    A word that stands only within a pair which says as much or more is added to that pair, as is a title's word; a function
    word is left out unless its weight is large."""
    strong = [signal for signal in explanation.signals if not _is_idle(signal)]
    strong = [s for sign in (1, -1) for s in [s for s in strong if s.weight * sign > 0][: _AMONG * n]]
    told = sorted(_merged(strong), key=lambda signal: -abs(signal.weight))
    return [s for s in told if s.weight > 0][:n], [s for s in told if s.weight < 0][:n]


def in_words(signal: Signal, titles: Mapping[str, str]) -> str:
    """What a signal is, in a few words; those of the ad as they stand in it. ``titles`` are those of the roles."""
    match signal.kind:
        case "title word":
            return f"title: {signal.what}"
        case "title rule":
            return f"title says {titles[signal.what]}"
        case "cue":
            return f"words on {_CUE_NAMES.get(signal.what, signal.what.replace('_', ' '))}"
    return signal.what


def _merged(signals: Sequence[Signal]) -> list[Signal]:
    """The signals with each word that stands only within an equally strong pair of its sign added to the pair; of a title,
    with each word of a pair added to it."""
    pairs = [s for s in signals if s.kind in ("word", "title word") and _is_plain_pair(s.what.lower().split())]
    extra: dict[Signal, float] = {}
    left = []
    for signal in signals:
        pair = next((p for p in pairs if _is_part(signal, p)), None)
        if pair is None:
            left.append(signal)
        else:
            extra[pair] = extra.get(pair, 0) + signal.weight
    return [s._replace(weight=s.weight + extra[s]) if s in extra else s for s in left]


def _is_plain_pair(words: list[str]) -> bool:
    return len(words) > 1 and not any(word in _FUNCTION_WORDS for word in words)


def _is_part(word: Signal, pair: Signal) -> bool:
    if word.kind != pair.kind or " " in word.what:
        return False
    if (
        word.kind == "title word"
    ):  # a title is read as one: "AI" for the role and "AI Engineer" against it are what is left
        return word.what in pair.what.split()
    if not 0 < word.weight / pair.weight <= 2:
        return False
    return bool(word.spans) and all(any(a <= start and end <= b for a, b in pair.spans) for start, end in word.spans)


def _is_idle(signal: Signal) -> bool:
    if signal.kind not in ("word", "title word"):
        return False
    words = signal.what.lower().split()
    return signal.what == "…" or (
        abs(signal.weight) < _SMALL and all(w in _FUNCTION_WORDS or len(w) < 2 for w in words)
    )
