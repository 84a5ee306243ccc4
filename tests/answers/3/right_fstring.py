import torch

x3 = torch.rand(3, 2)
x3_transposed = x3.t()
y = x3.mm(x3_transposed)
print(f"{list(x3.shape)} times {list(x3_transposed.shape)} is {list(y.shape)}")
