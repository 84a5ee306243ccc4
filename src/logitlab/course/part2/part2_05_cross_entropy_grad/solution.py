from collections.abc import Callable

import torch
from torch import Tensor


def cross_entropy_grad(z: Tensor, y: Tensor) -> Tensor:
    e = torch.exp(z - z.amax())
    y_hat = e / e.sum()
    return y_hat - y


def numerical_grad(f: Callable[[Tensor], Tensor | float], z: Tensor) -> Tensor:
    z = z.double()
    h = 1e-5
    gradient = torch.zeros_like(z)
    for k in range(len(z)):
        step = torch.zeros_like(z)
        step[k] = h
        gradient[k] = (f(z + step) - f(z - step)) / (2 * h)
    return gradient
