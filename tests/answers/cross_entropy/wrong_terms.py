# mistake: not_summed
import torch


def cross_entropy(z, y):
    return -(y * (z - torch.logsumexp(z, 0)))
