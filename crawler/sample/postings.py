"""The invented postings, each with the role that its writer meant: what a model of roles can be held against."""

import tomllib
from importlib.resources import files

from warehouse.text import clean, fold


def sample_ads() -> list[tuple[str, str, str]]:
    """Title, text and intended role of every posting of the sample boards, as a warehouse would hold them."""
    boards = [path for path in (files("crawler") / "sample" / "boards").iterdir() if path.name.endswith(".toml")]
    postings = [
        posting
        for board in sorted(boards, key=lambda path: path.name)
        for posting in tomllib.loads(board.read_text(encoding="utf-8"))["posting"]
    ]
    return [(fold(one["title"]), clean(one["description"]), one["role"]) for one in postings]
