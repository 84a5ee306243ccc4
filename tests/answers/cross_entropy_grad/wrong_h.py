# mistake: divided_by_h
import torch


def cross_entropy_grad(z, y):
    return torch.softmax(z, 0) - y


def numerical_grad(f, z):
    h = 1e-6
    eye = torch.eye(len(z), dtype=torch.float64)
    return torch.tensor([float(f(z + h * e) - f(z - h * e)) / h for e in eye]).double()
