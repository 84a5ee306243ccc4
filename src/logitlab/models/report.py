"""What there is to say about a fitted classifier on samples that it has not seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from logitlab.data import Dataset
from logitlab.kernels import cross_entropy, softmax
from logitlab.models.calibration import (
    CalibrationBin,
    calibration_bins,
    expected_calibration_error,
)
from logitlab.models.classifier import SoftmaxClassifier
from logitlab.models.reading import read
from logitlab.models.train import Step


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong prediction, with the four quantities of its row; each (K,)."""

    index: int  # the row of X
    label: Any  # the true class
    predicted: Any
    logits: np.ndarray  # z
    probabilities: np.ndarray  # ŷ
    target: np.ndarray  # y, one-hot
    gradient: np.ndarray  # ŷ − y

    @property
    def confidence(self) -> float:
        """The probability of the wrong class that was predicted."""
        return float(self.probabilities.max())


@dataclass(frozen=True)
class ClassScore:
    """How well one class is found."""

    label: Any
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, eq=False)
class Report:
    """The result of `evaluate`. Confusion: (K, K) counts, true classes down, predicted across."""

    classes: tuple[Any, ...]
    samples: int
    accuracy: float
    log_loss: float
    calibration_error: float
    confusion: np.ndarray
    scores: tuple[ClassScore, ...]
    calibration: tuple[CalibrationBin, ...]
    mistakes: tuple[Mistake, ...]  # the most confident first
    history: tuple[Step, ...]


def evaluate(
    classifier: SoftmaxClassifier, X: Any, y: Any, *, mistakes: int = 10, bins: int = 15
) -> Report:
    """Measure a fitted classifier on (N, D) features and (N,) labels.

    Args:
        classifier: fitted.
        X, y: samples, held out from the fit; labels among `classifier.classes_`.
        mistakes: how many of the most confident mistakes to keep.
        bins: how many bins of confidence the calibration is measured in.

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> report = evaluate(SoftmaxClassifier(random_state=0).fit(X[::2], y[::2]), X[1::2], y[1::2])
    >>> report.samples, int(report.confusion.sum()), report.accuracy > 0.9
    (75, 75, True)
    """
    data = read(classifier, X, y, None, classifier.classes_, reset=False)
    z, targets = classifier.logits(X), data.class_indices()
    probabilities = softmax(z)
    predicted = z.argmax(axis=1)
    reliability = calibration_bins(probabilities, targets, bins)
    return Report(
        classes=tuple(data.classes.tolist()),
        samples=len(data),
        accuracy=float(np.mean(predicted == targets)),
        log_loss=float(np.mean(cross_entropy(z, data.targets))),
        calibration_error=expected_calibration_error(reliability),
        confusion=confusion_matrix(targets, predicted, labels=np.arange(len(data.classes))),
        scores=_scores(data, predicted),
        calibration=reliability,
        mistakes=_most_confident_mistakes(data, z, probabilities)[:mistakes],
        history=tuple(classifier.history_),
    )


def _scores(data: Dataset, predicted: np.ndarray) -> tuple[ClassScore, ...]:
    columns = precision_recall_fscore_support(
        data.class_indices(), predicted, labels=np.arange(len(data.classes)), zero_division=0.0
    )
    return tuple(
        ClassScore(label, float(precision), float(recall), float(f1), int(support))
        for label, precision, recall, f1, support in zip(
            data.classes.tolist(), *columns, strict=True
        )
    )


def _most_confident_mistakes(
    data: Dataset, z: np.ndarray, probabilities: np.ndarray
) -> tuple[Mistake, ...]:
    targets, predicted = data.class_indices(), z.argmax(axis=1)
    wrong = np.flatnonzero(predicted != targets)
    wrong = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")]
    one_hot = np.eye(len(data.classes))
    labels = data.classes.tolist()
    return tuple(
        Mistake(
            index=int(row),
            label=labels[targets[row]],
            predicted=labels[predicted[row]],
            logits=z[row],
            probabilities=probabilities[row],
            target=one_hot[targets[row]],
            gradient=probabilities[row] - one_hot[targets[row]],
        )
        for row in wrong
    )
