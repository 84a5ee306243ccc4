# wrong: nothing is flattened, only the number of elements is counted
import torch

x5 = torch.linspace(1, 12, steps=12).reshape(3, 4)
print(x5.shape, x5.numel())
