"""Write docs/findings.md, what a warehouse of real ads says of the roles and essays: python tests/bench/findings.py --db FILE --out docs.

Every number of the page is computed here; findings/page.md holds the sentences.
"""

import argparse
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from findings import differences, drift, pay, whole
from findings.ads import (
    FEWEST_ADS,
    FEWEST_EMPLOYERS,
    PAIRS,
    ROLES,
    SAID_BY_TITLE,
    Ads,
    Contrast,
    near_end,
    percent,
    points,
    share,
    sql,
)
from findings.claims import in_short, judged
from findings.differences import Found, Test

from warehouse import connect

EACH, PAIRWISE = 8, 3
AI_ML = Contrast(("ai_engineer",), ("ml_engineer",))
WHERE = ("largest employer", "each employer", "each source", "in each source", "in each year", "like with like")
HOW = ("title and text", "text alone", "masked", "required", "title silent")


def main() -> None:
    """Read, compute, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    args = parser.parse_args()
    started = time.perf_counter()
    with connect(args.db) as con:
        ads = Ads(con)
        if not len(ads.content):
            parser.error(f"{args.db} holds no opening of the four roles: label it with `rolescope label`.")
        parts = sections(ads, args.out / "findings")
    template = (Path(__file__).parent / "findings" / "page.md").read_text(encoding="utf-8")
    page = re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)
    (args.out / "findings.md").write_text(re.sub(r"\n{3,}", "\n\n", page).rstrip() + "\n", encoding="utf-8")
    print(f"{args.out / 'findings.md'}: {len(page):,} characters in {time.perf_counter() - started:.0f} s")


def sections(ads: Ads, charts: Path) -> dict[str, str]:
    """What stands at each place of the page; charts are written."""
    charts.mkdir(parents=True, exist_ok=True)
    found = differences.compared(ads)
    shown = differences.headlines(found)
    tried = [(one, differences.attempts(ads, one)) for one in shown]
    differences.chart(tried).save(charts / "differences.svg")
    pairs = [one for one in (whole.apart(ads, contrast) for contrast in PAIRS) if one]
    pay_table, pay_said = pay.pay_differences(ads)
    drift_text, drift_said = _drift(ads, charts)
    masked = any(test.name == "masked" and test.holds is not None for _, tests in tried for test in tests)
    return {
        **_head(ads),
        "n_tests": f"{sum(one.estimate.p_value is not None for one in found):,}",
        "short": "\n".join(
            f"- {said}" for said in [*_short(shown, tried, pairs, pay_said, drift_said), *in_short(ads.con)]
        ),
        "counted": whole.counted(ads),
        "largest": whole.largest(ads),
        "fs_india": whole.share_of_source(ads, "full_stack_engineer", "India 2020"),
        "said_by_title": ", ".join(key.replace("-", " ") for key in SAID_BY_TITLE),
        "headlines": differences.headline_table(shown),
        "headlines_query": differences.check_counts(ads, shown),
        "distinctive": differences.distinctive(found, ["skill"], EACH),
        "distinctive_query": sql("select role, skill, share, n_with, n_ads from skill_share(label := 'role_by_title')"),
        "duties": differences.distinctive(found, ["tag"], 6),
        "facts": differences.facts(found),
        "tags_query": sql(differences.TAG_QUERY),
        "n_pairwise": f"{PAIRWISE}",
        "pairwise": differences.pairwise(found, PAIRWISE),
        "alike": differences.alike(found, least=0.1, each=6),
        "matrix": whole.matrix(pairs),
        "broken_distances": whole.broken_distances(ads, pairs),
        "pay_since": f"{pay.PAY_SINCE}",
        "disclosure": pay.disclosure(ads),
        "strata": pay.pay_strata(ads),
        "fewest_paid": f"{pay.FEWEST_PAID}",
        "pay_differences": pay_table,
        "pay_query": sql(pay.PAY_QUERY),
        "pay_said": "\n".join(f"- {said}" for said in pay_said),
        "drift": drift_text,
        "fewest_ads": f"{FEWEST_ADS}",
        "fewest_employers": f"{FEWEST_EMPLOYERS}",
        "broken_where": differences.broken_table(tried, WHERE),
        "masked_note": "" if masked else " This warehouse holds no masked labels, so it could not be tried.",
        "broken_how": differences.broken_table(tried, HOW),
        "verdicts": "\n".join(differences.verdicts(tried)),
        "surprises": "\n".join(f"- {said}" for said in _surprises(found, tried, drift_said)),
        "claims": judged(ads.con),
    }


def _head(ads: Ads) -> dict[str, str]:
    (snapshot,) = ads.con.execute(
        "select snapshot_id from snapshot order by taken_at desc, rowid desc limit 1"
    ).fetchall()[0]
    counts = ads.con.execute(
        "select count(*), count(distinct cluster_no) filter (role is not null and full_text), "
        "count(distinct employer_no) filter (role is not null and full_text) from posting_index"
    ).fetchall()[0]
    names = ("n_postings", "n_openings", "n_employers")
    return {
        "snapshot": str(snapshot),
        "countries": _countries(ads),
        "n_four": f"{int(ads.on(ROLES).sum()):,}",
        **{name: f"{n:,}" for name, n in zip(names, counts, strict=True)},
    }


def _countries(ads: Ads) -> str:
    """The largest countries of the four roles' openings."""
    names, counts = np.unique(ads.country[ads.on(ROLES)], return_counts=True)
    largest = np.argsort(-counts)[:6]
    return ", ".join(
        f"{share(int(counts[i]), int(counts.sum()))} {names[i].replace('–', 'not known')}" for i in largest
    )


def _drift(ads: Ads, charts: Path) -> tuple[str, list[str]]:
    when = drift.periods(ads)
    if when is None:
        return "No source has AI-engineer ads of two years: nothing can be said.", []
    found = drift.drifts(ads, when)
    shown = drift.surest(found, rises=10, falls=8)
    if not shown:
        return "No change is sure.", []
    drift.drift_chart(when, shown).save(charts / "drift.svg")
    first, last = when.fixed_years
    changes, parts = drift.drift_tables(ads, when, shown)
    sure = [one for one in found if one.q is not None and one.q <= 0.05]
    rose = sum(near_end(one.fixed) > 0 for one in sure)
    said = list(drift.drift_surprises(shown))
    text = f"""\
**Sources change between the years**, and with them countries and the length of ads: the first table says how far. A difference
between two years over all sources may be no more than that. So one source is held fixed: {when.source}, from {first} (its first
year with 100 AI-engineer ads of 50 employers) to {last}. The change over all sources stands beside it.

{drift.drift_counts(ads, when)}

Of {len(found)} skills (without those that stand in titles) that a twentieth of the ads of either year names in that source, {rose} rose and {len(sure) - rose} fell (q of at most 5 %). The surest
of them, with the attempts to break them: among openings of the same country and level; among ads that name as many other
skills (tenths), since the longer an ad, the more it names; the worst of leaving out each employer. The last column is no test: the same change among ML engineers.

{changes}

{drift.drift_query(ads, when)}

![Changes with intervals](findings/drift.svg)

Who made the change: employers of both years by themselves; what of that is their ads and what their weights; and how far
new employers, and those gone, lie from them. The four parts add up to the change (Melitz and Polanec 2015, Griliches and Regev 1995;
`composition.change`). With few employers in both years their part is a check, not an estimate.

{parts}"""
    return text, said


def _short(
    shown: Sequence[Found],
    tried: Sequence[tuple[Found, list[Test]]],
    pairs: Sequence[whole.Apart],
    pay_said: Sequence[str],
    drift_said: Sequence[str],
) -> Iterator[str]:
    for one in shown[:4]:
        more = "more" if (one.estimate.value or 0) > 0 else "less"
        yield (
            f"What most sets the {ROLES[one.contrast.a[0]]} apart is {one.thing.name}, named {more} often: {percent(one.share_a)} of {one.n_a:,} ads "
            f"against {percent(one.share_b)} of {one.n_b:,} in the other roles, {points(one.estimate)} points."
        )
    nearest = min(pairs, key=lambda one: one.distance.estimate.value or np.inf)
    if nearest.excess_low is not None:
        apart = "are" if nearest.excess_low > 0 else "are not surely"
        a, b = (ROLES[side[0]] for side in nearest.contrast)
        yield (
            f"The two nearest roles are {a} and {b}; they {apart} farther apart than two halves of one role "
            f"(distance {nearest.distance.observed:.2f} against {nearest.within:.2f}), and skills alone tell which of two ads is which {percent(nearest.area.value)} of the time."
        )
    yield from pay_said
    yield from drift_said[:1]
    unbroken = sum(all(test.holds is not False for test in tests) for _, tests in tried)
    less = sum(bool(differences.halved(one, tests)) for one, tests in tried)
    yield (
        f"Of the ten headlines, {unbroken} held in every attempt to break them, and {less} lost more than half of their size in one; "
        "section 6 says what did it."
    )


def _surprises(
    found: Sequence[Found], tried: Sequence[tuple[Found, list[Test]]], drift_said: Sequence[str]
) -> Iterator[str]:
    """What one would not guess from the titles; a sentence that the numbers don't bear out is left out."""
    of = {(str(one.contrast), one.thing.kind, one.thing.key): one for one in found}
    for kind, key, words in (
        ("tag", "train-models", "Training models is a duty"),
        ("fact", "degree_advanced", "A master's or doctorate is required"),
        ("skill", "kubernetes", "Kubernetes is named"),
        ("skill", "sql", "SQL is named"),
    ):
        one = of.get(("AI – ML", kind, key))
        if one is not None:
            yield (
                f"{words} in {share(one.n_with_a, one.n_a)} of AI-engineer and {share(one.n_with_b, one.n_b)} of ML-engineer ads: "
                f"{points(one.estimate)} points."
            )
    same = differences.same(found, AI_ML, least=0.1)
    if same:
        names = "; ".join(f"{one.thing.name} {points(one.estimate)}" for one in same[:4])
        yield f"AI and ML engineers are asked alike, within 5 points, for {len(same)} of the skills that a tenth of both names, the commonest of them: {names}."
    halved = [f"{one.thing.name} ({one.contrast})" for one, tests in tried if differences.halved(one, tests)]
    if halved:
        yield f"A headline may hold and yet owe more than half of its size to one source or label: {', '.join(halved)}."
    yield from drift_said


if __name__ == "__main__":
    main()
