import torch


def train(X, targets):
    """The class of the nearest image: nothing is learnt, everything is kept."""

    def predict(new):
        nearest = torch.cdist(new, X).argmin(dim=1)
        return targets[nearest]

    return predict
