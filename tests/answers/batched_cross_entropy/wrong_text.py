# wrong: returns words
import torch


def batched_cross_entropy(logits, targets):
    return "the loss is 0.6931", "the gradient is right"
