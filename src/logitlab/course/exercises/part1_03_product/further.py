"""Squared distances between all rows, from one matrix product."""

import torch


def squared_distances(x: torch.Tensor) -> torch.Tensor:
    """The squared distances between the rows of x: (N, D) -> (N, N).

    >>> squared_distances(torch.tensor([[0.0, 0.0], [3.0, 4.0]]))
    tensor([[ 0., 25.],
            [25.,  0.]])
    """
    gram = x @ x.T  # (N, N)
    lengths = gram.diagonal()  # (N,), squared
    return lengths[:, None] + lengths[None, :] - 2 * gram
