import torch
from torch import Tensor


def softmax(z: Tensor) -> Tensor:
    e = torch.exp(z)
    return e / e.sum(dim=-1, keepdim=True)
