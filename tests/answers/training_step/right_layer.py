import torch
from torch import nn


def training_step(X, targets, W, b, lr):
    layer = nn.Linear(*W.shape).to(W.dtype)
    with torch.no_grad():
        layer.weight.copy_(W.T)
        layer.bias.copy_(b)
    loss = nn.functional.cross_entropy(layer(X), targets)
    dW, db = torch.autograd.grad(loss, [layer.weight, layer.bias])
    return [loss.detach(), W - lr * dW.T, b - lr * db]
