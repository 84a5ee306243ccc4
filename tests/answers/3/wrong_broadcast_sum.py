# wrong: adds where it should multiply and sum, which has the right shape
import torch

x3 = torch.rand(3, 2)
x3_transposed = x3.T
product = x3[:, :1] + x3_transposed[:1]
print(product.shape)
