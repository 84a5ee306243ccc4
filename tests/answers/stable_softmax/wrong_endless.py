# wrong: never ends
import torch


def stable_softmax(z):
    while not torch.isfinite(torch.exp(z)).all() or True:
        z = z * 0.5
    return z


stable_softmax(torch.zeros(3))
