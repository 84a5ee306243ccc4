# wrong: the nearest class mean reaches about 90 %
import torch


def train(X, targets):
    means = torch.stack([X[targets == k].mean(0) for k in range(10)])
    return lambda new: torch.cdist(new, means).argmin(1)
