# %%
import torch
from torch import nn

# %%
def train(X, targets):
    model = nn.Sequential(nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 10))
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=150, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        penalty = sum((p**2).sum() for p in model.parameters())
        loss = nn.CrossEntropyLoss()(model(X), targets) + 1e-3 * penalty
        loss.backward()
        return loss

    optimizer.step(closure)
    return lambda new: model(new).argmax(1).detach()

# %%
from logitlab import check

check("digits")
