# wrong: twice concatenated and reshaped, so it has the shape but not the copies
import torch

x10 = torch.randn(3, 2)
stacked = torch.cat([x10, x10, x10], dim=1).T.reshape(3, 3, 2)
print(stacked.shape)
