"""How the figures of a verdict are written."""

from math import exp


def value_text(value: float | None, unit: str | None, signed: bool = True) -> str:
    """A figure in its unit. Signed, an effect: points of a share, a ratio of pay or of diversity, else a difference; otherwise
    a level. "–" where there is none."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{100 * value:+.1f}" if signed else f"{100 * value:.1f} %"
    if unit in ("log", "entropy"):
        return (
            f"×{exp(value):.2f}" if signed else f"${exp(value):,.0f}" if unit == "log" else f"{exp(value):,.0f} skills"
        )
    return f"{value:+.2f}" if signed else f"{value:.2f}"


def interval_text(low: float | None, high: float | None, unit: str | None, signed: bool = True) -> str:
    """An interval in its unit; NaN is none."""
    if low is None or high is None or low != low or high != high:
        return "no interval"
    return f"{value_text(low, unit, signed).removesuffix(' %')} to {value_text(high, unit, signed)}"
