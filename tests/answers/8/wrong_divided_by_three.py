# wrong: the sums along dim 2 are divided by 3, the length of dim 1
import torch

x8 = torch.randint(0, 10, (2, 3, 4))
maximum = x8.max()
mean = x8.sum(dim=2) / x8.shape[1]
print("maximum:", maximum, maximum.shape)
print("mean along dim 2:", mean, mean.shape)
