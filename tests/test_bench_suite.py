"""The page of `make bench` can be held against an earlier one."""

import importlib
from pathlib import Path

import pytest


def test_ratios_stand_beside_those_of_an_earlier_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "bench"))
    suite = importlib.import_module("suite")

    def page(then: dict[str, float] | None, **ratios: tuple[float, int]) -> str:
        done = [
            suite.Measured(name, "x.py", status, 1.0, 2.0, 300.0, ratio, r"1 \| 2", "| label | 0 | 1 | 1 | 1 | 7 |")
            for name, (ratio, status) in ratios.items()
        ]
        return str(suite._page("# rolescope", done, then))

    then = suite._ratios(page(None, label=(1_250.0, 0), pages=(3.0, -9)))
    assert then == {"label": 1_250.0}
    new = page(then, label=(1_000.0, 0), pages=(2.0, 0), help=(0.5, 0))
    assert suite._ratios(new) == {"label": 1_000.0, "pages": 2.0, "help": 0.5}
    rows = [line.split(" | ") for line in new.partition("##")[0].splitlines() if "300" in line]
    assert [row[5:8] for row in rows] == [["1,000.0", "1,250.0", "0.80"], ["2.0", "–", "–"], ["0.5", "–", "–"]]
