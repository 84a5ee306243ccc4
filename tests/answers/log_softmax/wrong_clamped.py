# wrong: the log-probabilities are cut off at -100
import torch


def log_softmax(z):
    return (z - torch.logsumexp(z, dim=-1, keepdim=True)).clamp(min=-100)
