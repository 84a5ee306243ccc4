# mistake: no_minus
import torch


def cross_entropy(z, y):
    return torch.dot(y, torch.log_softmax(z, 0))
