# mistake: mean_of_integers
import torch

x8 = torch.randint(0, 10, (2, 3, 4))
maximum = x8.max()
print("maximum:", maximum, maximum.shape)
mean = x8.mean(dim=2)
print("mean along dim 2:", mean, mean.shape)
