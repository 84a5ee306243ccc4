"""What a fit minimises: the mean cross-entropy of the samples plus a penalty on the weights.

    J(θ) = (1/S) Σ_n s_n ℓ_n(θ)  +  (α / 2S) Σ_l D_l ‖W_l‖²        S = Σ_n s_n Σ_k w_k y_nk

with sample weights s, class weights w, and L2 strength α, times D_l, layer l's number of inputs.
A sample of weight 2 counts as two samples.

Why D_l: the penalty is the logarithm of a Gaussian prior of variance 1/(α D_l) on each weight of
a layer, so that a sum of D_l inputs has prior variance 1/α whatever the width (Neal, Bayesian
Learning for Neural Networks, 1996, section 2.1). One α then suits 4 features as well as 64.
"""

from __future__ import annotations

from dataclasses import dataclass

from array_api_compat import array_namespace, device

from logitlab.data import Dataset
from logitlab.data.arrays import Array
from logitlab.kernels import cross_entropy
from logitlab.models.network import Network


@dataclass(frozen=True, eq=False)
class Measurement:
    """One forward and backward pass over some samples."""

    loss: float  # the samples' weighted mean cross-entropy, without the penalty
    accuracy: float  # the weighted share of samples whose largest logit is the target's
    gradient: Array  # (P,) of the loss, without the penalty


@dataclass(frozen=True, eq=False)
class Objective:
    """The terms of J that do not depend on θ."""

    alpha: float = 0.0
    label_smoothing: float = 0.0
    class_weight: Array | None = None  # (K,)

    def row_weights(self, dataset: Dataset) -> Array:
        """Return s_n Σ_k w_k y_nk, (N,) in float64: what each sample counts."""
        xp = array_namespace(dataset.features)
        rows = xp.ones(len(dataset), dtype=xp.float64, device=device(dataset.features))
        if dataset.weights is not None:
            rows = rows * dataset.weights
        if self.class_weight is None:
            return rows if dataset.targets.ndim == 1 else rows * xp.sum(dataset.targets, axis=-1)
        if dataset.targets.ndim == 1:
            return rows * self.class_weight[dataset.targets]
        return rows * xp.sum(dataset.targets * self.class_weight[None, :], axis=-1)

    def measure(
        self, network: Network, dataset: Dataset, total: float | None = None
    ) -> Measurement:
        """Run forward and backward: loss, accuracy, and the gradient of Σ_n s_n ℓ_n / total.

        `total` is the samples' own Σ_n s_n Σ_k w_k y_nk unless it is given.
        """
        xp = array_namespace(dataset.features)
        rows = self.row_weights(dataset)
        mass = float(xp.sum(rows)) or 1.0
        outputs = network.forward(dataset.features)
        logits, dlogits = outputs[-1], xp.empty_like(outputs[-1])
        right = xp.argmax(logits, axis=-1) == dataset.class_indices()
        scale = 1.0 if dataset.weights is None else xp.astype(dataset.weights, xp.float64)
        losses = cross_entropy(
            logits,
            dataset.targets,
            weight=self.class_weight,
            label_smoothing=self.label_smoothing,
            row_scale=scale / (total or mass),
            out=dlogits,  # ŷ − y for a plain row, times its scale
        )
        return Measurement(
            loss=float(xp.sum(losses * scale)) / mass,
            accuracy=float(xp.sum(rows * xp.astype(right, xp.float64))) / mass,
            gradient=network.backward(outputs, dlogits),
        )

    def loss(self, network: Network, dataset: Dataset) -> float:
        """Return the samples' weighted mean cross-entropy alone."""
        xp = array_namespace(dataset.features)
        losses = cross_entropy(
            network.logits(dataset.features),
            dataset.targets,
            weight=self.class_weight,
            label_smoothing=self.label_smoothing,
        )
        scale = 1.0 if dataset.weights is None else dataset.weights
        return float(xp.sum(losses * scale)) / (float(xp.sum(self.row_weights(dataset))) or 1.0)
