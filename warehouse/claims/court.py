"""The court: judges claims on a published snapshot, and keeps what it found in the tables claim and claim_verdict."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import isclose
from pathlib import Path
from typing import NamedTuple

import duckdb

from warehouse import WarehouseError, connect
from warehouse.claims.contents import groups
from warehouse.claims.estimate import measured
from warehouse.claims.language import ClaimError, parse
from warehouse.claims.measured import Measured
from warehouse.claims.openings import LABELS, Openings, employer_name
from warehouse.claims.own_claims import Claim
from warehouse.claims.reproduce import counting_query
from warehouse.claims.tree import Part
from warehouse.claims.verdict import Verdict, deciding, judge, opposite, worst
from warehouse.claims.vocabulary import Vocabulary
from warehouse.claims.wording import interval_text
from warehouse.inference.multiple import benjamini_hochberg
from warehouse.progress import Progress
from warehouse.store import building


class Judgement(NamedTuple):
    """A row of the table claim_verdict: the verdict on one part of a claim."""

    claim_id: str
    part: int
    decides: bool
    test: str | None
    verdict: Verdict
    reason: str
    unit: str | None = None
    effect: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p: float | None = None
    q: float | None = None
    n_a: int | None = None
    n_b: int | None = None
    n_with_a: int | None = None
    n_with_b: int | None = None
    share_a: float | None = None
    share_b: float | None = None
    effect_role: float | None = None
    ci_low_role: float | None = None
    ci_high_role: float | None = None
    effect_masked: float | None = None
    ci_low_masked: float | None = None
    ci_high_masked: float | None = None
    masked_group: str | None = None
    broken_by: str | None = None
    sql: str | None = None
    snapshot_id: str = ""


WITHOUT_TEST: dict[str, tuple[Verdict, str]] = {
    "months": ("needs_months", "it is about change over time, which takes months of data"),
    "never": ("cannot_be_settled", "ads can't settle it"),
}


def judge_claims(
    con: duckdb.DuckDBPyConnection, claims: Sequence[Claim], progress: Progress = lambda *_: None
) -> list[Judgement]:
    """The verdicts on the parts of all claims, in the order of the claims. A test that names what this warehouse's labels do
    not know is undecided. Raises WarehouseError where nothing is labelled."""
    if not con.execute("select 1 from posting_index where role is not null and full_text limit 1").fetchall():
        raise WarehouseError(
            "No opening is labelled, so that no claim can be judged: collect ads with `rolescope crawl` or `rolescope import`, "
            "then add roles and skills with `rolescope label`."
        )
    openings, vocabulary, snapshot_id = Openings(con), Vocabulary.of(con), _snapshot_id(con)
    found: list[Judgement] = []
    for number, claim in enumerate(claims):
        progress("judging claims", number, len(claims))
        found += _judge_claim(claim, openings, vocabulary)
    adjusted = benjamini_hochberg([one.p for one in found])
    return [one._replace(q=q, snapshot_id=snapshot_id) for one, q in zip(found, adjusted, strict=True)]


def settle(
    db: Path, claims: Sequence[Claim], at: datetime | None, sample: bool, progress: Progress = lambda *_: None
) -> list[Judgement]:
    """Judge the claims, and publish the verdicts where they are not what the warehouse holds already. Raises WarehouseError."""
    with connect(db) as con:
        judged_on = _snapshot_id(con)
        found = judge_claims(con, claims, progress)
        known = {
            (old.claim_id, old.part): old for old in map(Judgement._make, con.execute("from claim_verdict").fetchall())
        }
        known_claims = [Claim._make(row) for row in con.execute("from claim").fetchall()]
    kept = [_kept(one, known.get((one.claim_id, one.part))) for one in found]
    if sorted(known_claims) == sorted(claims) and len(known) == len(kept) and set(known.values()) == set(kept):
        return kept
    progress("publishing", 0, None)
    with building(db, at, sample=sample) as con:
        if _snapshot_id(con) != judged_on:
            raise WarehouseError(f"{db} was changed while the claims were judged. Run `rolescope claims` again.")
        for table, rows in (("claim", claims), ("claim_verdict", kept)):
            con.execute(f"delete from {table}")  # noqa: S608
            con.executemany(f"insert into {table} values ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608
    return kept


def _snapshot_id(con: duckdb.DuckDBPyConnection) -> str:
    query = "select snapshot_id from snapshot order by taken_at desc, rowid desc limit 1"
    return str(con.execute(query).fetchall()[0][0])


def _kept(new: Judgement, old: Judgement | None) -> Judgement:
    """The judgement that is known, where the new one says the same: rounding may differ, and the snapshot."""
    if old is None:
        return new
    pairs = zip(new[:-1], old[:-1], strict=True)
    same = (
        isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in pairs
    )
    return old if all(same) else new


def _judge_claim(claim: Claim, openings: Openings, vocabulary: Vocabulary) -> list[Judgement]:
    if claim.test is None:
        return [Judgement(claim.claim_id, 1, True, None, *WITHOUT_TEST[claim.status])]
    try:
        parts = parse(claim.test, vocabulary).parts
        found = [_judge_part(claim.claim_id, n, part, openings, vocabulary) for n, part in enumerate(parts, 1)]
    except ClaimError as error:
        return [Judgement(claim.claim_id, 1, True, claim.test, "undecided", f"it cannot be tested here: {error}")]
    decides = deciding([one.verdict for one in found], [one.p for one in found])
    return [one._replace(decides=n == decides) for n, one in enumerate(found)]


def _judge_part(claim_id: str, number: int, part: Part, openings: Openings, vocabulary: Vocabulary) -> Judgement:
    group = next(iter(groups(part, vocabulary)), None)
    by_title, by_role, by_masked = (
        measured(part, openings, label, group, vocabulary, thorough=label == LABELS[0]) for label in LABELS
    )
    verdict, reason = judge(by_title.rule, by_title.sides, by_title.seen)
    broken_by = None
    if verdict in ("supported", "contradicted"):
        effect = by_title.seen.value or 0.0
        rule = by_title.rule if verdict == "supported" else opposite(by_title.rule, effect)
        broken_by = "; ".join(_breaks(by_title._replace(rule=rule), openings)) or None
        if broken_by:
            verdict, reason = "not_robust", f"{reason}, but not {broken_by}"
    a, b = (*by_title.sides, None)[:2]
    return Judgement(
        claim_id, number, False, str(part), verdict, reason, by_title.unit, *by_title.seen[:3], by_title.p, None,
        n_a=a and a.n, n_b=b and b.n, n_with_a=a and a.n_with, n_with_b=b and b.n_with, share_a=a and a.level, share_b=b and b.level,
        effect_role=by_role.seen.value, ci_low_role=by_role.seen.low, ci_high_role=by_role.seen.high,
        effect_masked=by_masked.seen.value, ci_low_masked=by_masked.seen.low, ci_high_masked=by_masked.seen.high,
        masked_group=group, broken_by=broken_by, sql=counting_query(part, by_title.rival),
    )  # fmt: skip


def _breaks(found: Measured, openings: Openings) -> Iterator[str]:
    """Without which employer and which source it does not hold, and what is left then."""
    for left in found.left:
        number = worst(found.rule, left.low, left.high)
        if number is not None:
            code = int(left.code[number])
            name = employer_name(openings.con, code) if left.what == "employer" else openings.source_names[code]
            yield f"without {left.what} {name} ({interval_text(left.low[number], left.high[number], found.unit, len(found.sides) > 1)})"


class Score(NamedTuple):
    """Verdicts of an essay's claims, counted; testable are those with a test, by proxy included."""

    claims: int
    testable: int
    supported: int
    not_robust: int
    contradicted: int
    no_meaningful_difference: int
    undecided: int
    not_in_ads: int


def scoreboard(found: Sequence[Judgement], claims: Sequence[Claim]) -> dict[str, Score]:
    """The score of each essay that has a claim, by its letter; "own" for the user's."""
    verdicts = {one.claim_id: one.verdict for one in found if one.decides}
    scores = {}
    for essay in dict.fromkeys(claim.essay for claim in claims):
        here = [claim for claim in claims if claim.essay == essay]
        given = Counter(str(verdicts[claim.claim_id]) for claim in here)
        n_testable = sum(claim.test is not None for claim in here)
        scores[essay] = Score(len(here), n_testable, *(given[name] for name in Score._fields[2:]))
    return scores
