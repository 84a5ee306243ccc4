import torch


def stable_softmax(z):
    """1 / sum_j exp(z_j - z_i): infinity below the line is a probability of 0."""
    differences = z.unsqueeze(-2) - z.unsqueeze(-1)  # (..., i, j): z_j - z_i
    return 1 / torch.exp(differences).sum(dim=-1)
