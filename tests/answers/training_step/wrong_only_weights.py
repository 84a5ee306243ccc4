# mistake: bias_kept
import torch
import torch.nn.functional as F


def training_step(X, targets, W, b, lr):
    W = W.clone().requires_grad_()
    loss = F.cross_entropy(X @ W + b, targets)
    (dW,) = torch.autograd.grad(loss, W)
    return loss.detach(), (W - lr * dW).detach(), b
