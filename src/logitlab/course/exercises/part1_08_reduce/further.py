"""The place of the maximum in a tensor of three dimensions."""

import torch


def where_largest(x: torch.Tensor) -> tuple[int, int, int]:
    """The indices of the first maximum of x, in the order of its elements.

    >>> where_largest(torch.tensor([[[1, 2], [5, 5]]]))
    (0, 1, 0)
    """
    _, rows, columns = x.shape
    row, k = divmod(int(x.argmax()), columns)
    i, j = divmod(row, rows)
    return i, j, k
