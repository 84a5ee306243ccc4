# mistake: row_means
import torch

x1 = torch.randn(5, 6)
print(x1.shape)
print(x1.dtype)
print("mean:", x1.mean(dim=1))
