# mistake: loss_after_the_step
import torch
import torch.nn.functional as F


def training_step(X, targets, W, b, lr):
    W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
    F.cross_entropy(X @ W + b, targets).backward()
    W, b = (W - lr * W.grad).detach(), (b - lr * b.grad).detach()
    return F.cross_entropy(X @ W + b, targets), W, b
