import torch
from torch import Tensor


def softmax(z: Tensor) -> Tensor:
    """exp(z_i - log sum_j exp(z_j))"""
    return (z - torch.logsumexp(z, dim=-1, keepdim=True)).exp()
