# mistake: log_of_stable_softmax
import torch


def stable(z):
    e = torch.exp(z - z.max(dim=-1, keepdim=True).values)
    return e / e.sum(dim=-1, keepdim=True)


def log_softmax(z):
    return stable(z).log()
