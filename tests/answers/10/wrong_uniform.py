# mistake: uniform
import torch

x10 = torch.rand(3, 2)
stacked = torch.stack([x10, x10, x10])
print(stacked.shape)
