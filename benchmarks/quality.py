"""SoftmaxClassifier's defaults on raw features against scikit-learn's classifiers in pipelines.

    python benchmarks/quality.py            # the table: about a minute on one core
    python benchmarks/quality.py --choose   # how the default α was chosen: about ten minutes

5-fold stratified cross-validation over three seeds on four data sets; every classifier sees the
same folds. The two peers get their features standardised in a pipeline; ours gets them raw.
A line passes where our accuracy is within half a point of the better peer's and our log-loss
within 5 % of the better peer's. ECE is the expected calibration error (15 bins).

`--choose` never touches a test fold: within each of the same training parts it cross-validates
the candidates for α, and prints each one's log-loss relative to the better peer's. The default is
the candidate whose worst ratio over the four data sets is the lowest.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from logitlab.models import SoftmaxClassifier, calibration_bins, expected_calibration_error

SEEDS = (0, 1, 2)
DATA_SETS = {
    "iris": load_iris,
    "wine": load_wine,
    "breast_cancer": load_breast_cancer,
    "digits": load_digits,
}
CANDIDATES = (0.03, 0.05, 0.06, 0.07, 0.08, 0.1)
OURS = "SoftmaxClassifier"
CLASSIFIERS: dict[str, Callable[[int], Any]] = {
    OURS: lambda seed: SoftmaxClassifier(random_state=seed),
    "LogisticRegression": lambda seed: make_pipeline(
        StandardScaler(), LogisticRegression(max_iter=5000)
    ),
    "MLPClassifier": lambda seed: make_pipeline(
        StandardScaler(), MLPClassifier(max_iter=5000, random_state=seed)
    ),
}


@dataclass(frozen=True)
class Score:
    """Means over all folds and seeds; seconds is one fit."""

    accuracy: float
    log_loss: float
    calibration_error: float
    seconds: float


def cross_validate(make: Callable[[int], Any], X: np.ndarray, y: np.ndarray) -> Score:
    """Score a classifier on every test fold of every seed."""
    rows = []
    for seed in SEEDS:
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        for train, test in folds.split(X, y):
            start = time.perf_counter()
            probabilities = make(seed).fit(X[train], y[train]).predict_proba(X[test])
            seconds = time.perf_counter() - start
            bins = calibration_bins(probabilities, y[test])
            rows.append(
                (
                    np.mean(probabilities.argmax(axis=1) == y[test]),
                    log_loss(y[test], probabilities),
                    expected_calibration_error(bins),
                    seconds,
                )
            )
    return Score(*np.mean(rows, axis=0).tolist())


def choose(X: np.ndarray, y: np.ndarray) -> dict[float, float]:
    """Each candidate's log-loss, relative to the better peer's, within the training parts."""
    makers = dict(list(CLASSIFIERS.items())[1:])
    makers |= {
        str(alpha): lambda seed, alpha=alpha: SoftmaxClassifier(alpha=alpha, random_state=seed)
        for alpha in CANDIDATES
    }
    losses: dict[str, list[float]] = {label: [] for label in makers}
    for seed in SEEDS:
        folds = StratifiedKFold(5, shuffle=True, random_state=seed)
        for part, _ in folds.split(X, y):
            for train, test in folds.split(X[part], y[part]):
                inner, held_out = part[train], part[test]
                for label, make in makers.items():
                    probabilities = make(seed).fit(X[inner], y[inner]).predict_proba(X[held_out])
                    losses[label].append(log_loss(y[held_out], probabilities))
    mean = {label: float(np.mean(values)) for label, values in losses.items()}
    best_peer = min(mean[label] for label in CLASSIFIERS if label != OURS)
    return {alpha: mean[str(alpha)] / best_peer for alpha in CANDIDATES}


def print_choice() -> None:
    """Print the candidates' ratios on each data set, and the worst of each."""
    table = Table("α", *DATA_SETS, "worst")
    ratios = {name: choose(*load(return_X_y=True)) for name, load in DATA_SETS.items()}
    for alpha in CANDIDATES:
        row = [ratios[name][alpha] for name in DATA_SETS]
        table.add_row(str(alpha), *(f"{ratio:.3f}" for ratio in (*row, max(row))))
    Console(width=None if sys.stdout.isatty() else 90).print(table)


def passes(ours: Score, peers: list[Score]) -> bool:
    """Whether ours meets the bar of this benchmark."""
    return ours.accuracy >= max(peer.accuracy for peer in peers) - 0.005 and (
        ours.log_loss <= 1.05 * min(peer.log_loss for peer in peers)
    )


def main() -> int:
    """Print the table; the exit status is 1 where a data set does not pass."""
    table = Table("data", "classifier", "accuracy", "log-loss", "ECE", "fit", "")
    failed = False
    for name, load in DATA_SETS.items():
        X, y = load(return_X_y=True)
        scores = {label: cross_validate(make, X, y) for label, make in CLASSIFIERS.items()}
        good = passes(scores[OURS], [scores[label] for label in scores if label != OURS])
        failed = failed or not good
        for label, score in scores.items():
            table.add_row(
                name if label == OURS else "",
                label,
                f"{100 * score.accuracy:.2f} %",
                f"{score.log_loss:.4f}",
                f"{score.calibration_error:.4f}",
                f"{score.seconds:.2f} s",
                ("✓ pass" if good else "✗ fail") if label == OURS else "",
                end_section=label == list(scores)[-1],
            )
    Console(width=None if sys.stdout.isatty() else 90).print(table)
    return int(failed)


if __name__ == "__main__":
    with threadpool_limits(1):
        if "--choose" in sys.argv[1:]:
            print_choice()
        else:
            sys.exit(main())
