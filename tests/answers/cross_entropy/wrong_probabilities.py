# mistake: log_of_softmax
import torch
import torch.nn.functional as F


def cross_entropy(z, y):
    y_hat = F.softmax(z, dim=0)
    return -(y * y_hat.log()).sum()
