"""Training as a generator of Steps: who consumes them can watch it, draw it, and stop it.

`train` moves the network's parameters in place. Each Step is a measurement of the network as it
is when the Step arrives; stopping there keeps exactly that network.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

import numpy as np
from array_api_compat import array_namespace, device

from logitlab.data import Dataset
from logitlab.data.arrays import Array
from logitlab.models.lbfgs import lbfgs
from logitlab.models.network import Network
from logitlab.models.objective import Measurement, Objective
from logitlab.models.optimisers import Optimiser
from logitlab.models.schedules import SCHEDULES


@dataclass(frozen=True)
class Step:
    """The state of a fit after `step` updates.

    With minibatches, loss, accuracy and gradient norm are those of the batch that the next
    update uses, and in the last record those of all samples. With L-BFGS they are always those
    of all samples, and an epoch is an iteration.
    """

    epoch: int  # passes over the samples that are complete
    step: int  # updates made so far
    loss: float  # mean cross-entropy, without the penalty; log K before the first update
    accuracy: float
    gradient_norm: float  # ‖∇J‖₂, the penalty's share included
    validation_loss: float | None = None  # the validation set's log-loss, once an epoch

    def after(self, past: Step | None) -> Step:
        """Return this record counted on from the last of an earlier training."""
        if past is None:
            return self
        return replace(self, epoch=past.epoch + self.epoch, step=past.step + self.step)

    def validated(self, network: Network, held_out: Dataset | None) -> Step:
        """Return this record with the plain log-loss of the validation set, if there is one."""
        if held_out is None:
            return self
        return replace(self, validation_loss=Objective().loss(network, held_out))


@dataclass(frozen=True)
class Minibatches:
    """How samples are served to an optimiser that takes small steps."""

    optimiser: Optimiser
    batch_size: int
    epochs: int
    learning_rate: float
    schedule: str = "constant"
    shuffle: bool = True


@dataclass(frozen=True)
class FullBatch:
    """L-BFGS on all samples at once, until max |∂J/∂θ| ≤ tol."""

    epochs: int  # the most iterations
    tol: float


def train(
    network: Network,
    dataset: Dataset,
    objective: Objective,
    method: Minibatches | FullBatch,
    *,
    random: np.random.RandomState,
    validation: Dataset | None = None,
) -> Iterator[Step]:
    """Minimise the objective over the dataset; yield a Step before each update and at the end.

    >>> from logitlab.models.initialisation import initialise
    >>> data = Dataset(np.array([[-1.0], [1.0]]), np.array([0, 1]), np.array([0, 1]))
    >>> random = np.random.RandomState(0)
    >>> network = initialise((1, 2), "identity", random)
    >>> steps = list(train(network, data, Objective(0.1), FullBatch(50, 1e-6), random=random))
    >>> round(steps[0].loss, 4), steps[-1].accuracy  # log 2, then all right
    (0.6931, 1.0)
    """
    if isinstance(method, FullBatch):
        return _full_batch(network, dataset, objective, method, validation)
    return _minibatches(network, dataset, objective, method, random, validation)


class Evaluation(NamedTuple):
    """J and its gradient at θ, and the measurement that they come from."""

    parameters: Array  # (P,)
    value: float
    gradient: Array  # (P,)
    measurement: Measurement


def _full_batch(
    network: Network,
    dataset: Dataset,
    objective: Objective,
    method: FullBatch,
    validation: Dataset | None,
) -> Iterator[Step]:
    xp = array_namespace(network.parameters)
    decay = _decay(network, dataset, objective)

    def evaluate(parameters: Array) -> Evaluation:
        measurement = objective.measure(replace(network, parameters=parameters), dataset)
        penalty = 0.5 * float(xp.sum(decay * parameters**2))
        gradient = measurement.gradient + decay * parameters
        return Evaluation(parameters, measurement.loss + penalty, gradient, measurement)

    start = xp.asarray(network.parameters, copy=True)
    iterates = lbfgs(evaluate, start, method.tol)
    for index, iterate in enumerate(islice(iterates, method.epochs + 1)):
        network.parameters[:] = iterate.parameters
        yield _step(index, index, iterate.measurement, iterate.gradient).validated(
            network, validation
        )


def _minibatches(
    network: Network,
    dataset: Dataset,
    objective: Objective,
    method: Minibatches,
    random: np.random.RandomState,
    validation: Dataset | None,
) -> Iterator[Step]:
    decay = _decay(network, dataset, objective)
    mean_weight = _total(dataset, objective) / len(dataset)
    batches = -(-len(dataset) // method.batch_size)
    updates = batches * method.epochs
    for step in range(updates):
        if step % batches == 0:
            order = _order(dataset, random, method.shuffle)
        batch = dataset.take(order[step % batches * method.batch_size :][: method.batch_size])
        measurement = objective.measure(network, batch, mean_weight * len(batch))
        record = _step(
            step // batches, step, measurement, measurement.gradient + decay * network.parameters
        )
        yield record.validated(network, validation if step % batches == 0 else None)
        rate = method.learning_rate * SCHEDULES[method.schedule](step, updates)
        method.optimiser.update(network.parameters, measurement.gradient, decay, rate)
    measurement = objective.measure(network, dataset)
    gradient = measurement.gradient + decay * network.parameters
    yield _step(method.epochs, updates, measurement, gradient).validated(network, validation)


def _step(epoch: int, step: int, measurement: Measurement, gradient: Array) -> Step:
    norm = float(array_namespace(gradient).sum(gradient * gradient)) ** 0.5
    return Step(epoch, step, measurement.loss, measurement.accuracy, norm)


def _total(dataset: Dataset, objective: Objective) -> float:
    """S, what all samples count together."""
    return float(array_namespace(dataset.features).sum(objective.row_weights(dataset)))


def _decay(network: Network, dataset: Dataset, objective: Objective) -> Array:
    """α D_l / S at the weights of layer l and 0 at the biases, (P,)."""
    return network.fan_in() * (objective.alpha / (_total(dataset, objective) or 1.0))


def _order(dataset: Dataset, random: np.random.RandomState, shuffle: bool) -> Array:
    """The samples' order for one epoch, drawn by NumPy whatever the samples' own library."""
    order = random.permutation(len(dataset)) if shuffle else np.arange(len(dataset))
    xp = array_namespace(dataset.features)
    return xp.asarray(order, device=device(dataset.features))
