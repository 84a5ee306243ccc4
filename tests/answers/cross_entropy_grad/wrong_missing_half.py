# wrong: only one of the two functions is there
import torch


def cross_entropy_grad(z, y):
    return torch.softmax(z, 0) - y
