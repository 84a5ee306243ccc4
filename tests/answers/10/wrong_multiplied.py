# mistake: multiplied
import torch

x10 = torch.randn(3, 2)
stacked = 3 * x10
print(stacked.shape)
