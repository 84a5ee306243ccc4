"""Copies of a tensor along a new dimension, wherever it goes."""

import torch


def replicate(x: torch.Tensor, n: int, dim: int) -> torch.Tensor:
    """x, n times along a new dimension.

    >>> replicate(torch.tensor([1, 2]), 3, 1)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    return torch.stack([x] * n, dim)
