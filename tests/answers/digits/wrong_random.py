# wrong: classes by chance
import torch


def train(X, targets):
    return lambda new: torch.randint(0, 10, (len(new),))
