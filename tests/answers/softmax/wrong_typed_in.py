# wrong: the probabilities of one example, typed in
import torch


def softmax(z):
    return torch.tensor([0.0900, 0.2447, 0.6652])
