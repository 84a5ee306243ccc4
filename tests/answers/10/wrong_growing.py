# wrong: the copies are x10, 2 * x10 and 3 * x10
import torch

x10 = torch.randn(3, 2)
stacked = torch.stack([k * x10 for k in (1, 2, 3)])
print(stacked.shape)
