"""The hand-written gradients against torch's automatic differentiation."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from logitlab.data import Dataset
from logitlab.models.activations import ACTIVATIONS
from logitlab.models.network import Network, parameter_count
from logitlab.models.objective import Objective

TORCH_ACTIVATIONS = {
    "identity": lambda a: a,
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "elu": torch.nn.functional.elu,
}
TOLERANCE = {"float64": 1e-12, "float32": 1e-5}
WEIGHTS = np.array([0.5, 2.0, 1.0])


def random_network(layer_sizes: tuple[int, ...], activation: str, dtype: str) -> Network:
    parameters = np.random.default_rng(0).normal(size=parameter_count(layer_sizes))
    return Network(layer_sizes, ACTIVATIONS[activation], parameters.astype(dtype))


def random_batch(features: int, dtype: str, *, soft: bool, weighted: bool) -> Dataset:
    random = np.random.default_rng(1)
    x = random.normal(size=(17, features)).astype(dtype)
    y = random.dirichlet(np.ones(3), size=17).astype(dtype) if soft else random.integers(3, size=17)
    weights = random.uniform(0.1, 3.0, size=17) if weighted else None
    return Dataset(x, y, np.arange(3), weights)


def autograd(network: Network, batch: Dataset, objective: Objective) -> list[torch.Tensor]:
    """Each layer's weight and bias gradient, by torch.nn.functional and autograd in float64."""
    tensors = [
        torch.tensor(np.asarray(part, dtype=np.float64), requires_grad=True)
        for layer in network.layers()
        for part in layer
    ]
    h = torch.tensor(np.asarray(batch.features, dtype=np.float64))
    for index, (weight, bias) in enumerate(zip(tensors[::2], tensors[1::2], strict=True)):
        h = h @ weight + bias
        if index < len(tensors) // 2 - 1:
            h = TORCH_ACTIVATIONS[network.activation.name](h)
    targets = torch.tensor(batch.targets)
    losses = torch.nn.functional.cross_entropy(
        h,
        targets.double() if targets.is_floating_point() else targets,
        weight=None if objective.class_weight is None else torch.tensor(objective.class_weight),
        label_smoothing=objective.label_smoothing,
        reduction="none",
    )
    rows = torch.as_tensor(objective.row_weights(batch))
    scale = torch.ones(len(batch)) if batch.weights is None else torch.tensor(batch.weights)
    ((losses * scale).sum() / rows.sum()).backward()
    return [tensor.grad for tensor in tensors]


def as_torch(network: Network, batch: Dataset, objective: Objective):
    weight = objective.class_weight
    return (
        replace(network, parameters=torch.tensor(network.parameters)),
        batch.to(torch.empty(0)),
        replace(objective, class_weight=None if weight is None else torch.tensor(weight)),
    )


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("layer_sizes", [(5, 3), (5, 7, 3), (5, 8, 6, 3)])
def test_each_parameter_tensors_gradient_is_autograds(
    layer_sizes, activation, soft, dtype, backend
):
    network = random_network(layer_sizes, activation, dtype)
    batch = random_batch(5, dtype, soft=soft, weighted=True)
    objective = Objective(label_smoothing=0.1, class_weight=WEIGHTS)
    wanted = autograd(network, batch, objective)
    if backend == "torch":
        network, batch, objective = as_torch(network, batch, objective)
    gradient = objective.measure(network, batch).gradient
    assert str(gradient.dtype).endswith(dtype)
    got = [part for layer in replace(network, parameters=gradient).layers() for part in layer]
    assert len(got) == len(wanted)
    for mine, theirs in zip(got, wanted, strict=True):
        error = np.abs(np.asarray(mine) - theirs.numpy()).max()
        assert error <= TOLERANCE[dtype] * theirs.abs().max()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_gradient_is_the_slope_of_the_loss(activation):
    network = random_network((5, 6, 3), activation, "float64")
    batch = random_batch(5, "float64", soft=False, weighted=False)
    objective = Objective()
    gradient = objective.measure(network, batch).gradient
    direction = np.random.default_rng(2).normal(size=gradient.shape)

    def loss(t: float) -> float:
        return objective.loss(
            replace(network, parameters=network.parameters + t * direction), batch
        )

    assert gradient @ direction == pytest.approx((loss(1e-5) - loss(-1e-5)) / 2e-5, rel=1e-7)


def test_layers_are_views_of_one_vector():
    network = random_network((2, 4, 3), "tanh", "float64")
    sizes = [layer.weight.shape for layer in network.layers()]
    assert sizes == list(pairwise(network.layer_sizes))
    flat = np.concatenate([part.ravel() for layer in network.layers() for part in layer])
    assert np.array_equal(flat, network.parameters)
    assert all(np.shares_memory(layer.weight, network.parameters) for layer in network.layers())


def test_the_fan_in_is_that_of_each_weight_and_zero_at_the_biases():
    network = random_network((2, 4, 3), "tanh", "float64")
    first, second = replace(network, parameters=network.fan_in()).layers()
    assert (first.weight == 2.0).all()
    assert (second.weight == 4.0).all()
    assert (first.bias == 0.0).all()
    assert (second.bias == 0.0).all()
