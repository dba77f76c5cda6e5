"""Verdicts on claims, for the page of claims: those of the warehouse, those of the reference, and one made on the spot."""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.filtered import records
from dashboard.queries import cached
from dashboard.snapshot import connection
from warehouse.claims.court import Judgement, judge_claims
from warehouse.claims.language import parse
from warehouse.claims.own_claims import Claim, new_claim, shipped_claims
from warehouse.claims.tree import Part
from warehouse.claims.vocabulary import Vocabulary
from warehouse.reference import about

Row = dict[str, Any]

_ON_REFERENCE = {
    **dict.fromkeys(Judgement._fields), "reason": "", "snapshot_id": about().snapshot_id,
}  # fmt: skip


@cached
def claim_results(snapshot: Path) -> list[Row]:
    """The view's rows in the order of ids, the user's own last; empty: nothing was judged yet."""
    return records(snapshot, "from claim_result order by essay = 'own', essay, claim_id")


@cached
def claim_parts(snapshot: Path, claim_id: str) -> list[Row]:
    """The verdicts on the parts of a claim, in their order."""
    return records(snapshot, "from claim_verdict where claim_id = $claim_id order by part", {"claim_id": claim_id})


@cached
def reference_results(snapshot: Path) -> list[Row]:
    """The reference's verdicts on the claims that ship, with the columns of ``claim_results`` as far as it knows them."""
    parts = records(snapshot, "from reference_claim_verdict order by claim_id, part")
    n_parts = {row["claim_id"]: row["part"] for row in parts}  # the last one counts
    decides = {row["claim_id"]: row for row in parts if row["decides"]}
    return [
        {**claim._asdict(), **_of_reference(decides[claim.claim_id]), "test": claim.test, "n_parts": n_parts[claim.claim_id]}
        for claim in shipped_claims()
        if claim.claim_id in decides
    ]  # fmt: skip


@cached
def reference_parts(snapshot: Path, claim_id: str) -> list[Row]:
    """The same for the parts of a claim, with the columns of ``claim_parts``."""
    sql = "from reference_claim_verdict where claim_id = $claim_id order by part"
    return [_of_reference(row) for row in records(snapshot, sql, {"claim_id": claim_id})]


def _of_reference(row: Row) -> Row:
    """A row of the reference, which keeps no names, as one of claim_verdict."""
    without = row.pop("broken_without")
    broken_by = f"without one {without.replace(' and ', ', nor without one ')}" if without else None
    return {**_ON_REFERENCE, **row, "broken_by": broken_by}


@cached
def changed_since_judged(snapshot: Path) -> bool:
    """Whether ads or labels came after the latest verdict."""
    rows = records(
        snapshot,
        """
        with state as (
            select snapshot_id in (select snapshot_id from claim_verdict) as is_judged, taken_at, n_posting, n_labelled, model_version,
                row_number() over (order by taken_at desc, rowid desc) as age
            from snapshot
        )

        select (n_posting, n_labelled, model_version) is distinct from (
            select (n_posting, n_labelled, model_version) from state where is_judged order by age limit 1
        ) as changed
        from state
        where age = 1
        """,
    )
    return bool(rows and rows[0]["changed"])


@st.cache_resource(max_entries=3, show_spinner=False)
def vocabulary(snapshot: Path) -> Vocabulary:
    """The names that a test may use; none, where nothing is labelled."""
    with connection(snapshot).cursor() as con:
        return Vocabulary.of(con)


def read_test(snapshot: Path, test: str) -> tuple[Part, ...]:
    """The parts of a test. Raises ClaimError, which names the nearest names."""
    return parse(test, vocabulary(snapshot)).parts


@cached
def judge(snapshot: Path, test: str) -> list[Row]:
    """The verdicts on the parts of a test, made now and written nowhere. Raises WarehouseError where nothing is labelled."""
    claim: Claim = new_claim([], test, "")
    with connection(snapshot).cursor() as con:
        return [one._asdict() for one in judge_claims(con, [claim])]
