"""The smallest positive integer that a floating dtype cannot hold."""

import torch


def first_lost(dtype: torch.dtype) -> int:
    """2^p + 1, where the dtype has p binary digits: it would need p + 1.

    >>> first_lost(torch.float32)
    16777217
    """
    step = torch.finfo(dtype).eps  # 2^(1 - p), from 1 to the next number
    return int(2 / step) + 1
