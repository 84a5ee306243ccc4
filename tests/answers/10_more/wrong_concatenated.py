# wrong: cat makes a dimension longer that is already there
import torch


def replicate(x, n, dim):
    return torch.cat([x] * n, dim=dim)
