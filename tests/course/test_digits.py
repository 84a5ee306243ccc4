"""The digits: what is verified of the classifier can also fail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from logitlab import models
from logitlab.course import digits
from logitlab.course.digits import Trained, save, train


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(seed=3, fast=True)


def test_it_starts_at_log_10_learns_and_is_verified(trained: Trained) -> None:
    report = trained.report
    assert report.history[0].loss == pytest.approx(np.log(10))
    assert report.accuracy > 0.94
    assert trained.verified
    assert [finding.requirement for finding in trained.findings] == [
        "start",
        "accuracy",
        "gradient",
    ]


def test_no_digit_is_both_trained_on_and_measured_on(trained: Trained) -> None:
    assert trained.train_samples + len(trained.features) == 1797
    assert trained.report.samples == len(trained.features) == 450


def test_the_seed_chooses_the_digits_held_out(trained: Trained) -> None:
    assert np.array_equal(train(seed=3, fast=True).features, trained.features)
    assert not np.array_equal(train(seed=4, fast=True).features, trained.features)


def test_the_image_of_a_mistake_is_of_its_class(trained: Trained) -> None:
    for mistake in trained.report.mistakes:
        assert trained.labels[mistake.index] == mistake.label != mistake.predicted
        assert (
            np.ravel(trained.pixels(mistake)).tolist() == trained.features[mistake.index].tolist()
        )


def test_a_start_elsewhere_is_refused(trained: Trained) -> None:
    first, *others = trained.report.history
    history = (replace(first, loss=first.loss * 1.001), *others)
    assert not digits._start(replace(trained.report, history=history)).holds


def test_an_accuracy_that_was_not_counted_is_refused(trained: Trained) -> None:
    report = replace(trained.report, accuracy=trained.report.accuracy + 1 / 450)
    data = (trained.features, trained.labels)
    assert digits._accuracy(trained.classifier, trained.report, *data).holds
    assert not digits._accuracy(trained.classifier, report, *data).holds


def test_a_wrong_gradient_is_refused(trained: Trained) -> None:
    first, *others = trained.report.mistakes
    for wrong in (-first.gradient, first.gradient / 10, first.probabilities):
        report = replace(trained.report, mistakes=(replace(first, gradient=wrong), *others))
        assert not digits._gradient(report).holds


def test_a_file_that_holds_another_classifier_is_refused(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert save(trained, tmp_path / "model.safetensors").verified
    other = train(seed=4, fast=True).classifier
    monkeypatch.setattr(models, "load", lambda path: other)
    saved = save(trained, tmp_path / "model.safetensors")
    assert not saved.verified
    assert saved.findings[-1].evidence == "loaded again, it gives other probabilities"
