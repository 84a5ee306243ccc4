# wrong: logarithms to base 2
import torch


def log_softmax(z):
    return (z - torch.logsumexp(z, dim=-1, keepdim=True)) / torch.log(torch.tensor(2.0))
