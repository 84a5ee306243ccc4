import math

import torch


def softmax(z):
    if z.dim() == 2:
        return torch.stack([softmax(row) for row in z])
    numbers = [math.exp(value) for value in z.tolist()]
    total = sum(numbers)
    return torch.tensor([number / total for number in numbers], dtype=z.dtype)
