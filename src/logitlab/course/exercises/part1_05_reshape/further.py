"""A flat tensor in rows of any length."""

import torch


def in_rows(x: torch.Tensor, columns: int) -> torch.Tensor:
    """The elements of x in rows of `columns`, the last one filled with zeros.

    >>> in_rows(torch.tensor([1, 2, 3]), 2)
    tensor([[1, 2],
            [3, 0]])
    """
    missing = -len(x) % columns  # up to the next multiple
    return torch.cat([x, x.new_zeros(missing)]).reshape(-1, columns)
