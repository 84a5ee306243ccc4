"""Whether a probability means what it says: reliability bins and their mean distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CalibrationBin:
    """The predictions whose confidence max_k ŷ_k lies in (low, high]."""

    low: float
    high: float
    count: int
    confidence: float  # their mean confidence; nan for an empty bin
    accuracy: float  # the share of them that is right; nan for an empty bin


def calibration_bins(
    probabilities: np.ndarray, targets: np.ndarray, bins: int = 15
) -> tuple[CalibrationBin, ...]:
    """Sort predictions (N, K) with true classes (N,) into bins of equal width.

    >>> first, second = calibration_bins(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 0]), 2)
    >>> second.count, round(second.confidence, 2), second.accuracy
    (2, 0.85, 0.5)
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == targets
    edges = np.linspace(0.0, 1.0, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    return tuple(
        CalibrationBin(
            low=float(edges[b]),
            high=float(edges[b + 1]),
            count=int(inside.sum()),
            confidence=float(confidence[inside].mean()) if inside.any() else float("nan"),
            accuracy=float(right[inside].mean()) if inside.any() else float("nan"),
        )
        for b in range(bins)
        for inside in [place == b]
    )


def expected_calibration_error(bins: tuple[CalibrationBin, ...]) -> float:
    """Return Σ_b (n_b / N) |accuracy_b − confidence_b| (Guo et al., 2017).

    >>> bins = calibration_bins(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array([0, 0]), 2)
    >>> round(expected_calibration_error(bins), 2)
    0.35
    """
    total = sum(b.count for b in bins)
    return sum(b.count * abs(b.accuracy - b.confidence) for b in bins if b.count) / total
