"""Whether a matrix is nearly singular, told by the quantity that does not scale."""

import torch


def nearly_singular(x: torch.Tensor) -> bool:
    """Whether the condition number of x is above 1000.

    >>> nearly_singular(torch.eye(3) / 1000)
    False
    >>> nearly_singular(torch.tensor([[1.0, 2.0], [2.0, 4.0]]))
    True
    """
    condition = torch.linalg.cond(x)  # NaN where all elements are 0, and that is singular
    return not condition <= 1000
