"""The title of the deck on real data: a network trained on ŷ − y to read handwritten digits.

The digits are scikit-learn's copy of the UCI set: 1797 images of 8 × 8 pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from logitlab import models
from logitlab.course.solution import Finding
from logitlab.models import Mistake, Report, SoftmaxClassifier, evaluate

#: What `--fast` leaves out: the hidden layer. Softmax regression is the same loss and gradient.
_HIDDEN = {True: (), False: (100,)}
_MISTAKES = 3


@dataclass(frozen=True, eq=False)
class Trained:
    """A classifier, what it does on digits that it has not seen, and what was verified of it."""

    classifier: SoftmaxClassifier
    report: Report
    train_samples: int
    features: NDArray[np.float64]  # (N, 64), the digits not seen
    labels: NDArray[np.int64]  # (N,)
    findings: tuple[Finding, ...]

    @property
    def verified(self) -> bool:
        """Whether everything holds that was looked at."""
        return all(finding.holds for finding in self.findings)

    def pixels(self, mistake: Mistake) -> list[list[float]]:
        """The image that was mistaken, as 8 rows of 8 pixels from 0 to 16."""
        rows: list[list[float]] = self.features[mistake.index].reshape(8, 8).tolist()
        return rows


def train(seed: int = 0, *, fast: bool = False, verbose: bool = False) -> Trained:
    """Train on three quarters of the digits and measure on the rest.

    Args:
        seed: of the split and of the network's first weights.
        fast: softmax regression in place of a network with a hidden layer of 100.
        verbose: draw a progress bar on standard error.

    >>> trained = train(fast=True)
    >>> round(trained.report.history[0].loss, 4)  # log 10
    2.3026
    >>> trained.report.accuracy > 0.95, trained.verified
    (True, True)
    """
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=seed)
    classifier = SoftmaxClassifier(_HIDDEN[fast], random_state=seed, verbose=verbose)
    classifier.fit(X_train, y_train, validation_data=(X_test, y_test))
    report = evaluate(classifier, X_test, y_test, mistakes=_MISTAKES)
    findings = (_start(report), _accuracy(classifier, report, X_test, y_test), _gradient(report))
    return Trained(classifier, report, len(X_train), X_test, y_test, findings)


def save(trained: Trained, path: Path) -> Trained:
    """Save the classifier, and verify that the file, loaded again, is the same classifier."""
    models.save(trained.classifier, path)
    loaded = models.load(path).predict_proba(trained.features)
    same = np.array_equal(loaded, trained.classifier.predict_proba(trained.features))
    evidence = f"loaded again, it gives {'the same' if same else 'other'} probabilities"
    finding = Finding("saved", f"{path.name} holds the classifier", bool(same), evidence)
    return replace(trained, findings=(*trained.findings, finding))


def _start(report: Report) -> Finding:
    loss, expected = report.history[0].loss, math.log(len(report.classes))
    return Finding(
        "start",
        f"the loss starts at log {len(report.classes)}",
        math.isclose(loss, expected, rel_tol=1e-9),
        f"{loss:.10f}; log {len(report.classes)} = {expected:.10f}",
    )


def _accuracy(
    classifier: SoftmaxClassifier,
    report: Report,
    X: NDArray[np.float64],
    y: NDArray[np.int64],
) -> Finding:
    pairs = zip(classifier.predict(X).tolist(), y.tolist(), strict=True)
    right = sum(predicted == label for predicted, label in pairs)
    return Finding(
        "accuracy",
        "the accuracy is the share of right predictions",
        right / len(y) == report.accuracy and right == int(np.trace(report.confusion)),
        f"counted one by one: {right} of {len(y)}",
    )


def _gradient(report: Report) -> Finding:
    error = max((_distance_to_autograd(mistake) for mistake in report.mistakes), default=0.0)
    return Finding(
        "gradient",
        "ŷ − y is the gradient of the loss in each mistake shown",
        error <= 1e-12,
        f"within {error:.1e} of torch's autograd on its own cross_entropy",
    )


def _distance_to_autograd(mistake: Mistake) -> float:
    z = torch.tensor(mistake.logits, dtype=torch.float64, requires_grad=True)
    target = torch.tensor(mistake.target, dtype=torch.float64)
    (gradient,) = torch.autograd.grad(torch.nn.functional.cross_entropy(z, target), z)
    return float(np.abs(gradient.numpy() - mistake.gradient).max())
