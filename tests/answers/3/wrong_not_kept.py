# wrong: transpose does not change x3 in place, and its result is thrown away
import torch

x3 = torch.rand(3, 2)
x3_transposed = x3
x3_transposed.transpose(0, 1)
product = x3 @ x3_transposed.T
print(product.shape)
