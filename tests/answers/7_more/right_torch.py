import torch


def block_diagonal(a, b):
    return torch.block_diag(a, b)
