"""What is known of one part of a claim by one label."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from warehouse.claims.tree import Thing
from warehouse.claims.verdict import Interval, Rule, Side


class Left(NamedTuple):
    """The interval (95 %, for "=" 90 %) without each employer, or without each source: arrays of one length; NaN where too
    few are left."""

    what: str
    code: NDArray[Any]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Measured(NamedTuple):
    """An effect with what it is judged by."""

    rule: Rule
    unit: str
    """As claim_verdict.unit."""
    sides: tuple[Side, ...]
    seen: Interval
    p: float | None
    left: tuple[Left, ...]
    """Empty where it was not asked for."""
    rival: Thing | None = None
    """Of a rank, the one that comes nearest."""
