# mistake: drawn_again
import torch

x10 = torch.randn(3, 2)
stacked = torch.randn(3, 3, 2)
print(stacked.shape)
