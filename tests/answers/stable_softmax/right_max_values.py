import torch


def stable_softmax(z):
    biggest = z.max(dim=-1, keepdim=True).values
    e = torch.exp(z - biggest)
    return e / e.sum(dim=-1, keepdim=True)
