"""How often the 95 % intervals of warehouse/inference hold the truth, on ads made up with employers of every sort.

    python tests/bench/coverage.py [--draws 2000] [--seed 1] [--only WORDS]

A line a case: coverage of the difference of two shares, of the same with a degree of freedom for each cluster, of one share,
of the difference standardised over strata, of the difference corrected for a measured extractor, the half width of the
first in points, and how often two one-sided tests say "the same" where the difference is just the margin (at most 5 % is
right). Then the false-discovery rate over 60 skills of which 40 differ by nothing, coverage of median pay and of the
distance of profiles, and how long it takes to leave each of 30,000 employers out. Outside of 93 – 97 % is marked.
"""

import argparse
import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from scipy.stats import beta, norm, t

from warehouse.inference.clustered import Estimate, difference, leave_out, mean
from warehouse.inference.composition import median_difference, standardised_difference
from warehouse.inference.equivalence import tost
from warehouse.inference.errors import Counts
from warehouse.inference.measurement import corrected_difference
from warehouse.inference.multiple import benjamini_hochberg
from warehouse.inference.similarity import distance

SENSITIVITY, SPECIFICITY = 0.85, 0.97


class Case(NamedTuple):
    """A population of ads."""

    employers: int
    ads: float = 10  # of an employer, on average
    spread: float = 1.0  # sigma of the logarithm of an employer's number of ads
    alike: float = 0.1  # intra-cluster correlation
    share_a: float = 0.4
    share_b: float = 0.3
    of_a: float = 0.3  # the part of all ads that is role a
    both: bool = True  # employers have ads of both roles
    dominant: float = 0.0  # the part of role a that is one employer's


CASES = {
    "100 even employers": Case(100, spread=0.3, of_a=0.5),
    "200, lognormal sizes": Case(200, spread=1.5),
    "1,000, lognormal sizes": Case(1000, ads=5, spread=1.5, of_a=0.2),
    "200, heavy tail, one role each": Case(200, spread=2, alike=0.2, both=False),
    "nothing alike within employers": Case(50, spread=1.2, alike=0.001),
    "very alike within employers": Case(100, alike=0.5),
    "role a is 5 % of ads": Case(200, ads=5, spread=1.2, of_a=0.05),
    "role a is 5 % of ads, one role each": Case(200, ads=5, spread=1.2, of_a=0.05, both=False),
    "20 employers": Case(20, spread=1.2, of_a=0.4),
    "10 employers": Case(10, spread=0.8, of_a=0.5),
    "6 employers": Case(6, spread=0.5, of_a=0.5),
    "rare skill, 2 % and 1 %": Case(200, alike=0.02, share_a=0.02, share_b=0.01),
    "common skill, 95 % and 90 %": Case(200, share_a=0.95, share_b=0.9),
    "one employer a fifth of a": Case(100, dominant=0.2),
    "one employer a third of a, of 30": Case(30, alike=0.3, of_a=0.4, dominant=0.35),
    "one employer half of a": Case(100, dominant=0.5),
    "one employer half of a, very alike": Case(100, alike=0.3, dominant=0.5),
    "one employer 0.7 of a": Case(100, dominant=0.7),
}


class Ads(NamedTuple):
    """Rows: role a, named, employer, stratum."""

    is_a: NDArray[np.bool_]
    y: NDArray[np.bool_]
    employer: NDArray[np.intp]
    stratum: NDArray[np.intp]


def draw(case: Case, rng: np.random.Generator) -> Ads:
    """Ads of a case; strata are of the ad and say nothing of y, so that standardised and raw difference have one truth."""
    size = np.maximum(np.rint(case.ads * rng.lognormal(-(case.spread**2) / 2, case.spread, case.employers)), 1)
    part = rng.beta(1, (1 - case.of_a) / case.of_a, case.employers)
    in_a = rng.binomial(size.astype(int), part if case.both else rng.random(case.employers) < case.of_a)
    elsewhere = size.astype(int) - in_a
    if case.dominant:
        in_a[0] = max(round(in_a[1:].sum() * case.dominant / (1 - case.dominant)), 1)
    lean_a = rng.random(case.employers)
    lean_b = np.where(
        rng.random(case.employers) < 0.5, lean_a, rng.random(case.employers)
    )  # half lean alike in both roles
    scale = 1 / case.alike - 1
    p_a = beta.ppf(lean_a, case.share_a * scale, (1 - case.share_a) * scale)
    p_b = beta.ppf(lean_b, case.share_b * scale, (1 - case.share_b) * scale)
    number = np.arange(case.employers)
    employer = np.concatenate([np.repeat(number, in_a), np.repeat(number, elsewhere)])
    is_a = np.arange(len(employer)) < in_a.sum()
    y = rng.random(len(employer)) < np.where(is_a, p_a[employer], p_b[employer])
    return Ads(is_a, y, employer, rng.integers(0, 6, len(employer)))


def holds(estimate: Estimate, truth: float) -> float:
    """1 where the interval holds the truth, 0 where not, NaN where there is no interval."""
    if estimate.ci_low is None or estimate.ci_high is None:
        return np.nan
    return float(estimate.ci_low <= truth <= estimate.ci_high)


def measured(rng: np.random.Generator) -> Counts:
    """What 150 ads with the skill and 450 without show of the extractor."""
    tp, fp = rng.binomial(150, SENSITIVITY), rng.binomial(450, 1 - SPECIFICITY)
    return Counts(tp, 150 - tp, fp, 450 - fp)


def one(case: Case, rng: np.random.Generator) -> list[float]:
    """One drawing: five intervals hold (difference, plain, share, standardised, corrected), half width, called the same."""
    ads, truth = draw(case, rng), case.share_a - case.share_b
    raw = difference(ads.y, ads.is_a, ads.employer)
    share = mean(ads.y[ads.is_a], ads.employer[ads.is_a])
    standardised = standardised_difference(ads.y, ads.is_a, ads.stratum, ads.employer)
    found = rng.random(len(ads.y)) < np.where(ads.y, SENSITIVITY, 1 - SPECIFICITY)
    corrected = corrected_difference(difference(found, ads.is_a, ads.employer), measured(rng))
    half = np.nan if raw.ci_low is None or raw.value is None else 100 * (raw.value - raw.ci_low)
    same = tost(raw, margin=truth).equivalent
    plain = raw
    if raw.value is not None and raw.standard_error is not None:
        reach = float(t.ppf(0.975, raw.n_clusters - 1)) * raw.standard_error
        plain = raw._replace(ci_low=raw.value - reach, ci_high=raw.value + reach)
    return [
        holds(raw, truth),
        holds(plain, truth),
        holds(share, case.share_a),
        holds(standardised, truth),
        holds(corrected, truth),
        half,
        np.nan if same is None else float(same),
    ]


def false_discoveries(rng: np.random.Generator, skills: int = 60, alike: int = 40, level: float = 0.05) -> float:
    """The part of the discoveries of one drawing that are false; employers lean to all skills together."""
    case = Case(150)
    ads = draw(case, rng)
    lean = norm.ppf(rng.random(case.employers))[ads.employer, None]
    noise = (
        rng.normal(size=(len(ads.y), skills)) + rng.normal(0, 0.3, (case.employers, skills))[ads.employer] + 0.2 * lean
    )
    gain = np.where(np.arange(skills) < alike, 0, 0.5) * ads.is_a[:, None]
    named = noise + gain > 0.8
    q = benjamini_hochberg([difference(named[:, i], ads.is_a, ads.employer).p_value for i in range(skills)])
    found = [i for i, value in enumerate(q) if value is not None and value <= level]
    return sum(i < alike for i in found) / max(len(found), 1)


def pay_holds(rng: np.random.Generator) -> float:
    """Whether the interval of a difference of median pay holds the truth."""
    ads = draw(Case(120), rng)
    lean = rng.normal(0, 0.1, 120)[ads.employer]
    pay = np.exp(11.5 + lean + 0.1 * ads.stratum + rng.normal(0, 0.2, len(ads.y))) + 10_000 * ads.is_a
    return holds(median_difference(pay, ads.is_a, ads.stratum, ads.employer, draws=199), 10_000)


def distance_holds(rng: np.random.Generator) -> float:
    """Whether the interval of the distance of two profiles holds the truth."""
    ads, common = draw(Case(120), rng), np.linspace(0.02, 0.5, 20)
    gain = np.where(np.arange(20) < 5, 1.8, 1.0)
    likely = common * rng.uniform(0.2, 1.8, (120, 20))[ads.employer] * np.where(ads.is_a[:, None], gain, 1)
    truth = float(jensenshannon(common * gain, common, base=2))
    return holds(distance(rng.random(likely.shape) < likely, ads.is_a, ads.employer).estimate, truth)


def leaving_out(rng: np.random.Generator, ads: int = 100_000, employers: int = 30_000) -> float:
    """Milliseconds of the processor, the quickest of five."""
    employer, is_a, y = rng.integers(0, employers, ads), rng.random(ads) < 0.3, rng.random(ads) < 0.3
    took = []
    for _ in range(5):
        start = time.process_time()
        leave_out(y, is_a, employer, employer)
        took.append(1000 * (time.process_time() - start))
    return min(took)


def main() -> None:
    """Draw, estimate, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="cases whose name has these words")
    args = parser.parse_args()
    print(f"{'case':38s} difference  plain  share  standardised  corrected  half width  called same")
    for name, case in CASES.items():
        if args.only not in name:
            continue
        rng = np.random.default_rng(args.seed)
        rows = np.array([one(case, rng) for _ in range(args.draws)])
        *held, half, same = [column[~np.isnan(column)].mean() for column in rows.T]
        none = np.isnan(rows[:, 0]).sum()
        marks = [f"{100 * h:5.1f}{' ' if 0.93 <= h <= 0.97 else '*'}" for h in held]
        print(f"{name:38s} {'     '.join(marks)} {half:8.1f} {100 * same:10.1f}  {none or ''}", flush=True)
    if args.only:
        return
    rng = np.random.default_rng(args.seed)
    rate = np.mean([false_discoveries(rng) for _ in range(args.draws // 10)])
    print(f"false discoveries at 5 %: {100 * rate:.1f} %")
    for name, held in {"difference of median pay": pay_holds, "distance of profiles": distance_holds}.items():
        print(f"{name}: {100 * np.nanmean([held(rng) for _ in range(args.draws // 5)]):.1f} %", flush=True)
    print(f"leaving out each of 30,000 employers of 100,000 ads: {leaving_out(rng):.0f} ms")


if __name__ == "__main__":
    main()
