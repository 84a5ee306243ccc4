# wrong: the mean printed is that of a newly drawn tensor
import torch

x1 = torch.randn(5, 6)
print(x1.shape, x1.dtype)
print(torch.randn(5, 6).mean())
