"""How numbers are written: four significant digits of the largest, in columns that line up."""

from __future__ import annotations

import math
from collections.abc import Sequence

SIGNIFICANT = 4


def texts(values: Sequence[float]) -> tuple[str, ...]:
    """Each value with the same decimals: four significant digits of the largest.

    >>> texts([1.5, -0.25])
    ('1.500', '−0.250')
    >>> texts([3.0, 12.0])  # whole floats, as torch writes them
    ('3.', '12.')
    >>> texts([3, 12]), texts([0.5, 2.5e5])
    (('3', '12'), ('5.000e−01', '2.500e+05'))
    """
    finite = [abs(value) for value in values if math.isfinite(value)]
    whole = all(float(value).is_integer() for value in finite)
    return tuple(_text(value, max(finite, default=0.0), whole) for value in values)


def text(value: float) -> str:
    """One value with four significant digits.

    >>> text(-2.0 / 3.0), text(12345.678), text(7)
    ('−0.6667', '12346', '7')
    """
    return texts([value])[0]


def signed(value: float, decimals: int = 3) -> str:
    """A value with its sign, a true minus.

    >>> signed(0.25), signed(-0.5)
    ('+0.250', '−0.500')
    """
    return f"{value:+.{decimals}f}".replace("-", "−")


def _text(value: float, largest: float, whole: bool) -> str:
    if isinstance(value, int) or not math.isfinite(value):
        return str(value).replace("-", "−")
    if whole and largest < 1e5:
        return f"{value:.0f}.".replace("-", "−")
    if largest >= 1e5 or largest < 1e-3:
        return f"{value:.{SIGNIFICANT - 1}e}".replace("-", "−")
    decimals = SIGNIFICANT - 1 - math.floor(math.log10(largest))
    return f"{value:.{max(0, decimals)}f}".replace("-", "−")
