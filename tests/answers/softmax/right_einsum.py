import torch


class Softmax:
    def __call__(self, z):
        e = torch.e**z
        return torch.einsum("...k,...->...k", e, 1 / e.sum(-1))


softmax = Softmax()
