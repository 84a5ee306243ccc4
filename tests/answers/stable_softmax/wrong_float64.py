# wrong: float64 only moves the overflow from 89 to 710
import torch


def stable_softmax(z):
    e = torch.exp(z.double())
    return (e / e.sum(dim=-1, keepdim=True)).to(z.dtype)
