# wrong: takes one argument
import torch


def cross_entropy(z):
    return torch.logsumexp(z, 0)
