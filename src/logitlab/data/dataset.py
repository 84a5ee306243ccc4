"""A data set: features beside their targets, what every fit and every report starts from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from array_api_compat import array_namespace

from logitlab.data.arrays import Array, move


@dataclass(frozen=True, eq=False)
class Dataset:
    """N samples of D features, each with a target among K classes and a weight.

    >>> import numpy as np
    >>> iris = Dataset(np.ones((3, 2)), np.array([0, 1, 0]), np.array(["a", "b"]))
    >>> len(iris), iris.take(np.array([1])).targets
    (3, array([1]))
    """

    features: Array  # (N, D) floating
    targets: Array  # (N,) class indices in 0 … K − 1, or (N, K) distributions
    classes: Array  # (K,) the classes' labels, as the user wrote them (a NumPy array)
    weights: Array | None = None  # (N,) floating; None: every sample counts once

    def __len__(self) -> int:
        return int(self.features.shape[0])

    def take(self, rows: Array) -> Dataset:
        """Return the samples at the indices `rows`, in that order."""
        weights = None if self.weights is None else self.weights[rows]
        return replace(
            self, features=self.features[rows, :], targets=self.targets[rows], weights=weights
        )

    def class_indices(self) -> Array:
        """Return each sample's class, (N,): the most probable one where targets are soft."""
        if self.targets.ndim == 1:
            return self.targets
        return array_namespace(self.targets).argmax(self.targets, axis=-1)

    def to(self, like: Array) -> Dataset:
        """Return the same samples as arrays of the library, and on the device, of `like`."""
        return replace(
            self,
            features=move(self.features, like),
            targets=move(self.targets, like),
            weights=None if self.weights is None else move(self.weights, like),
        )
