# mistake: down_the_columns
import torch


def softmax(x):
    return torch.exp(x) / torch.exp(x).sum(0)
