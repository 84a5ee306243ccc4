# wrong: h is so small that z + h is z
import torch


def cross_entropy_grad(z, y):
    return torch.softmax(z, 0) - y


def numerical_grad(f, z):
    h = 1e-14
    eye = torch.eye(len(z), dtype=z.dtype)
    return torch.tensor([float(f(z + h * e) - f(z - h * e)) / (2 * h) for e in eye])
