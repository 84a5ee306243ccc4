# wrong: the rarest class, whatever the image
import torch


def train(X, targets):
    rarest = torch.bincount(targets).argmin()
    return lambda new: rarest.expand(len(new)).clone()
