# mistake: maximum_of_the_batch
import torch


def stable_softmax(z):
    z = z - torch.max(z)
    return torch.exp(z) / torch.exp(z).sum(dim=-1, keepdim=True)
