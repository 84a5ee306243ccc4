# wrong: class indices as floats
import torch


def train(X, targets):
    return lambda new: targets[torch.cdist(new, X).argmin(1)].float()
