# mistake: exp_in_place
import torch


def softmax(z):
    torch.exp(z, out=z)
    return torch.div(z, z.sum(-1, keepdim=True))
