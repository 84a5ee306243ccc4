"""Cut a data set in two: one part to learn from, one held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from logitlab.data.dataset import Dataset
from logitlab.errors import DataError


@dataclass(frozen=True, eq=False)
class Split:
    """The two parts of a data set."""

    train: Dataset
    held_out: Dataset


def split(dataset: Dataset, held_out: float = 0.2, *, random_state: Any = 0) -> Split:
    """Hold out a share of the samples, each class in proportion.

    Args:
        dataset: samples as NumPy arrays.
        held_out: the share that is held out, between 0 and 1.
        random_state: an integer seed or a NumPy RandomState; the same seed, the same split.

    Raises:
        DataError: a class has a single sample, or a part would have fewer samples than classes.

    >>> whole = Dataset(np.zeros((10, 1)), np.arange(10) % 2, np.array(["no", "yes"]))
    >>> parts = split(whole, 0.4)
    >>> np.bincount(parts.train.targets), np.bincount(parts.held_out.targets)
    (array([3, 3]), array([2, 2]))
    """
    indices = np.asarray(dataset.class_indices())
    try:
        rows, held = train_test_split(
            np.arange(len(dataset)),
            test_size=held_out,
            random_state=random_state,
            stratify=indices,
        )
    except ValueError as error:
        raise DataError(
            "validation split",
            got=f"{len(dataset)} samples, {np.min(np.bincount(indices))} in the rarest class",
            expected="enough samples of each class for both parts",
            hint=f"give a validation set, or hold out another share ({error})",
        ) from error
    return Split(dataset.take(rows), dataset.take(held))
