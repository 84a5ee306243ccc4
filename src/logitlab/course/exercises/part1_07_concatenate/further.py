"""Two matrices along the diagonal of a larger one."""

import torch


def block_diagonal(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """a at the upper left, b at the lower right, zeros elsewhere.

    >>> block_diagonal(torch.ones(1, 1), torch.ones(1, 2))
    tensor([[1., 0., 0.],
            [0., 1., 1.]])
    """
    upper = torch.cat([a, a.new_zeros(len(a), b.shape[1])], dim=1)  # (N, M + Q)
    lower = torch.cat([b.new_zeros(len(b), a.shape[1]), b], dim=1)  # (P, M + Q)
    return torch.cat([upper, lower], dim=0)
