# wrong: a small number below the line does not help against infinity
import torch


def stable_softmax(z):
    e = torch.exp(z)
    return e / (e.sum(dim=-1, keepdim=True) + 1e-3)
