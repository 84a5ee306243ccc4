import torch
import torch.nn.functional as F


def cross_entropy(z, y):
    return torch.dot(y, -F.log_softmax(z, 0))
