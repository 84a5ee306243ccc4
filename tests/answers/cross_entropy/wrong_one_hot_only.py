# mistake: largest_class_only
import torch


def cross_entropy(z, y):
    k = int(torch.argmax(y))
    return torch.logsumexp(z, 0) - z[k]
