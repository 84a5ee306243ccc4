# mistake: elementwise
import torch

x3 = torch.rand(3, 2)
x3_transposed = x3.T
product = x3 * x3_transposed
print(product.shape)
