# mistake: maxima_along_dim2
import torch

x8 = torch.randint(0, 10, (2, 3, 4))
maximum = x8.max(dim=2).values
mean = x8.float().mean(dim=2)
print("maximum:", maximum, maximum.shape)
print("mean along dim 2:", mean, mean.shape)
