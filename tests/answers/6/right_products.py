import torch

x6 = torch.randn(4, 4, dtype=torch.float64)
ones = torch.ones(4, dtype=torch.float64)
down, across = ones @ x6, x6 @ ones
print("sum down each column:", down.numpy(), down.size())
print("sum along each row:", across.numpy(), across.size())
