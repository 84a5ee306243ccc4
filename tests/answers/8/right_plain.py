import torch

x8 = torch.randint(0, 10, (2, 3, 4))
maximum = x8.max()
mean = x8.float().mean(dim=2)
print(maximum, maximum.shape)
print(mean, mean.shape)
