"""The report against scikit-learn's metrics and sums by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.datasets import load_digits

from logitlab.errors import DataError
from logitlab.models import (
    SoftmaxClassifier,
    calibration_bins,
    evaluate,
    expected_calibration_error,
)

X, Y = load_digits(return_X_y=True)
LABELS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])
CLASSIFIER = SoftmaxClassifier((), alpha=1e-3, random_state=0).fit(X[:500], LABELS[Y[:500]])
TEST_X, TEST_Y = X[500:], LABELS[Y[500:]]
REPORT = evaluate(CLASSIFIER, TEST_X, TEST_Y)


def test_the_figures_are_scikit_learns():
    predicted, probabilities = CLASSIFIER.predict(TEST_X), CLASSIFIER.predict_proba(TEST_X)
    assert REPORT.accuracy == metrics.accuracy_score(TEST_Y, predicted)
    assert pytest.approx(metrics.log_loss(TEST_Y, probabilities)) == REPORT.log_loss
    assert np.array_equal(REPORT.confusion, metrics.confusion_matrix(TEST_Y, predicted))
    assert REPORT.samples == len(TEST_Y) == REPORT.confusion.sum()
    assert REPORT.classes == tuple(sorted(LABELS.tolist()))
    precision = metrics.precision_score(TEST_Y, predicted, average=None)
    assert [score.precision for score in REPORT.scores] == pytest.approx(precision)
    assert sum(score.support for score in REPORT.scores) == len(TEST_Y)


def test_the_mistakes_are_the_most_confident_ones_with_their_gradients():
    wrong = np.flatnonzero(CLASSIFIER.predict(TEST_X) != TEST_Y)
    confidence = CLASSIFIER.predict_proba(TEST_X).max(axis=1)
    assert len(REPORT.mistakes) == 10
    assert [m.index for m in REPORT.mistakes] == wrong[np.argsort(-confidence[wrong])][:10].tolist()
    for mistake in REPORT.mistakes:
        assert mistake.label == TEST_Y[mistake.index] != mistake.predicted
        assert mistake.confidence == confidence[mistake.index]
        assert CLASSIFIER.classes_[mistake.target.argmax()] == mistake.label
        assert CLASSIFIER.classes_[mistake.logits.argmax()] == mistake.predicted
        assert np.array_equal(mistake.gradient, mistake.probabilities - mistake.target)
        assert mistake.gradient.sum() == pytest.approx(0.0, abs=1e-12)


def test_it_holds_the_history_of_the_fit():
    assert REPORT.history == tuple(CLASSIFIER.history_)


def test_a_perfect_classifier_has_no_mistakes():
    report = evaluate(CLASSIFIER, X[:500], LABELS[Y[:500]])
    assert report.accuracy == 1.0
    assert report.mistakes == ()


def test_classes_without_samples_have_support_zero():
    report = evaluate(CLASSIFIER, X[500:][Y[500:] < 2], LABELS[Y[500:]][Y[500:] < 2])
    assert report.confusion.shape == (10, 10)
    assert sorted(score.support for score in report.scores)[:8] == [0] * 8


def test_an_unknown_label_is_refused():
    with pytest.raises(DataError, match="'ten'"):
        evaluate(CLASSIFIER, X[:1], ["ten"])


def test_every_prediction_is_in_one_bin():
    assert sum(b.count for b in REPORT.calibration) == REPORT.samples
    assert all(b.low < b.confidence <= b.high for b in REPORT.calibration if b.count)
    by_hand = sum(b.count * abs(b.accuracy - b.confidence) for b in REPORT.calibration if b.count)
    assert REPORT.calibration_error == pytest.approx(by_hand / REPORT.samples)


@pytest.mark.parametrize(("right", "error"), [(80, 0.0), (100, 0.2), (50, 0.3)])
def test_the_calibration_error_of_a_constant_confidence(right, error):
    probabilities = np.tile([0.8, 0.2], (100, 1))
    targets = np.repeat([0, 1], [right, 100 - right])
    bins = calibration_bins(probabilities, targets, 10)
    assert expected_calibration_error(bins) == pytest.approx(error, abs=1e-12)


def test_certainty_and_uniform_confidence_fall_in_the_outer_bins():
    bins = calibration_bins(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([0, 0]), 2)
    assert [b.count for b in bins] == [1, 1]
