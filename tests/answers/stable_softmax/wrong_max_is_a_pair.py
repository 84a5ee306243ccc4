# wrong: max along a dim returns a pair, which cannot be subtracted
import torch


def stable_softmax(z):
    e = torch.exp(z - z.max(dim=-1, keepdim=True))
    return e / e.sum(dim=-1, keepdim=True)
