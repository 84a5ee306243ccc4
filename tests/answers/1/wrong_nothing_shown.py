# wrong: nothing is printed
import torch

x1 = torch.randn(5, 6)
shape = x1.shape
dtype = x1.dtype
mean = x1.mean()
