import torch

x1 = torch.randn(5, 6)
print(x1.shape)
print(x1.dtype)
print(x1.mean())
