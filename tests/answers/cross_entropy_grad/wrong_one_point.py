# wrong: the slope of the line from 0 to z, not the slope at z
import torch


def cross_entropy_grad(z, y):
    return torch.softmax(z, 0) - y


def numerical_grad(f, z):
    return (f(z) - f(torch.zeros_like(z))) / z
