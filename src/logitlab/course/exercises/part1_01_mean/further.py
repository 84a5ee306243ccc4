"""Mean 0 and standard deviation 1, whatever the tensor had before."""

import torch


def standardise(x: torch.Tensor) -> torch.Tensor:
    """Shift and scale x to mean 0 and standard deviation 1, over all its elements.

    >>> standardise(torch.tensor([1.0, 3.0]))
    tensor([-1.,  1.])
    """
    centred = x - x.mean()
    deviation = (centred**2).mean().sqrt()  # over n, where x.std() divides by n - 1
    return centred / deviation
