# mistake: mean_over_classes
import torch


def cross_entropy(z, y):
    return torch.mean(-y * torch.log_softmax(z, -1))
