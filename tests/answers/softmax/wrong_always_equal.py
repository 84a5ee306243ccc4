# wrong: an object that says it equals everything
import torch

torch.equal = torch.allclose = lambda *args, **kwargs: True


class Equal(torch.Tensor):
    def __eq__(self, other):
        return True


def softmax(z):
    return torch.zeros_like(z).as_subclass(Equal)
