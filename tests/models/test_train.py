"""Training as a generator: what a Step says is what the network is."""

from __future__ import annotations

from itertools import islice, pairwise

import numpy as np
import pytest
from sklearn.datasets import load_iris

from logitlab.data import Dataset
from logitlab.models.initialisation import initialise
from logitlab.models.objective import Objective
from logitlab.models.optimisers import SGD, Adam
from logitlab.models.train import FullBatch, Minibatches, train

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)
IRIS = Dataset(X, Y, np.arange(3))
OBJECTIVE = Objective(alpha=0.5)


def training(method, dataset=IRIS, validation=None, objective=OBJECTIVE):
    random = np.random.RandomState(0)
    network = initialise((4, 6, 3), "tanh", random)
    return network, train(network, dataset, objective, method, random=random, validation=validation)


def adam(**options):
    return Minibatches(Adam(), **{"batch_size": 40, "epochs": 5, "learning_rate": 0.05, **options})


def test_minibatches_count_updates_and_epochs():
    _, steps = training(adam())
    steps = list(steps)
    assert [s.step for s in steps] == list(range(21))  # ⌈150 / 40⌉ = 4 updates an epoch, 5 epochs
    assert [s.epoch for s in steps] == [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4 + [5]


def test_lbfgs_counts_iterations_and_stops_at_the_most():
    _, steps = training(FullBatch(epochs=7, tol=0.0))
    steps = list(steps)
    assert [(s.epoch, s.step) for s in steps] == [(i, i) for i in range(8)]
    assert all(after.loss < before.loss for before, after in pairwise(steps))


@pytest.mark.parametrize("method", [adam(), adam(batch_size=150), FullBatch(30, 1e-6)])
@pytest.mark.parametrize("updates", [0, 1, 3])
def test_who_stops_at_a_step_has_that_steps_network(method, updates):
    network, steps = training(method, validation=IRIS)
    taken = list(islice(steps, updates + 1))
    parameters = network.parameters.copy()
    steps.close()
    assert np.array_equal(parameters, network.parameters)
    if taken[-1].validation_loss is not None:
        assert taken[-1].validation_loss == pytest.approx(OBJECTIVE.loss(network, IRIS))
    if getattr(method, "batch_size", 150) == 150:
        measured = OBJECTIVE.measure(network, IRIS)
        assert (taken[-1].loss, taken[-1].accuracy) == pytest.approx(
            (measured.loss, measured.accuracy)
        )


def test_an_update_moves_the_network_and_no_step_does_before_it():
    network, steps = training(adam())
    start = network.parameters.copy()
    next(steps)
    assert np.array_equal(network.parameters, start)
    next(steps)
    assert not np.array_equal(network.parameters, start)


def test_the_validation_loss_is_measured_once_an_epoch_and_at_the_end():
    _, steps = training(adam(), validation=IRIS)
    assert [s.step for s in steps if s.validation_loss is not None] == [0, 4, 8, 12, 16, 20]


def test_the_validation_loss_is_the_plain_log_loss():
    network, steps = training(
        FullBatch(5, 0.0), validation=IRIS, objective=Objective(0.5, label_smoothing=0.3)
    )
    *_, last = steps
    assert last.validation_loss == pytest.approx(Objective().loss(network, IRIS))
    assert last.validation_loss != pytest.approx(last.loss, rel=1e-3)


def test_the_gradient_norm_is_of_the_penalised_loss():
    network, steps = training(FullBatch(5, 0.0))
    *_, last = steps
    gradient = OBJECTIVE.measure(network, IRIS).gradient
    gradient = gradient + 0.5 / 150 * network.fan_in() * network.parameters
    assert last.gradient_norm == pytest.approx(np.linalg.norm(gradient))


def test_an_epoch_takes_each_sample_once():
    """With one SGD step per sample from a fixed point, the gradients add up to the whole one."""
    network, steps = training(
        Minibatches(SGD(0.0), batch_size=10, epochs=1, learning_rate=1e-9),
        objective=Objective(),
    )
    start = network.parameters.copy()
    whole = Objective().measure(network, IRIS).gradient
    list(steps)
    assert np.allclose((start - network.parameters) / 1e-9 / 15, whole, atol=1e-5)


def test_weighted_minibatches_add_up_to_the_weighted_gradient():
    weights = np.random.default_rng(0).uniform(0.0, 5.0, 150)
    weighted = Dataset(X, Y, np.arange(3), weights)
    network, steps = training(
        Minibatches(SGD(0.0), batch_size=10, epochs=1, learning_rate=1e-9),
        dataset=weighted,
        objective=Objective(class_weight=np.array([1.0, 2.0, 4.0])),
    )
    start = network.parameters.copy()
    whole = Objective(class_weight=np.array([1.0, 2.0, 4.0])).measure(network, weighted).gradient
    list(steps)
    assert np.allclose((start - network.parameters) / 1e-9 / 15, whole, atol=1e-5)


def test_the_order_of_samples_changes_from_epoch_to_epoch():
    def norms(**options):
        _, steps = training(adam(epochs=2, learning_rate=0.0, **options))
        return [step.gradient_norm for step in steps][:8]

    shuffled, fixed = norms(), norms(shuffle=False)
    assert shuffled[:4] != shuffled[4:]
    assert fixed[:4] == fixed[4:]
