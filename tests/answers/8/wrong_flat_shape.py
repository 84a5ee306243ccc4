# wrong: the six means lie in one dimension
import torch

x8 = torch.randint(0, 10, (2, 3, 4))
maximum = x8.max()
mean = x8.float().reshape(6, 4).mean(dim=1)
print("maximum:", maximum, maximum.shape)
print("mean along dim 2:", mean, mean.shape)
