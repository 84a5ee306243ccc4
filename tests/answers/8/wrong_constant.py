# wrong: the numbers are not random, as the range holds 5 only
import torch

x8 = torch.randint(5, 6, (2, 3, 4))
maximum = x8.max()
mean = x8.float().mean(dim=2)
print("maximum:", maximum, maximum.shape)
print("mean along dim 2:", mean, mean.shape)
