import torch


def describe(tensor):
    return tensor.shape, tensor.dtype, tensor.mean(dim=(0, 1))


x1 = torch.empty(5, 6).normal_()
print(*describe(x1), sep="\n")
