# mistake: shifted_in_place
import torch


def stable_softmax(z):
    z.sub_(z.max(dim=-1, keepdim=True).values)
    return z.exp() / z.exp().sum(dim=-1, keepdim=True)
