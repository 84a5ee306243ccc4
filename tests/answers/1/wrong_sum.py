# mistake: sum_not_mean
import torch

x1 = torch.randn(5, 6)
print(x1.shape)
print(x1.dtype)
print("mean:", x1.sum())
