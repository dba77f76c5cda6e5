"""Many tests at once: how many of the differences shown may be luck."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import false_discovery_control


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """The q of each p, in their order: calling all up to a q different is wrong for at most that share of them, on average.

    Benjamini and Hochberg (1995). None (or NaN), where there was no test, stays None and does not count among the tests.
    """
    p = np.array([np.nan if value is None else value for value in p_values], np.float64)
    tested = ~np.isnan(p)
    q = p.copy()
    if tested.any():
        q[tested] = false_discovery_control(p[tested], method="bh")
    return [None if np.isnan(value) else float(value) for value in q]
