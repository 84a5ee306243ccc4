"""The confusion matrix: counts where they belong, right and wrong told apart."""

from __future__ import annotations

import math
from collections.abc import Callable

from logitlab.views.confusion import rows, terminal

DRAWN = rows(["cat", "dog"], [[7, 1], [0, 12]])


def test_counts_stand_at_true_class_by_predicted_class(printed: Callable[..., str]) -> None:
    predicted, heading, cat, dog = printed(terminal(DRAWN)).splitlines()
    assert predicted.strip() == "predicted →"
    assert heading.split() == ["true", "↓", "cat", "dog", "recall"]
    assert cat.split() == ["cat", "7", "1", "88%"]
    assert dog.split() == ["dog", "·", "12", "100%"]


def test_right_is_blue_and_wrong_is_orange() -> None:
    (right, wrong), (none, all_right) = (row.counts for row in DRAWN)
    assert right.strength == -7 / 8
    assert all_right.strength == -1
    assert wrong.strength == 1
    assert none.strength == 0


def test_a_class_without_samples_has_no_recall(printed: Callable[..., str]) -> None:
    drawn = rows("ab", [[1, 0], [0, 0]])
    assert math.isnan(drawn[1].recall)
    assert printed(terminal(drawn)).split()[-4:] == ["b", "·", "·", "–"]
