import torch


def squared_distances(x):
    differences = x.unsqueeze(1) - x.unsqueeze(0)
    return torch.sum(differences**2, dim=-1)
