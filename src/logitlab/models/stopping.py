"""Early stopping: keep the parameters of the lowest validation loss, stop when it stays away."""

from __future__ import annotations

from array_api_compat import array_namespace

from logitlab.data.arrays import Array
from logitlab.models.network import Network
from logitlab.models.train import Step


class EarlyStopping:
    """Watches Steps; asks to stop `patience` updates after the last new minimum."""

    def __init__(self, network: Network, patience: int) -> None:
        self.network = network
        self.patience = patience
        self.best: Step | None = None
        self.parameters: Array | None = None

    def __call__(self, step: Step) -> bool:
        """Take note of a Step; True: stop now."""
        loss = step.validation_loss
        if loss is None:
            return False
        if (
            self.best is None
            or self.best.validation_loss is None
            or (loss < self.best.validation_loss)
        ):
            parameters = self.network.parameters
            self.best = step
            self.parameters = array_namespace(parameters).asarray(parameters, copy=True)
        return step.step - self.best.step >= self.patience

    def restore(self) -> None:
        """Give the network its best parameters back."""
        if self.parameters is not None:
            self.network.parameters[:] = self.parameters
