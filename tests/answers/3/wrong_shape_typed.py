# wrong: the product is never computed, its shape is typed in
import torch

x3 = torch.rand(3, 2)
x3_transposed = x3.T
print("torch.Size([3, 3])")
