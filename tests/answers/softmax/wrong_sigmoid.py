# mistake: sigmoid
import torch


def softmax(z):
    return torch.sigmoid(z)
