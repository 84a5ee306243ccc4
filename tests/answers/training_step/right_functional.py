# %%
import torch
from torch.func import grad_and_value

# %%
def loss_of(parameters, X, targets):
    W, b = parameters
    return torch.nn.functional.nll_loss(torch.log_softmax(X @ W + b, 1), targets)

# %%
def training_step(X, targets, W, b, lr):
    gradients, loss = grad_and_value(loss_of)((W, b), X, targets)
    W, b = (p - lr * g for p, g in zip((W, b), gradients))
    return loss, W, b

# %%
training_step(torch.ones(1, 1), torch.tensor([0]), torch.zeros(1, 2), torch.zeros(2), 1.0)
