# mistake: gradient_of_the_sum
import torch
import torch.nn.functional as F


def training_step(X, targets, W, b, lr):
    W, b = W.clone().requires_grad_(), b.clone().requires_grad_()
    loss = F.cross_entropy(X @ W + b, targets, reduction="sum")
    loss.backward()
    return loss.detach() / len(X), (W - lr * W.grad).detach(), (b - lr * b.grad).detach()
