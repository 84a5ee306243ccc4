# wrong: these are the distances, not their squares
import torch


def squared_distances(x):
    return torch.cdist(x, x)
