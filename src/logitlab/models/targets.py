"""What the user calls y -> class indices or distributions, and the classes' labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from logitlab.errors import DataError

#: how far from 1 the sum of a soft label may be: float32 rounding of thousands of classes
SUM_TOLERANCE = 1e-3


def encode(y: np.ndarray, classes: Any = None) -> tuple[np.ndarray, np.ndarray]:
    """Return targets and classes.

    Args:
        y: (N,) or (N, 1) labels, or (N, K) soft labels: rows that are ≥ 0 and sum to one.
        classes: (K,) the labels that may occur; None: those that occur (soft: 0 … K − 1).

    Returns:
        (N,) indices into classes, or (N, K) distributions as they came; and (K,) classes.

    Raises:
        DataError: a label that is not one of `classes`, or rows that are no distribution.

    >>> encode(np.array(["b", "a", "b"]))
    (array([1, 0, 1]), array(['a', 'b'], dtype='<U1'))
    >>> encode(np.array([[0.25, 0.75]]))
    (array([[0.25, 0.75]]), array([0, 1]))
    """
    if y.ndim == 2 and y.shape[1] > 1:
        return _distributions(y), _soft_classes(y, classes)
    y = column_or_1d(y, warn=True)
    check_classification_targets(y)
    found, indices = np.unique(y, return_inverse=True)
    if classes is None:
        return indices, found
    classes = np.unique(classes)
    unknown = np.setdiff1d(found, classes)
    if len(unknown):
        raise DataError(
            "y",
            got=f"the labels {unknown.tolist()}",
            expected=f"labels among {classes.tolist()}",
            hint="the first fit, or `classes` at the first partial_fit, fixes the classes",
        )
    return np.searchsorted(classes, y), classes


def _distributions(y: np.ndarray) -> np.ndarray:
    sums = y.sum(axis=1, dtype=np.float64) if y.dtype.kind in "fiub" else np.zeros(len(y))
    if np.all(np.abs(sums - 1.0) <= SUM_TOLERANCE) and np.all(y >= 0):
        return y if y.dtype.kind == "f" else y.astype(np.float64)
    raise DataError(
        "y",
        got=f"{y.shape} {y.dtype} with rows that are not distributions",
        expected="(N,) labels, or (N, K) rows that are ≥ 0 and sum to one",
        hint="multilabel and multioutput targets need one classifier per column: "
        "sklearn.multioutput.MultiOutputClassifier",
    )


def _soft_classes(y: np.ndarray, classes: Any) -> np.ndarray:
    classes = np.arange(y.shape[1]) if classes is None else np.unique(classes)
    if len(classes) != y.shape[1]:
        raise DataError(
            "y",
            got=f"soft labels of {y.shape[1]} classes",
            expected=f"{len(classes)} columns, one for each of {classes.tolist()}",
            hint="the columns follow the sorted classes",
        )
    return np.asarray(classes)
