# wrong: torch's nll_loss and a one-hot target read as a class index
import torch
import torch.nn.functional as F


def cross_entropy(z, y):
    return F.nll_loss(torch.log_softmax(z, 0)[None], y.argmax()[None])
