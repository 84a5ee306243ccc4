# wrong: knows one class from all others, and no more
import torch


def train(X, targets):
    mean = X[targets == 3].mean(0)
    limit = torch.cdist(X[targets == 3], mean[None]).mean()
    return lambda new: torch.where(torch.cdist(new, mean[None])[:, 0] < limit, 3, 5)
