# mistake: rounded_down
import torch

x8 = torch.randint(0, 10, (2, 3, 4))
maximum = x8.max()
mean = x8.sum(dim=2) // 4
print("maximum:", maximum, maximum.shape)
print("mean along dim 2:", mean, mean.shape)
