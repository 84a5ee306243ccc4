"""Cut a data set in two: one part to learn from, one held out."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
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
    """Hold out a share of the samples, each class in proportion where that can be.

    Args:
        dataset: N samples as NumPy arrays.
        held_out: the share that is held out, between 0 and 1.
        random_state: an integer seed or a NumPy RandomState; the same seed, the same split.

    Raises:
        DataError: there is but one sample.

    >>> whole = Dataset(np.zeros((10, 1)), np.arange(10) % 2, np.array(["no", "yes"]))
    >>> parts = split(whole, 0.4)
    >>> np.bincount(parts.train.targets), np.bincount(parts.held_out.targets)
    (array([3, 3]), array([2, 2]))
    """
    count = len(dataset)
    if count < 2:
        raise DataError(
            "held-out part",
            got=f"n_samples = {count}",
            expected="at least 2 samples to cut in two",
            hint="give a validation set of your own",
        )
    indices = np.asarray(dataset.class_indices())
    present = np.bincount(indices)[np.unique(indices)]
    size = min(max(ceil(held_out * count), 1), count - 1)
    in_proportion = present.min() >= 2 and min(size, count - size) >= len(present)
    rows, held = train_test_split(
        np.arange(count),
        test_size=size,
        random_state=random_state,
        stratify=indices if in_proportion else None,
    )
    return Split(dataset.take(rows), dataset.take(held))
