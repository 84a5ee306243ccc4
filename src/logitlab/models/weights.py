"""What each sample and each class counts."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_array

from logitlab.errors import DataError, ParameterError, ShapeError


def sample_weights(weights: Any, samples: int) -> np.ndarray | None:
    """Return s (N,) in float64, or None where every sample weighs 1.

    Raises:
        ShapeError: not one weight for each sample.
        DataError: a negative weight, or only zeros.

    >>> sample_weights([1, 2], 2)
    array([1., 2.])
    """
    if weights is None:
        return None
    s = np.asarray(
        check_array(weights, ensure_2d=False, dtype=np.float64, input_name="sample_weight")
    )
    if s.shape != (samples,):
        raise ShapeError(
            "sample_weight",
            got=s.shape,
            expected=(samples,),
            hint="one weight for each row of X",
        )
    if np.any(s < 0):
        raise DataError(
            "sample_weight", got=f"{s.min()}", expected="weights ≥ 0", hint="0 leaves a sample out"
        )
    if not np.any(s > 0):
        raise DataError(
            "sample_weight",
            got="every sample weight is zero",
            expected="at least one weight above zero",
            hint="a weight of 0 leaves a sample out",
        )
    return s


def class_weights(
    class_weight: Any, classes: np.ndarray, targets: np.ndarray, weights: np.ndarray | None
) -> np.ndarray | None:
    """Return w (K,) in float64, or None where every class weighs 1.

    "balanced" gives each class the same total: w_k = Σ_j c_j / (K c_k), with c_k the summed
    weight of class k (and 1 for a class that does not occur).

    >>> class_weights("balanced", np.array([0, 1]), np.array([0, 0, 0, 1]), None)
    array([0.66666667, 2.        ])
    """
    if class_weight is None:
        return None
    if isinstance(class_weight, str):
        weights = np.ones(len(targets)) if weights is None else weights
        if targets.ndim == 1:
            counts = np.bincount(targets, weights, minlength=len(classes))
        else:
            counts = weights @ targets
        return np.asarray(
            np.where(counts > 0, counts.sum() / (len(classes) * np.maximum(counts, 1e-300)), 1.0)
        )
    unknown = set(class_weight) - set(classes.tolist())
    if unknown:
        raise ParameterError(
            "class_weight",
            got=f"weights for {sorted(map(repr, unknown))}",
            expected=f"keys among the classes {classes.tolist()}",
            hint="a class without a key weighs 1",
        )
    w = np.array([class_weight.get(label, 1.0) for label in classes.tolist()], dtype=np.float64)
    if not (np.all(np.isfinite(w)) and np.all(w >= 0) and np.any(w > 0)):
        raise ParameterError(
            "class_weight",
            got=dict(class_weight),
            expected="finite weights ≥ 0, not all of them 0",
            hint="a weight of 0 leaves a class out",
        )
    return w
