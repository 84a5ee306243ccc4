# wrong: numerical_grad knows only the cross-entropy's own gradient
import torch


def cross_entropy_grad(z, y):
    return torch.softmax(z, 0) - y


def numerical_grad(f, z):
    return cross_entropy_grad(z, torch.eye(len(z), dtype=z.dtype)[1])
