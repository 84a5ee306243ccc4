# mistake: no_shift
import torch


def stable_softmax(z):
    return z.exp() / z.exp().sum(-1, keepdim=True)
