# mistake: sum_of_everything
import torch


def softmax(logits):
    positive = logits.exp()
    return positive / torch.sum(positive)
