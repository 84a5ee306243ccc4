# mistake: swapped_shape
import torch

x3 = torch.rand(2, 3)
x3_transposed = x3.T
product = x3 @ x3_transposed
print(product.shape)
