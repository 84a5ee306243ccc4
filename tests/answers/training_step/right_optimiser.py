import torch

criterion = torch.nn.CrossEntropyLoss()


def training_step(X, targets, W, b, lr):
    W, b = torch.nn.Parameter(W), torch.nn.Parameter(b)
    optimizer = torch.optim.SGD([W, b], lr=lr)
    optimizer.zero_grad()
    loss = criterion(torch.addmm(b, X, W), targets)
    loss.backward()
    optimizer.step()
    return loss.item(), W.detach(), b.detach()
