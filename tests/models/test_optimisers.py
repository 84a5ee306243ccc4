"""The optimisers against torch.optim, step by step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from logitlab.models.optimisers import SGD, Adam
from logitlab.models.schedules import constant, cosine

DECAY = 0.1
PAIRS = {
    "sgd": (SGD(0.0), lambda p: torch.optim.SGD(p, 0.01, weight_decay=DECAY)),
    "momentum": (
        SGD(0.9, nesterov=False),
        lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, weight_decay=DECAY),
    ),
    "nesterov": (
        SGD(0.9),
        lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, nesterov=True, weight_decay=DECAY),
    ),
    "adam": (Adam(), lambda p: torch.optim.Adam(p, 0.01, weight_decay=DECAY)),
    "adamw": (Adam(decoupled=True), lambda p: torch.optim.AdamW(p, 0.01, weight_decay=DECAY)),
}


@pytest.mark.parametrize("backend", [np.asarray, torch.tensor])
@pytest.mark.parametrize("name", PAIRS)
def test_ten_updates_are_torchs(name, backend):
    mine, make = PAIRS[name]
    mine = replace(mine)
    parameters = backend(np.array([1.0, -2.0, 3.0]))
    theirs = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
    optimiser = make([theirs])
    decay = backend(np.full(3, DECAY))
    for step in range(10):
        gradient = np.sin(np.arange(3.0) + step)
        theirs.grad = torch.tensor(gradient)
        optimiser.step()
        mine.update(parameters, backend(gradient), decay, 0.01)
    assert np.allclose(np.asarray(parameters), theirs.detach().numpy(), rtol=1e-12)


def test_the_schedules_begin_at_one_and_cosine_falls_to_zero():
    assert [constant(t, 10) for t in (0, 5, 10)] == [1.0, 1.0, 1.0]
    factors = [cosine(t, 10) for t in range(11)]
    assert factors[0] == 1.0
    assert factors[-1] == 0.0
    assert factors == sorted(factors, reverse=True)
