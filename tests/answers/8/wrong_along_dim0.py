# mistake: mean_along_dim0
import torch

x8 = torch.randint(0, 10, (2, 3, 4))
maximum = x8.max()
mean = x8.float().mean(dim=0)
print("maximum:", maximum, maximum.shape)
print("mean along dim 2:", mean, mean.shape)
