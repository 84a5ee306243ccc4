# mistake: softmax_in_the_loss_twice
import torch

loss_function = torch.nn.CrossEntropyLoss()


def training_step(X, targets, W, b, lr):
    W, b = torch.nn.Parameter(W.clone()), torch.nn.Parameter(b.clone())
    probabilities = (X @ W + b).softmax(dim=-1)
    loss = loss_function(probabilities, targets)
    loss.backward()
    torch.optim.SGD([W, b], lr=lr).step()
    return loss.item(), W.detach(), b.detach()
