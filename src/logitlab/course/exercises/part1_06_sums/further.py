"""A table with a column and a row of its sums."""

import torch


def table_with_sums(x: torch.Tensor) -> torch.Tensor:
    """x with its row-wise and its column-wise sums: (N, M) -> (N + 1, M + 1).

    >>> table_with_sums(torch.tensor([[1, 2, 3], [4, 5, 6]]))
    tensor([[ 1,  2,  3,  6],
            [ 4,  5,  6, 15],
            [ 5,  7,  9, 21]])
    """
    wider = torch.cat([x, x.sum(dim=1, keepdim=True)], dim=1)  # (N, M + 1)
    return torch.cat([wider, wider.sum(dim=0, keepdim=True)], dim=0)
