import torch


def nearly_singular(x):
    values = torch.linalg.svdvals(x)
    return (values[-1] == 0 or values[0] / values[-1] > 1000).item()
