"""X, y and sample_weight as a user passes them -> Dataset, by scikit-learn's own validation."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import validate_data

from logitlab.data import Dataset
from logitlab.data.arrays import to_numpy
from logitlab.errors import DataError
from logitlab.models.targets import encode
from logitlab.models.weights import sample_weights


def read(
    estimator: Any, X: Any, y: Any, sample_weight: Any, classes: Any, *, reset: bool
) -> Dataset:
    """Return the samples that count, checked and encoded, as NumPy arrays.

    `classes` are the labels that may occur (None: those that do); `reset` makes the estimator
    remember the number and names of the features, otherwise they are compared.
    """
    x, y = validate_data(
        estimator,
        to_numpy(X),
        None if y is None else to_numpy(y),
        reset=reset,
        dtype=[np.float64, np.float32],
        order="C",  # a frame and an array of the same numbers give the same network, bit for bit
        multi_output=True,  # soft labels have a column for each class
    )
    weights = sample_weights(to_numpy(sample_weight), len(x))
    if weights is not None and not np.all(weights > 0):
        rows = np.flatnonzero(weights)
        x, y, weights = x[rows], y[rows], weights[rows]
    targets, labels = encode(y, classes)
    return Dataset(x, targets, labels, weights)


def read_features(estimator: Any, X: Any) -> np.ndarray:
    """Return X (N, D), checked against the features that the estimator was fitted on."""
    x = validate_data(
        estimator, to_numpy(X), reset=False, dtype=[np.float64, np.float32], order="C"
    )
    return np.asarray(x)


def read_validation(estimator: Any, validation_data: Any, classes: np.ndarray) -> Dataset:
    """Return a caller's validation set (X, y), its labels among `classes`."""
    if not isinstance(validation_data, tuple | list) or len(validation_data) != 2:
        raise DataError(
            "validation_data",
            got=f"a {type(validation_data).__name__}",
            expected="the pair (X, y)",
            hint="fit(X, y, validation_data=(X_val, y_val))",
        )
    X, y = validation_data
    return read(estimator, X, y, None, classes, reset=False)
