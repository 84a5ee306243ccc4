# wrong: torch's own softmax, as a method
import torch


def softmax(z):
    return z.softmax(dim=-1) * 1.0 + 1e-3
