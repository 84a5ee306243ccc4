# wrong: autograd for both
import torch


def cross_entropy_grad(z, y):
    return torch.func.grad(lambda z: -(y * torch.log_softmax(z, 0)).sum())(z)


def numerical_grad(f, z):
    return torch.func.grad(f)(z)
