"""The court's rule: which interval leads to which verdict, and which part of a claim decides."""

import numpy as np
import pytest

from warehouse.claims.verdict import ORDER, Interval, Rule, Side, Verdict, deciding, holds, judge, opposite, worst

MORE, LESS, SAME = Rule(">"), Rule("<"), Rule("=")
HALF, UNDER_HALF = Rule(">", 0.5, any_gap_counts=True), Rule("<", 0.5, any_gap_counts=True)
PLENTY = (Side("AI", 400, 90, 120, 0.3), Side("ML", 500, 120, 100, 0.2))


def interval(low: float | None, high: float | None) -> Interval:
    """The 90 % interval is that of a normal error."""
    if low is None or high is None:
        return Interval(0.1, None, None, None, None)
    middle, reach = (low + high) / 2, (high - low) / 2 * 1.645 / 1.96
    return Interval(middle, low, high, middle - reach, middle + reach)


@pytest.mark.parametrize(
    ("rule", "low", "high", "verdict"),
    [
        (MORE, 0.02, 0.09, "supported"),
        (MORE, -0.09, -0.02, "contradicted"),
        (MORE, -0.049, 0.049, "no_meaningful_difference"),
        (MORE, 0.01, 0.04, "no_meaningful_difference"),  # there is one, but it does not matter
        (MORE, -0.04, -0.01, "no_meaningful_difference"),
        (MORE, -0.02, 0.06, "undecided"),
        (MORE, 0.0, 0.09, "undecided"),
        (MORE, -0.15, 0.2, "undecided"),
        (MORE, 0.2, 0.6, "supported"),  # wide, but on one side
        (LESS, -0.09, -0.02, "supported"),
        (LESS, 0.02, 0.09, "contradicted"),
        (SAME, -0.03, 0.04, "supported"),
        (SAME, -0.03, 0.055, "supported"),  # its 90 % interval is inside
        (SAME, -0.03, 0.07, "undecided"),
        (SAME, 0.02, 0.08, "undecided"),
        (SAME, 0.06, 0.2, "contradicted"),
        (SAME, -0.2, -0.06, "contradicted"),
        (HALF, 0.51, 0.53, "supported"),
        (HALF, 0.47, 0.49, "contradicted"),
        (HALF, 0.48, 0.52, "undecided"),
        (UNDER_HALF, 0.47, 0.49, "supported"),
        (UNDER_HALF, 0.51, 0.6, "contradicted"),
        (MORE, None, None, "undecided"),
    ],
)
def test_interval_leads_to_verdict(rule: Rule, low: float | None, high: float | None, verdict: Verdict) -> None:
    assert judge(rule, PLENTY, interval(low, high))[0] == verdict


@pytest.mark.parametrize(("low", "high", "words"), [(-0.15, 0.2, "not enough ads"), (-0.02, 0.06, "both sides")])
def test_undecided_says_whether_more_ads_would_help(low: float, high: float, words: str) -> None:
    assert words in judge(MORE, PLENTY, interval(low, high))[1]


@pytest.mark.parametrize("few", [Side("ML", 4, 4, 2, 0.5), Side("ML", 40, 1, 2, 0.05), Side("ML", 0, 0, 0, None)])
def test_fewer_than_5_ads_or_2_employers_decide_nothing(few: Side) -> None:
    verdict, reason = judge(MORE, (PLENTY[0], few), interval(0.2, 0.4))
    assert verdict == "undecided"
    assert f"not enough ads: {few.n} of ML ({few.n_employers} employers)" in reason


@pytest.mark.parametrize(
    ("rule", "with_a", "with_b", "verdict"),
    [
        (MORE, 3, 4, "not_in_ads"),
        (SAME, 0, 0, "not_in_ads"),
        (MORE, 3, 50, "no_meaningful_difference"),
        (UNDER_HALF, 3, 4, "contradicted"),  # ads that do not name it are evidence for "less than half"
    ],
)
def test_what_under_1_percent_of_every_side_have_is_not_in_ads(
    rule: Rule, with_a: int, with_b: int, verdict: Verdict
) -> None:
    sides = (Side("AI", 400, 90, with_a, with_a / 400), Side("ML", 500, 120, with_b, with_b / 500))
    given = judge(rule, sides, interval(0.51, 0.52) if rule is UNDER_HALF else interval(-0.01, 0.01))[0]
    assert given == verdict


def test_an_amount_is_never_too_rare() -> None:
    sides = (Side("AI", 400, 90, None, 0.0), Side("ML", 500, 120, None, 2.0))
    assert judge(Rule(">", margin=0.1), sides, interval(-2.5, -1.5))[0] == "contradicted"


NAN = float("nan")


@pytest.mark.parametrize(
    ("rule", "lows", "highs", "expected"),
    [
        (MORE, [0.1, 0.2], [0.3, 0.4], None),
        (MORE, [0.1, -0.01, -0.02], [0.3, 0.3, 0.3], 2),
        (MORE, [0.1, NAN, -0.2], [0.3, NAN, 0.3], 1),
        (LESS, [-0.4, -0.4], [-0.1, 0.02], 1),
        (SAME, [-0.04, -0.06], [0.04, 0.01], 1),
        (HALF, [0.51, 0.49], [0.6, 0.6], 1),
        (MORE, [], [], None),
    ],
)
def test_the_worst_left_out_is_found(rule: Rule, lows: list[float], highs: list[float], expected: int | None) -> None:
    assert worst(rule, np.array(lows), np.array(highs)) == expected


@pytest.mark.parametrize(
    ("rule", "effect", "low", "high"),
    [(MORE, -0.2, -0.3, -0.1), (LESS, 0.2, 0.1, 0.3), (SAME, 0.2, 0.06, 0.3), (SAME, -0.2, -0.3, -0.06)],
)
def test_what_contradicts_a_claim_holds_the_opposite_rule(rule: Rule, effect: float, low: float, high: float) -> None:
    assert judge(rule, PLENTY, interval(low, high))[0] == "contradicted"
    assert holds(opposite(rule, effect), low, high)
    assert not holds(opposite(rule, effect), -high, -low)


@pytest.mark.parametrize(
    ("verdicts", "p_values", "decides"),
    [
        (["supported", "contradicted", "undecided"], [0.0, 0.5, 0.2], 1),
        (["supported", "undecided", "not_robust"], [0.0, 0.5, 0.2], 2),
        (["supported", "no_meaningful_difference", "not_in_ads"], [0.0, 0.5, 0.2], 2),
        (["supported", "supported", "supported"], [0.01, 0.04, 0.0], 1),
        (["contradicted", "contradicted"], [0.01, 0.001], 1),
        (["supported", "supported"], [None, None], 0),
    ],
)
def test_the_worst_part_decides(verdicts: list[Verdict], p_values: list[float | None], decides: int) -> None:
    assert deciding(verdicts, p_values) == decides


def test_every_verdict_has_a_place_in_the_order() -> None:
    assert len(set(ORDER)) == 8
