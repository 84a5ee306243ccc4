# wrong: the maximum is taken from the range that was asked for, not from the numbers
import torch

x8 = torch.randint(0, 1000, (2, 3, 4))
maximum = torch.tensor(999)
mean = x8.float().mean(dim=2)
print("maximum:", maximum, maximum.shape)
print("mean along dim 2:", mean, mean.shape)
