# wrong: the function has another name
import torch


def soft_max(z):
    e = torch.exp(z)
    return e / e.sum(dim=-1, keepdim=True)
