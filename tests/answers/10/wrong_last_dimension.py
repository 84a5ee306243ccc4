# mistake: last_dimension
import torch

x10 = torch.randn(3, 2)
stacked = torch.stack([x10, x10, x10], dim=2)
print(stacked.shape)
