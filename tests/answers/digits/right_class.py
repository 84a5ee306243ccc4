import torch


class Network:
    def __init__(self, hidden=100):
        self.W1 = torch.randn(64, hidden) / 5
        self.b1 = torch.zeros(hidden)
        self.W2 = torch.randn(hidden, 10) / hidden**0.5
        self.b2 = torch.zeros(10)

    def fit(self, X, targets):
        for parameter in vars(self).values():
            parameter.requires_grad_()
        optimizer = torch.optim.SGD(vars(self).values(), lr=0.1, momentum=0.9)
        loader = torch.utils.data.DataLoader(
            torch.utils.data.TensorDataset(X, targets), batch_size=32, shuffle=True
        )
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.02, total_iters=30)
        for _ in range(30):
            for x, t in loader:
                noisy = x + 0.2 * torch.randn_like(x)
                loss = torch.nn.functional.cross_entropy(self.logits(noisy), t)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            schedule.step()
        return self

    def logits(self, x):
        return torch.relu(x @ self.W1 + self.b1) @ self.W2 + self.b2

    def __call__(self, x):
        return self.logits(x).detach().argmax(-1)


def train(X, targets):
    return Network().fit(X, targets)
