import torch
from torch import Tensor


def stable_softmax(z: Tensor) -> Tensor:
    shifted = z - z.amax(dim=-1, keepdim=True)
    e = torch.exp(shifted)
    return e / e.sum(dim=-1, keepdim=True)
