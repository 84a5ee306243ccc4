# wrong: the minimum is subtracted
import torch


def stable_softmax(z):
    e = torch.exp(z - z.amin(dim=-1, keepdim=True))
    return e / e.sum(dim=-1, keepdim=True)
