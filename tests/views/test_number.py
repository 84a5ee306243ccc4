"""How numbers are written."""

from __future__ import annotations

import pytest

from logitlab.views.number import signed, texts


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ([0.12345, -12.345], ("0.12", "−12.35")),
        ([1234.5, 0.5], ("1234", "0")),
        ([0.0012344, 0.0], ("0.001234", "0.000000")),
        ([1e-4, 0.0], ("1.000e−04", "0.000e+00")),
        ([0.0, 0.0], ("0.", "0.")),
        ([7, -12], ("7", "−12")),
        ([True, False], ("True", "False")),
        ([float("inf"), float("-inf"), float("nan")], ("inf", "−inf", "nan")),
        ([0.5, float("inf")], ("0.5000", "inf")),
        ([], ()),
    ],
)
def test_four_significant_digits_of_the_largest(
    values: list[float], written: tuple[str, ...]
) -> None:
    assert texts(values) == written


def test_a_sign_is_always_there_and_a_minus_is_a_minus() -> None:
    assert (signed(0.0), signed(-1.5, 1)) == ("+0.000", "−1.5")
