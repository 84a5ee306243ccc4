import torch
from torch import nn


def train(X, targets):
    model = nn.Sequential(nn.Dropout(0.2), nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(60):
        for batch in torch.randperm(len(X)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(X[batch]), targets[batch]).backward()
            optimizer.step()
    model.eval()

    @torch.no_grad()
    def predict(X):
        return model(X).argmax(dim=1)

    return predict
