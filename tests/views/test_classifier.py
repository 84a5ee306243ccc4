"""The classifier in the terminal: its start at log K, its figures, its mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from logitlab.course.tour import Tour
from logitlab.models import Step
from logitlab.views.classifier import facts, loss_line, mistakes, terminal


def test_the_start_the_figures_and_the_mistakes_are_there(
    tour: Tour, printed: Callable[..., str]
) -> None:
    text, report = printed(terminal(tour.trained)), tour.trained.report
    assert "loss  2.3026 = log 10" in text
    assert f"{report.accuracy:.1%}" in text
    for mistake in report.mistakes:
        assert f"true class {mistake.label}, predicted {mistake.predicted}" in text
        assert f"{mistake.gradient.max():+.3f}" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_loss_that_stays_is_a_flat_line() -> None:
    steps = [Step(n, n, 0.5, 0.5, 1.0) for n in range(3)]
    assert loss_line(steps, 2) == "loss  0.5000 = log 2  ▁▁▁  0.5000 after 2 updates"


def test_a_long_training_still_fits_and_ends_at_its_end() -> None:
    steps = [Step(n, n, 1.0 / (n + 1), 0.5, 1.0) for n in range(1000)]
    line = loss_line(steps, 3)
    assert len(line) <= 76
    assert "█" in line
    assert line.endswith("▁  0.0010 after 999 updates")


def test_each_mistake_has_the_image_of_its_digit(tour: Tour) -> None:
    for drawn, mistake in zip(mistakes(tour.trained), tour.trained.report.mistakes, strict=True):
        pixels = tour.trained.features[mistake.index].reshape(8, 8)
        assert np.allclose(drawn.image.rows, pixels / pixels.max())
        assert drawn.image.label == f"A handwritten {mistake.label}"
        assert tour.trained.labels[mistake.index] == mistake.label


def test_a_classifier_without_mistakes_can_be_shown(
    tour: Tour, printed: Callable[..., str]
) -> None:
    report = replace(tour.trained.report, mistakes=())
    assert "true class" not in printed(terminal(replace(tour.trained, report=report)))
    assert facts(report)[0][0] == "test accuracy"
