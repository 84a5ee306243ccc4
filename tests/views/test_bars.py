"""The four quantities of each class: numbers, lengths and marks."""

from __future__ import annotations

from collections.abc import Callable

from logitlab.views.bars import rows, terminal

DRAWN = rows("abc", [2.0, -4.0, 0.0], [0.75, 0.0, 0.25], [0.0, 0.0, 1.0])


def test_the_gradient_is_probability_minus_target() -> None:
    assert [row.gradient.text for row in DRAWN] == ["+0.750", "+0.000", "−0.750"]
    assert sum(row.gradient.share for row in DRAWN) == 0


def test_each_quantity_is_told_apart_without_colour(printed: Callable[..., str]) -> None:
    heading, a, b, c = printed(terminal(DRAWN)).splitlines()
    assert heading.split() == ["z", "ŷ", "y", "ŷ", "−", "y"]
    assert a.split() == ["a", "+2.00", "│██", "0.750", "├──┤", "0.00", "+0.750", "│▲▲▲"]
    assert b.split() == ["b", "−4.00", "███│", "0.000", "0.00", "+0.000", "│"]
    assert c.split() == ["c", "+0.00", "│", "0.250", "├┤", "1.00", "╞══╡", "−0.750", "▼▼▼│"]


def test_it_is_narrow_enough_to_stand_beside_a_digit(printed: Callable[..., str]) -> None:
    wide = rows(range(10), [-123.456] * 10, [0.1] * 10, [0.1] * 10)
    assert max(len(line.rstrip()) for line in printed(terminal(wide)).splitlines()) <= 60


def test_equal_logits_of_zero_have_no_bars() -> None:
    assert [row.z.share for row in rows("ab", [0.0, 0.0], [0.5, 0.5], [1.0, 0.0])] == [0.0, 0.0]
