"""scikit-learn's callbacks (SLEP023) as one more consumer of Steps: a task for each epoch."""

from __future__ import annotations

from typing import Any

from logitlab.data.arrays import NUMPY
from logitlab.models.train import Step


class FitCallbacks:
    """Tells the callbacks of an estimator's fit when each epoch begins and ends.

    A callback that asks for the fitted estimator gets a copy with the network of that moment.
    """

    def __init__(self, estimator: Any, epochs: int, **data: Any) -> None:
        self.estimator = estimator
        self.data = data
        self.fit = estimator._init_callback_context(max_subtasks=epochs)
        self.fit.call_on_fit_task_begin(estimator=estimator, **data)
        self.epochs = epochs
        self.epoch: Any = None  # the context of the epoch that is running
        self.done = 0  # epochs that have ended

    def __call__(self, step: Step) -> bool:
        """Take note of a Step; True: a callback asks to stop."""
        stop = False
        if self.epoch is not None and step.epoch > self.done:
            stop = self._end_epoch()
        if self.epoch is None and not stop and step.epoch < self.epochs:
            self.epoch = self.fit.subcontext(task_name="epoch")
            self.epoch.call_on_fit_task_begin(
                estimator=self.estimator, reconstruction_attributes=self._fitted, **self.data
            )
        return stop

    def finish(self) -> None:
        """Tell the callbacks that the fit is over (an epoch that stopped early ends with it)."""
        if self.epoch is not None:
            self.epoch.call_on_fit_task_end(estimator=self.estimator)
        self.fit.call_on_fit_task_end(
            estimator=self.estimator, reconstruction_attributes=self._fitted, **self.data
        )

    def _end_epoch(self) -> bool:
        epoch, self.epoch = self.epoch, None
        self.done += 1
        return bool(
            epoch.call_on_fit_task_end(
                estimator=self.estimator, reconstruction_attributes=self._fitted, **self.data
            )
        )

    def _fitted(self) -> dict[str, Any]:
        return {"network_": self.estimator.network_.to(NUMPY)}
