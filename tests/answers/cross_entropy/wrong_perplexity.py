# wrong: the exponential of the loss
import torch


def cross_entropy(z, y):
    return torch.exp((y * (torch.logsumexp(z, 0) - z)).sum())
