import torch


def softmax(z):
    exponentials = z.exp()
    return exponentials / exponentials.sum(-1, keepdim=True)
