import torch
from torch import nn


def train(X, targets):
    model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(30):
        for batch in torch.randperm(len(X)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(X[batch]), targets[batch]).backward()
            optimizer.step()
    model.eval()

    @torch.no_grad()
    def predict(X):
        return model(X).argmax(dim=1)

    return predict
